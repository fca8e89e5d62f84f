/**
 * `deno task train`: runs the walkthrough's training without a notebook.
 *
 * Writes log.csv, TensorBoard's event files and checkpoints, prints the original's lines, and ends
 * with a line of results. Ctrl-C, SIGTERM and SIGHUP end it after the current step, with complete
 * files and a checkpoint; `--resume` goes on from the last one, as if it had never been stopped.
 */

import "./require_deno.ts";
import { CommanderError } from "commander";
import { loadDataset } from "../files/mnist.ts";
import { startBackend } from "../model/backend.ts";
import { layerValues } from "../train/layer_values.ts";
import { originalLines } from "../train/lines.ts";
import { cannotWrite, checkDirectory, UNWRITTEN, Unwritten } from "./directory.ts";
import { Interrupted, interruptible } from "./interrupt.ts";
import { parseOptions, type TrainOptions } from "./options.ts";
import { checkOutput, keptIn, lockOutput, Output } from "./output.ts";
import { showProgress } from "./progress.ts";
import { earlierIn, hparamsOf, notesOf, resumed, takeUp } from "./resume.ts";
import { announce, makeTrainer, summary } from "./training.ts";

/**
 * Runs one training from the command line.
 *
 * @param args without the program's name
 * @param now returns the time in milliseconds since 1970
 * @returns the exit code: 0; 1 after a reported error, 74 if it is that of a full disk; 130 after
 *   Ctrl-C, 143 after SIGTERM, 129 after SIGHUP
 */
export async function main(
  args: readonly string[],
  now: () => number = Date.now,
): Promise<number> {
  try {
    const options = parseOptions(args);
    const { layer, depth, width, seed } = options;
    const made = `runs/${layer}-${depth}x${width}-seed${seed}-${Math.floor(now() / 1000)}`;
    return await interruptible(
      (signal) => train({ out: made, ...options }, now, signal),
      " before training began.",
    );
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode; // already reported
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    return error instanceof Unwritten ? UNWRITTEN : 1;
  }
}

async function train(
  asked: TrainOptions & { readonly out: string },
  now: () => number,
  signal: AbortSignal,
): Promise<number> {
  const { out, force, resume, keepEvery } = asked;
  checkOutput(out, { force: force || resume });
  using lock = resume && checkDirectory(out) ? lockOutput(out) : undefined;
  const kept = keptIn(out), earlier = lock && await earlierIn(out, kept);
  const options = earlier ? resumed(asked, earlier.mark) : asked;
  const backend = await startBackend();
  const data = await loadDataset({
    signal,
    ...(options.data !== undefined && { dir: options.data }),
  });
  signal.throwIfAborted();
  const trainer = makeTrainer(options, data);
  const total = Math.round(options.epochs * trainer.iterationsPerEpoch);
  const before = earlier ? takeUp(trainer, earlier, options, total) : 0;
  announce(options, trainer, total);
  if (resume) {
    console.log(
      earlier
        ? `Going on from ${earlier.name}, at iteration ${trainer.iter}`
        : `No checkpoint in ${out}: beginning at iteration 0`,
    );
  }

  const logged = { net: trainer.net, hparams: hparamsOf(options), now };
  using output = lock
    ? Output.reopen(out, kept, trainer.points, logged)
    : Output.create(out, { force, ...logged });
  const start = now();
  const elapsed = () => before + now() - start;
  let saved = earlier && trainer.iter;
  const save = async () => {
    if (saved === trainer.iter) return;
    await output.kept.save({ ...trainer.checkpoint(), notes: notesOf(options, elapsed()) });
    saved = trainer.iter;
  };
  const unwritten = async (cause: unknown) => {
    await save().catch(() => {}); // where it was a log that could not grow
    const last = saved === undefined ? "no checkpoint" : `a checkpoint of iteration ${saved}`;
    const advice = `Kept there: measurements up to iteration ${output.written}, and ${last}. ` +
      "Make room, then go on by --resume.";
    throw cannotWrite(out, cause, advice, Unwritten);
  };
  const progress = showProgress({ total, done: () => trainer.iter, elapsed });
  try {
    await save().catch(unwritten); // whenever it is killed, there is one
    let unsaved = 0;
    for await (const point of trainer.run({ iterations: total, signal })) {
      if (point.iter <= output.written) continue; // it was measured before the checkpoint
      try {
        output.add(point, options.histograms ? layerValues(trainer) : {});
        if (++unsaved % keepEvery === 0) await save();
      } catch (error) {
        await unwritten(error);
      }
      const now = trainer.warnings.filter(({ iter }) => iter === point.iter);
      const warnings = now.map(({ iter, why }) => `Warning at iteration ${iter}: ${why}`);
      progress.print([...originalLines(point), ...warnings]);
    }
  } catch (error) {
    if (!(error instanceof Unwritten)) await save().catch(() => {}); // the loss is NaN, say
    throw error;
  } finally {
    progress.stop();
  }
  await save().catch(unwritten);
  const { iter, epoch } = trainer;
  if (iter < total && signal.reason instanceof Interrupted) {
    console.log(
      `${signal.reason.message} after ${iter} of ${total} iterations (epoch ${
        epoch.toFixed(2)
      }). ` +
        `Kept in ${out}: log.csv, event files and ${output.kept.name}; --resume goes on from there.`,
    );
    return signal.reason.exitCode;
  }
  console.log(summary(options, trainer, backend, elapsed()));
  console.log(`log.csv, event files and ${output.kept.name}: ${out}`);
  return 0;
}

if (import.meta.main) Deno.exitCode = await main(Deno.args);
