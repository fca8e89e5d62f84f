/** Takes up a training of `deno task train` where a checkpoint has it. */

import { isAbsolute, resolve } from "node:path";
import { DRAWN } from "../files/caller.ts";
import type { Checkpoint, Notes } from "../train/checkpoint.ts";
import type { Found, Kept } from "../train/kept.ts";
import type { ModelTrainer } from "../train/model_trainer.ts";
import type { TrainOptions } from "./options.ts";
import { hasMeasured } from "./log_csv.ts";

/** Options that determine a training's numbers, and so cannot change on the way. */
const FIXED = ["layer", "depth", "width", "tau", "batch", "seed", "kernels"] as const;

/** Options that may change, and are else as they were. */
const KEPT = ["epochs", "data", "histograms"] as const;

/** Hyper-parameters of a training, for TensorBoard: what cannot change on the way. */
export const hparamsOf = (options: TrainOptions): Notes =>
  Object.fromEntries(FIXED.map((name) => [name, options[name]]));

/** Notes about a training in its checkpoints: the options of the command. */
export function notesOf(options: TrainOptions, elapsed: number): Notes {
  const { data, epochs, histograms } = options;
  const fixed = FIXED.map((name) => [name, options[name]] as const);
  const place = data === undefined || data === DRAWN || isAbsolute(data) ? data : resolve(data);
  return {
    command: "train",
    ...Object.fromEntries(fixed),
    epochs,
    histograms,
    ...place !== undefined && { data: place },
    elapsed,
  };
}

/**
 * Reads the last good checkpoint in a directory.
 *
 * @returns undefined if a training there was stopped before its first
 * @throws {Error} if a file is not one that this program can go on from; nothing has changed
 */
export async function earlierIn(directory: string, kept: Kept): Promise<Found | undefined> {
  let found: Found | undefined;
  try {
    found = await kept.load();
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof SyntaxError)) throw error;
    throw new Error(
      `Cannot resume the training in ${directory}: ${error.message}. ` +
        "All is as it was. Move that file away to go on from the checkpoint before, if there is one.",
      { cause: error },
    );
  }
  if (!found && hasMeasured(directory)) {
    throw new Error(
      `Cannot resume the training in ${directory}: it has measurements, but ${kept.name} is missing. ` +
        "Choose another directory, or replace what is there by --force.",
    );
  }
  return found;
}

/**
 * Options of the training in a checkpoint. Those that are given must be the same, but `epochs` and
 * `data`: no number of an epoch depends on how many follow, and the data are compared by content.
 *
 * @throws {RangeError} if others differ, naming each
 */
export function resumed<O extends TrainOptions>(asked: O, { notes = {} }: Checkpoint): O {
  const cannot = `Cannot resume the training in ${asked.out}: `;
  if (notes["command"] !== "train") {
    throw new RangeError(`${cannot}its checkpoint is not one of \`deno task train\`.`);
  }
  const others = FIXED.filter((name) => asked.given.includes(name) && asked[name] !== notes[name]);
  if (others.length > 0) {
    const each = others.map((name) => `--${name} is ${asked[name]}, but was ${notes[name]}`);
    throw new RangeError(
      `${cannot}${each.join("; ")}. Leave out what is to stay, or choose another --out.`,
    );
  }
  const old = [...FIXED, ...KEPT].filter((name) =>
    !asked.given.includes(name) && notes[name] !== undefined
  );
  return { ...asked, ...Object.fromEntries(old.map((name) => [name, notes[name]])) };
}

/**
 * Takes a trainer to a checkpoint, and says what is not as it should be.
 *
 * @param total iterations that the training is to have in the end
 * @returns milliseconds that it took so far
 * @throws {RangeError} if the checkpoint is of other data, or beyond `total`
 */
export function takeUp(
  trainer: ModelTrainer,
  { mark, damaged, name }: Found,
  { out, epochs }: TrainOptions,
  total: number,
): number {
  if (total < mark.iter) {
    throw new RangeError(
      `Cannot resume the training in ${out}: --epochs ${epochs} ends at iteration ${total}, but it ` +
        `has trained ${mark.iter} already.`,
    );
  }
  trainer.rewind(mark);
  const [there, here] = [mark.kernels, trainer.kernels].map((text) => text.split(",")[0]);
  if (damaged !== undefined) console.error(`${damaged}. Going on from ${name}, the one before.`);
  if (there !== here) {
    console.error(`It was computed on ${there} and goes on on ${here}: the same up to rounding.`);
  }
  return Number(mark.notes?.["elapsed"] ?? 0);
}
