/** Values of a trainer's schedules, checked before anything is computed with them. */

import type { Progress } from "../engine/progress.ts";
import { type G, meanG } from "../model/g.ts";
import type { Network } from "../model/model.ts";
import type { Schedule } from "./schedules.ts";

/** Schedules of a trainer. */
export interface Schedules {
  readonly g: (progress: Progress) => G;
  readonly learningRate: Schedule;
  readonly keep: Schedule;
}

/** Values of the schedules at an iteration. */
export interface Scheduled {
  /** Share of the late architecture; the mean over the hidden layers. */
  readonly g: number;
  /** g as the net takes it: one number, or one for each hidden layer. */
  readonly gOfLayers: G;
  /** The learning rate. */
  readonly learningRate: number;
  /** Fraction of units that dropout keeps. */
  readonly keep: number;
}

export const isNumber = (value: unknown): value is number => typeof value === "number";

/** Range of {@linkcode isG}, for messages. */
export const G_RANGE = "a number from 0 to 1";

/** Whether it is a valid g. */
export const isG = (g: unknown): boolean => isNumber(g) && g >= 0 && g <= 1;

/** Range of {@linkcode isRate}, for messages. */
export const RATE_RANGE = "a number above 0";

/** Whether it is a valid learning rate. */
export const isRate = (rate: unknown): boolean => isNumber(rate) && rate > 0 && rate < Infinity;

/** Range of {@linkcode isKeep}, for messages. */
export const KEEP_RANGE = "a number above 0 and at most 1";

/** Whether it is a valid fraction of units to keep. */
export const isKeep = (keep: unknown): boolean => isNumber(keep) && keep > 0 && keep <= 1;

/**
 * Evaluates all schedules.
 *
 * @throws {RangeError} if one gives an invalid value
 */
export function scheduledAt(
  schedules: Schedules,
  net: Pick<Network, "hidden">,
  progress: Progress,
): Scheduled {
  const gOfLayers = gAt(schedules, net, progress);
  const learningRate = schedules.learningRate(progress), keep = schedules.keep(progress);
  if (!isRate(learningRate)) throw wrong("the learning rate", progress, RATE_RANGE, learningRate);
  if (!isKeep(keep)) throw wrong("keep", progress, KEEP_RANGE, keep);
  return { g: meanG(gOfLayers), gOfLayers, learningRate, keep };
}

/**
 * Evaluates only g, so that a net can be evaluated after its learning rate has fallen to 0.
 *
 * @throws {RangeError} if it is not from 0 to 1, or a list that does not fit the hidden layers
 */
export function gAt(
  schedules: Schedules,
  net: Pick<Network, "hidden">,
  progress: Progress,
): G {
  const g = schedules.g(progress), why = whyNotG(net, g);
  if (why) throw wrong("g", progress, why.expected, why.found);
  return g;
}

/**
 * Checks a g for a net.
 *
 * @throws {RangeError} if it is not from 0 to 1, or a list that does not fit the hidden layers
 */
export function checkedG(net: Pick<Network, "hidden">, g: G): G {
  const why = whyNotG(net, g);
  if (why) throw new RangeError(`Cannot evaluate: g must be ${why.expected}, but is ${why.found}`);
  return g;
}

function whyNotG({ hidden }: Pick<Network, "hidden">, g: G) {
  const list: unknown = typeof g === "number" ? [g] : g;
  if (!Array.isArray(list)) return { expected: G_RANGE, found: list };
  if (list.length === 0 || !list.every(isG)) {
    return { expected: G_RANGE, found: list.find((g) => !isG(g)) };
  }
  if (typeof g === "number" || list.length === hidden) return undefined;
  const expected = hidden === undefined
    ? "a number, and no list"
    : `one for each of ${hidden} layers`;
  return { expected, found: `a list of ${list.length}` };
}

function wrong(name: string, { iter }: Progress, expected: string, found: unknown): RangeError {
  return new RangeError(
    `Cannot train iteration ${iter}: ${name} must be ${expected}, but its schedule gives ${found}`,
  );
}
