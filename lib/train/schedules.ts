/** Schedules: g, learning rate and keep as functions of the progress of a training. */

import {
  callable,
  type Check,
  finite,
  flag,
  nonNegative,
  optionsOf,
  positive,
} from "../validate.ts";
import type { Progress } from "../engine/progress.ts";

/** Maps the progress of a training to a number. */
export type Schedule = (progress: Progress) => number;

/** Maps the progress of a training to a number for each hidden layer, in order. */
export type LayerSchedule = (progress: Progress) => readonly number[];

/** Options of {@linkcode anneal}. */
export interface AnnealOptions {
  /** τ, the epochs in which g rises from 0 to 1. */
  readonly epochs: number;
  /** Epoch at which g leaves 0. Default 0. */
  readonly start?: number;
  /**
   * Count whole epochs, so that g rises in steps. Default false: g rises with every iteration, as in
   * the 2015 notebook.
   */
  readonly whole?: boolean;
}

/**
 * g = clip((t − start)/τ, 0, 1), t being the epoch.
 *
 * @throws {RangeError} if an option is unknown, τ not above 0, or start below it
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { anneal } from "gradnets/train/schedules.ts";
 *
 * const g = anneal({ epochs: 10 });
 * assertEquals(g({ iter: 2750, epoch: 2.5 }), 0.25);
 * assertEquals(g({ iter: 22_000, epoch: 20 }), 1);
 * assertEquals(anneal({ epochs: 10, whole: true })({ iter: 2750, epoch: 2.5 }), 0.2);
 * assertEquals(anneal({ epochs: 10, start: 2 })({ iter: 4400, epoch: 4 }), 0.2);
 * ```
 */
export function anneal(options: AnnealOptions): Schedule {
  const { epochs, start, whole } = optionsOf<Required<AnnealOptions>>(
    "anneal g",
    "AnnealOptions",
    { epochs: [positive], start: [nonNegative, 0], whole: [flag, false] },
    options,
  );
  return ({ epoch }) => clip(((whole ? Math.floor(epoch) : epoch) - start) / epochs);
}

/** Options of {@linkcode ramp}. */
export interface RampOptions {
  /** Epochs of the whole training. */
  readonly epochs: number;
  /** Fraction of the training at which g leaves 0. Default 0. */
  readonly start?: number;
  /** Fraction of the training at which g reaches 1. Default 0.2. */
  readonly end?: number;
}

/**
 * g = clip((t/T − start)/(end − start), 0, 1), t being the epoch and T the training's epochs. The
 * defaults are those of the first author's library (treeano).
 *
 * @throws {RangeError} if an option is unknown, epochs not above 0, or not 0 ≤ start < end
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ramp } from "gradnets/train/schedules.ts";
 *
 * const g = ramp({ epochs: 20 }); // over the first fifth: 4 epochs
 * assertEquals([0, 1, 4, 20].map((epoch) => g({ iter: epoch * 1100, epoch })), [0, 0.25, 1, 1]);
 * ```
 */
export function ramp(options: RampOptions): Schedule {
  const { epochs, start, end } = optionsOf<Required<RampOptions>>(
    "ramp g",
    "RampOptions",
    { epochs: [positive], start: [nonNegative, 0], end: [positive, 0.2] },
    options,
  );
  if (end <= start) {
    throw new RangeError(
      `Cannot ramp g: start and end must be shares of the training with 0 ≤ start < end, but are ` +
        `${start} and ${end}`,
    );
  }
  return ({ epoch }) => clip((epoch / epochs - start) / (end - start));
}

/** Options of {@linkcode decay}. The defaults are the 2015 notebook's. */
export interface DecayOptions {
  /** Initial rate. Default 1e-3. */
  readonly rate?: number;
  /** Factor per `steps` iterations. Default 0.8. */
  readonly factor?: number;
  /** Iterations per `factor`. Default 1000. */
  readonly steps?: number;
  /** Offset of the iteration. Default 10: the original's `global_step`. */
  readonly globalStep?: number;
}

/**
 * rate · factor^((globalStep + iter) / steps), with a fractional exponent: falls smoothly.
 *
 * @throws {RangeError} if an option is unknown, or rate, factor or steps not above 0
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { decay } from "gradnets/train/schedules.ts";
 *
 * const learningRate = decay();
 * assertAlmostEquals(learningRate({ iter: 990, epoch: 0.9 }), 0.8e-3);
 * ```
 */
export function decay(options: DecayOptions = {}): Schedule {
  const { rate, factor, steps, globalStep } = optionsOf<Required<DecayOptions>>(
    "decay a learning rate",
    "DecayOptions",
    {
      rate: [positive, 1e-3],
      factor: [positive, 0.8],
      steps: [positive, 1000],
      globalStep: [finite, 10],
    },
    options,
  );
  return ({ iter }) => rate * factor ** ((globalStep + iter) / steps);
}

/**
 * The same number throughout.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { constant } from "gradnets/train/schedules.ts";
 *
 * assertEquals(constant(0.5)({ iter: 7, epoch: 0.1 }), 0.5);
 * ```
 */
export function constant(value: number): Schedule {
  const checked = finite(value, "Cannot make a constant schedule: value");
  return () => checked;
}

/** Checks for a schedule. */
export const aSchedule: Check<Schedule> = callable("a schedule, such as anneal({ epochs: 10 })");

const clip = (x: number) => Math.min(Math.max(x, 0), 1);
