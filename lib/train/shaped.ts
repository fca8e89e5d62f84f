/** Schedules of schedules: capped, frozen, reversed, per layer, with warmup, for dropout. */

import type { Progress } from "../engine/progress.ts";
import { belowOne, finite, integer, nonNegative, optionsOf, share } from "../validate.ts";
import { aSchedule, type LayerSchedule, type Schedule } from "./schedules.ts";

/**
 * min(schedule, value): rises to `value` and stays there.
 *
 * @throws {RangeError} if value is not in [0, 1]
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { anneal, capped } from "gradnets";
 *
 * const g = capped(anneal({ epochs: 10 }), 0.5);
 * assertEquals([2, 5, 20].map((epoch) => g({ iter: 0, epoch })), [0.2, 0.5, 0.5]);
 * ```
 */
export function capped(schedule: Schedule, value: number): Schedule {
  aSchedule(schedule, "Cannot cap g: schedule");
  share(value, "Cannot cap g: value");
  return (progress) => Math.min(schedule(progress), value);
}

/**
 * schedule(min(t, epoch)): constant from `epoch` on.
 *
 * @throws {RangeError} if an option is unknown, or epoch below 0
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { anneal, frozen } from "gradnets";
 *
 * const g = frozen(anneal({ epochs: 10 }), { epoch: 3 });
 * assertEquals([2, 3, 20].map((epoch) => g({ iter: epoch * 1100, epoch })), [0.2, 0.3, 0.3]);
 * ```
 */
export function frozen(schedule: Schedule, options: { readonly epoch: number }): Schedule {
  aSchedule(schedule, "Cannot freeze a schedule: schedule");
  const fields = { epoch: [nonNegative] } as const;
  const { epoch } = optionsOf("freeze a schedule", "its second argument", fields, options);
  return (progress) => schedule(progress.epoch > epoch ? moved(progress, epoch) : progress);
}

/**
 * 1 − schedule: from the late architecture back to the early one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { anneal, reversed } from "gradnets";
 *
 * const g = reversed(anneal({ epochs: 10 }));
 * assertEquals([0, 2.5, 20].map((epoch) => g({ iter: 0, epoch })), [1, 0.75, 0]);
 * ```
 */
export function reversed(schedule: Schedule): Schedule {
  aSchedule(schedule, "Cannot reverse a schedule: schedule");
  return (progress) => 1 - schedule(progress);
}

/** Options of {@linkcode perLayer}. */
export interface PerLayerOptions {
  /** Schedule that every layer follows with its own lag. */
  readonly schedule: Schedule;
  /** Number of hidden layers, depth − 2. */
  readonly hidden: number;
  /** Epochs by which the last layer lags the first; if negative, the first lags the last. */
  readonly lag: number;
}

/**
 * gₗ = schedule(max(t − lagₗ, 0)), lagₗ = lag·l/(L − 1) for layers l = 0 … L − 1: deeper layers are
 * later. With a negative lag, lagₗ = |lag|·(1 − l/(L − 1)): deeper layers are earlier.
 *
 * @throws {RangeError} if an option is unknown, hidden not a whole number from 1 up, or lag not a
 *   finite number
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { anneal, perLayer } from "gradnets";
 *
 * const g = perLayer({ schedule: anneal({ epochs: 4 }), hidden: 3, lag: 2 });
 * assertEquals(g({ iter: 0, epoch: 2 }), [0.5, 0.25, 0]);
 * assertEquals(g({ iter: 0, epoch: 6 }), [1, 1, 1]);
 * ```
 */
export function perLayer(options: PerLayerOptions): LayerSchedule {
  const { schedule, hidden, lag } = optionsOf<PerLayerOptions>(
    "make a schedule per layer",
    "PerLayerOptions",
    { schedule: [aSchedule], hidden: [integer(1, 1e6)], lag: [finite] },
    options,
  );
  const lags = Array.from({ length: hidden }, (_, l) => {
    const place = l / Math.max(hidden - 1, 1);
    return lag < 0 ? -lag * (1 - place) : lag * place;
  });
  return (progress) =>
    lags.map((lag) => schedule(moved(progress, Math.max(progress.epoch - lag, 0))));
}

/** Options of {@linkcode everySecond}. */
export interface EverySecondOptions {
  /** Schedule of the second, fourth, … hidden layer. */
  readonly schedule: Schedule;
  /** Number of hidden layers, depth − 2. */
  readonly hidden: number;
}

/**
 * gₗ = schedule(t) for layers l = 1, 3, 5, …, counted from 0, and 1 for the others. With a schedule
 * that falls to 0 in linear GReLUs, every second layer ends without a bend and can be merged into
 * the next, which is how VanillaNet (arXiv 2305.12972) is trained.
 *
 * @throws {RangeError} if an option is unknown, or hidden not a whole number from 1 up
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { anneal, everySecond, reversed } from "gradnets";
 *
 * const g = everySecond({ schedule: reversed(anneal({ epochs: 4 })), hidden: 5 });
 * assertEquals(g({ iter: 0, epoch: 1 }), [1, 0.75, 1, 0.75, 1]);
 * assertEquals(g({ iter: 0, epoch: 4 }), [1, 0, 1, 0, 1]);
 * ```
 */
export function everySecond(options: EverySecondOptions): LayerSchedule {
  const { schedule, hidden } = optionsOf<EverySecondOptions>(
    "make a schedule",
    "EverySecondOptions",
    { schedule: [aSchedule], hidden: [integer(1, 1e6)] },
    options,
  );
  return (progress) => {
    const g = schedule(progress);
    return Array.from({ length: hidden }, (_, l) => l % 2 === 0 ? 1 : g);
  };
}

/**
 * schedule · min((iter + 1)/iterations, 1): a learning rate that rises from near 0, which helps deep
 * networks.
 *
 * @throws {RangeError} if an option is unknown, or iterations below 0
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { constant, warmup } from "gradnets";
 *
 * const rate = warmup(constant(0.5), { iterations: 4 });
 * assertEquals([0, 1, 3, 9].map((iter) => rate({ iter, epoch: 0 })), [0.125, 0.25, 0.5, 0.5]);
 * ```
 */
export function warmup(
  schedule: Schedule,
  options: { readonly iterations: number },
): Schedule {
  aSchedule(schedule, "Cannot warm up a learning rate: schedule");
  const fields = { iterations: [nonNegative] } as const;
  const { iterations } = optionsOf(
    "warm up a learning rate",
    "its second argument",
    fields,
    options,
  );
  return (progress) =>
    progress.iter + 1 < iterations
      ? schedule(progress) * (progress.iter + 1) / iterations
      : schedule(progress);
}

/** Options of {@linkcode gradualKeep}. */
export interface GradualKeepOptions {
  /** Fraction of units that dropout drops at g = 1. */
  readonly rate: number;
  /** Share of the late architecture. */
  readonly g: Schedule;
}

/**
 * keep = 1 − g·rate: gradual dropout, from a deterministic network to a stochastic one.
 *
 * @throws {RangeError} if an option is unknown, or rate not in [0, 1)
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { anneal, gradualKeep } from "gradnets";
 *
 * const keep = gradualKeep({ rate: 0.5, g: anneal({ epochs: 10 }) });
 * assertEquals([0, 5, 20].map((epoch) => keep({ iter: 0, epoch })), [1, 0.75, 0.5]);
 * ```
 */
export function gradualKeep(options: GradualKeepOptions): Schedule {
  const { rate, g } = optionsOf<GradualKeepOptions>(
    "drop out gradually",
    "GradualKeepOptions",
    { rate: [belowOne], g: [aSchedule] },
    options,
  );
  return (progress) => 1 - g(progress) * rate;
}

// Moves the iteration too, so that a schedule may depend on either.
function moved({ iter, epoch }: Progress, to: number): Progress {
  return { iter: epoch > 0 ? Math.round(iter * to / epoch) : iter, epoch: to };
}
