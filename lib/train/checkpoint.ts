/** Checkpoints of a training, in memory, and why one cannot go on in another training. */

import { at } from "../at.ts";
import type { Dataset } from "../data/dataset.ts";
import { shapeText } from "../data/idx.ts";
import type { EngineState } from "../engine/engine.ts";
import type { Network } from "../model/model.ts";
import { mix32 } from "../random.ts";
import { isObject, refusal } from "../validate.ts";
import type { Settings } from "./options.ts";
import type { ByHand } from "./manual.ts";
import type { Place } from "./position.ts";

/**
 * What must be the same for a training to go on as it was: sizes and kind of the net, optimizer,
 * batches, loss and data, by the name of the option. Schedules, threads and kernels may differ.
 */
export type Identity = Notes;

/**
 * Everything that a training consists of at one moment, as plain values. Later steps do not change
 * it. See `Trainer.checkpoint`; {@linkcode writeCheckpoint} makes a file of it.
 */
export interface Checkpoint extends Place, EngineState {
  /** Training that it is of. */
  readonly of: Identity;
  /** Kernels that computed it. The same ones go on to the same bit, others up to rounding. */
  readonly kernels: string;
  /** What its writer adds, such as the options of a command. Training does not read it. */
  readonly notes?: Notes;
  /** Schedules that were set by hand, by name; see `manual`. */
  readonly byHand: ByHand;
}

/** Plain values by name. */
export type Notes = Readonly<Record<string, string | number | boolean>>;

/** Identifies the training with these options. */
export function identityOf(options: Settings): Identity {
  const { net, data, optimizer, batchSize, seed, shuffleFirstEpoch, l1, logEpsilon } = options;
  const { inputs, classes, hidden } = net;
  return {
    ...kindOf(net),
    inputs,
    classes,
    ...(hidden !== undefined && { hidden }),
    optimizer: optimizer.name,
    batchSize,
    seed,
    shuffleFirstEpoch,
    l1,
    logEpsilon,
    data: data.name,
    images: `${data.train.count} + ${data.validation.count} + ${data.test.count}`,
    "fingerprint of the images": fingerprint(data),
  };
}

/**
 * Refuses what is no checkpoint: where a field is missing, or of another kind than in one.
 *
 * @param mine a checkpoint
 * @throws {RangeError} with the name of the field
 */
export function refuseShapeless(mark: Checkpoint, mine: Checkpoint): void {
  const advice = "a checkpoint, as trainer.checkpoint() and parseCheckpoint() give";
  if (!isObject(mark)) throw refusal("Cannot rewind: mark", advice, mark);
  for (const [name, value] of Object.entries(mine)) {
    const found: unknown = mark[name];
    const right = typeof value === "object"
      ? isObject(found) === isObject(value) && Array.isArray(found) === Array.isArray(value)
      : typeof found === typeof value && !Number.isNaN(found);
    if (!right) {
      throw refusal(
        `Cannot rewind: mark must be ${advice}: its ${name}`,
        kindOfValue(value),
        found,
      );
    }
  }
}

const kindOfValue = (value: unknown) =>
  Array.isArray(value) ? "a list" : isObject(value) ? "an object" : `a ${typeof value}`;

/**
 * Refuses a checkpoint of another training, or with other tensors than the engine's.
 *
 * @param mine state of the engine that is to go on from it
 * @throws {RangeError} with the name, the checkpoint's value and the trainer's
 */
export function refuseForeign(mark: Checkpoint, of: Identity, mine: EngineState): void {
  const shape = (found: EngineState["tensors"][string] | undefined) =>
    found && `of shape ${shapeText(found.shape)}`;
  const number = (found: number | undefined) => found === undefined ? undefined : "a number";
  refuseOther("", mark.of, of, (found) => found === undefined ? undefined : JSON.stringify(found));
  refuseOther("tensor ", mark.tensors, mine.tensors, shape);
  refuseOther("optimizer's ", mark.numbers, mine.numbers, number);
}

/** Refuses if two objects differ, as their values are said in words. */
function refuseOther<T>(
  what: string,
  there: Readonly<Record<string, T>>,
  here: Readonly<Record<string, T>>,
  inWords: (value: T | undefined) => string | undefined,
): void {
  for (const name of new Set([...Object.keys(here), ...Object.keys(there)])) {
    const found = inWords(there[name]), expected = inWords(here[name]);
    if (found === expected) continue;
    throw new RangeError(
      `Cannot go on from this checkpoint: its ${what}${name} is ${found ?? "missing"}, but this ` +
        `trainer's is ${expected ?? "missing"}`,
    );
  }
}

/** Kind of the hidden layers, where the net tells. */
function kindOf(net: Network): Identity {
  const { layer, formula } = net as { readonly layer?: unknown; readonly formula?: unknown };
  if (typeof layer !== "string") return {};
  return { layer: layer === "custom" && typeof formula === "string" ? formula : layer };
}

const STRIDE = 97; // pixels from one to the next: two sets of one name differ in many of them

/** Hash of the training labels and some training pixels: tells sets of one name and size apart. */
function fingerprint({ train: { images, labels } }: Dataset): string {
  let hash = 0;
  for (const label of labels) hash = mix32(hash + label);
  for (let i = 0; i < images.length; i += STRIDE) hash = mix32(hash + at(images, i));
  return hash.toString(16).padStart(8, "0");
}
