/**
 * `deno task train`: runs the walkthrough's training without a notebook.
 *
 * Writes log.csv and TensorBoard's event files, prints the original's lines, and ends with a line
 * of results. Ctrl-C ends it after the current step, with complete files.
 */

import "./require_deno.ts";
import { CommanderError } from "commander";
import type { Dataset } from "../data/dataset.ts";
import { loadDataset } from "../files/mnist.ts";
import { type Backend, startBackend } from "../model/backend.ts";
import { GradNet } from "../model/gradnet.ts";
import { formatG, originalLines } from "../train/lines.ts";
import { anneal } from "../train/schedules.ts";
import { ModelTrainer } from "../train/model_trainer.ts";
import { INTERRUPTED, interruptible } from "./interrupt.ts";
import { parseOptions, type TrainOptions } from "./options.ts";
import { checkOutput, Output } from "./output.ts";
import { clock, showProgress } from "./progress.ts";

/**
 * Runs one training from the command line.
 *
 * @param args without the program's name
 * @param now returns the time in milliseconds since 1970
 * @returns the exit code: 0, 1 after a reported error, 130 after Ctrl-C
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
      "Stopped by Ctrl-C before training began.",
    );
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode; // already reported
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
}

async function train(
  options: TrainOptions & { readonly out: string },
  now: () => number,
  signal: AbortSignal,
): Promise<number> {
  const { out, force } = options;
  checkOutput(out, { force });
  const backend = await startBackend();
  const data = await loadDataset({
    signal,
    ...(options.data !== undefined && { dir: options.data }),
  });
  signal.throwIfAborted();
  const trainer = makeTrainer(options, data);
  const total = Math.round(options.epochs * trainer.iterationsPerEpoch);
  announce(options, trainer, total);

  using output = Output.create(out, { force, now });
  const start = now();
  const elapsed = () => now() - start;
  const progress = showProgress({ total, done: () => trainer.iter, elapsed });
  try {
    for await (const point of trainer.run({ iterations: total, signal })) {
      output.add(point);
      const now = trainer.warnings.filter(({ iter }) => iter === point.iter);
      const warnings = now.map(({ iter, why }) => `Warning at iteration ${iter}: ${why}`);
      progress.print([...originalLines(point), ...warnings]);
    }
  } finally {
    progress.stop();
  }
  const { iter, epoch } = trainer;
  if (iter < total) {
    console.log(
      `Stopped by Ctrl-C after ${iter} of ${total} iterations (epoch ${epoch.toFixed(2)}). ` +
        `What was measured up to there is in ${out}.`,
    );
    return INTERRUPTED;
  }
  console.log(summary(options, trainer, backend, elapsed()));
  console.log(`log.csv and event files: ${out}`);
  return 0;
}

function makeTrainer(options: TrainOptions, data: Dataset): ModelTrainer {
  const { layer, depth, width, epochs, tau, batch, seed, kernels } = options;
  const { count } = data.train;
  if (batch > count) {
    throw new RangeError(
      `--batch ${batch} is impossible: ${data.name} has ${count} images to train on. ` +
        `Allowed is a whole number from 1 to ${count}.`,
    );
  }
  const perEpoch = Math.floor(count / batch);
  if (epochs * perEpoch < 0.5) {
    throw new RangeError(
      `--epochs ${epochs} is impossible: it is less than one batch. An epoch has ${perEpoch}; ` +
        `allowed is ${formatG(1 / perEpoch)} or more.`,
    );
  }
  const { inputs, classes } = data;
  const net = new GradNet({ inputs, width, depth, classes, layer, seed });
  return new ModelTrainer({
    net,
    data,
    batchSize: batch,
    seed,
    kernels,
    g: anneal({ epochs: tau }),
    warn() {}, // printed above the bar
  });
}

function announce(options: TrainOptions, trainer: ModelTrainer, total: number): void {
  const { net, data, iterationsPerEpoch } = trainer;
  const parameters = net.parameterCount.toLocaleString("en");
  console.log(
    `${net.layer}, ${net.depth} layers of ${net.width}: ${parameters} parameters, ` +
      `seed ${options.seed}, kernels ${trainer.kernels}, on ${data.name} (${data.source})`,
  );
  // the original's two lines
  console.log(
    `Running ${options.epochs} epochs with mini batch size of ${options.batch}\n` +
      `With ${iterationsPerEpoch} iterations per epoch for a total of ${total} iterations`,
  );
}

function summary(
  options: TrainOptions,
  trainer: ModelTrainer,
  { versions }: Backend,
  elapsed: number,
): string {
  const { net, data, iter } = trainer;
  const { accuracy } = trainer.evaluate();
  return `final test accuracy ${formatG(accuracy)} after ${iter} iterations: ${data.name}, ` +
    `${net.layer} ${net.depth}x${net.width}, seed ${options.seed}, ` +
    `${clock(elapsed / 1000)} (${(elapsed / iter).toFixed(2)} ms/step, measurements included), ` +
    `Deno ${versions.deno}, TensorFlow.js ${versions.tfjs}, WASM backend ${versions.wasm}`;
}

if (import.meta.main) Deno.exitCode = await main(Deno.args);
