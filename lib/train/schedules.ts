/** What changes while a network trains: g and the learning rate, as functions of where it stands. */

/** Where a training stands at the start of an iteration. */
export interface At {
  /** Index of the iteration, from 0. */
  readonly iter: number;
  /** Fractional epoch: iter / iterations per epoch. */
  readonly epoch: number;
}

/** A number for every iteration. */
export type Schedule = (at: At) => number;

/** Options of {@linkcode anneal}. */
export interface AnnealOptions {
  /** τ, the epochs that g takes from 0 to 1. */
  readonly epochs: number;
  /**
   * Count whole epochs, so that g climbs in steps. Default false: g climbs with every iteration,
   * as in the 2015 notebook.
   */
  readonly whole?: boolean;
}

/**
 * g = min(t/τ, 1), t being the epoch.
 *
 * @throws {RangeError} if τ is not above 0
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
 * ```
 */
export function anneal({ epochs, whole = false }: AnnealOptions): Schedule {
  positive("anneal g", "epochs (τ)", epochs);
  return ({ epoch }) => Math.min((whole ? Math.floor(epoch) : epoch) / epochs, 1);
}

/** Options of {@linkcode decay}. The defaults are the 2015 notebook's. */
export interface DecayOptions {
  /** Where it starts. Default 1e-3. */
  readonly rate?: number;
  /** What it is multiplied by every `steps` iterations. Default 0.8. */
  readonly factor?: number;
  /** Default 1000. */
  readonly steps?: number;
  /** What the count of iterations starts from. Default 10: the original's `global_step`. */
  readonly globalStep?: number;
}

/**
 * rate · factor^((globalStep + iter) / steps): the exponent is a fraction, so it falls smoothly.
 *
 * @throws {RangeError} if rate, factor or steps is not above 0
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
  const { rate = 1e-3, factor = 0.8, steps = 1000, globalStep = 10 } = options;
  positive("decay a learning rate", "rate", rate);
  positive("decay a learning rate", "factor", factor);
  positive("decay a learning rate", "steps", steps);
  return ({ iter }) => rate * factor ** ((globalStep + iter) / steps);
}

/**
 * The same number throughout: g held at a value, or a learning rate that stays.
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
  return () => value;
}

function positive(what: string, name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) {
    throw new RangeError(`Cannot ${what}: ${name} must be above 0, but is ${value}`);
  }
}
