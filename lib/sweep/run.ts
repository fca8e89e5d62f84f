/** Runs a recipe. */

import type { Dataset } from "../data/dataset.ts";
import { startBackend } from "../model/backend.ts";
import { commonest } from "../train/accuracy.ts";
import type { Point } from "../train/metrics.ts";
import type { Trainer } from "../train/trainer.ts";
import { Diverged } from "../train/diverged.ts";
import { trainingOf } from "./build.ts";
import { abortSignal, callable, integer, optionsOf, refuseUnknown, text } from "../validate.ts";
import type { Recipe } from "./recipe.ts";
import { type KeepRuns, keptOf, KeptRun } from "./kept_run.ts";
import type { CurvePoint, Result } from "./results.ts";

/** Options of {@linkcode runRecipe}. */
export interface RunRecipeOptions {
  /** Threads for evaluation. Default 1: in a sweep every core has a run of its own. */
  readonly threads?: 1 | 2;
  /** Folder of modules with custom layers and models. Default: the working directory. */
  readonly base?: string | URL;
  /** Keeps checkpoints, and goes on from one that is there. Default: neither. */
  readonly keep?: KeepRuns;
  /** Called with every measurement. */
  readonly onPoint?: (point: Point) => void;
  /** Ends the run when aborted, by throwing the signal's reason. */
  readonly signal?: AbortSignal;
  /** Clock in milliseconds. Default `performance.now`. */
  readonly now?: () => number;
  /** Date of the result. Default: now. */
  readonly date?: () => Date;
}

/**
 * Trains by `recipe` and measures every `recipe.every` iterations and after the last step. If the
 * loss is no longer finite, the run ends, `stopped` has the reason, and the accuracy is that of the
 * parameters before that step. A run also ends when its `patience` is exhausted.
 *
 * @throws {RangeError} if the recipe does not match the data
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type Dataset, recipeOf, runRecipe } from "gradnets";
 *
 * const split = { images: new Uint8Array(20 * 4).fill(128), labels: new Uint8Array(20), count: 20 };
 * const data: Dataset = { name: "grey", source: "here", height: 2, width: 2, inputs: 4, classes: 2,
 *   train: split, validation: split, test: split };
 * const recipe = recipeOf({ depth: 5, width: 8, batchSize: 10, epochs: 50, every: 40 });
 * const { accuracy, steps, stopped, curve } = await runRecipe(recipe, data);
 * assertEquals([accuracy, steps, stopped], [1, 100, null]);
 * assertEquals(curve.map(([iter]) => iter), [0, 40, 80, 100]);
 * ```
 */
export async function runRecipe(
  recipe: Recipe,
  data: Dataset,
  options: RunRecipeOptions = {},
): Promise<Result> {
  const known = ["threads", "base", "keep", "onPoint", "signal", "now", "date"];
  refuseUnknown(options, known, "Cannot run a recipe: RunRecipeOptions");
  const { threads = 1, base, signal, onPoint = () => {} } = options;
  const { now = () => performance.now(), date = () => new Date() } = options;
  for (const [name, value] of Object.entries({ onPoint, now, date })) {
    callable()(value, `Cannot run a recipe: ${name}`);
  }
  if (signal !== undefined) abortSignal(signal, "Cannot run a recipe: signal");
  signal?.throwIfAborted();
  const { versions } = await startBackend();
  const { keep } = options;
  if (keep !== undefined) {
    const fields = { results: [text], every: [integer(1)] } as const;
    optionsOf<KeepRuns>("run a recipe", "keep", fields, keep);
  }
  const { trainer, measures } = await trainingOf(recipe, data, {
    threads,
    ...(base !== undefined && { base }),
  });
  const kept = keep &&
    new KeptRun(keptOf(keep.results, data.name, recipe), trainer, keep.every);
  try {
    const before = await kept?.takeUp() ?? 0, start = now();
    const spent = () => before + now() - start;
    const stopped = await train(trainer, recipe, {
      signal,
      onPoint(point) {
        onPoint(point);
        return kept?.onPoint(spent());
      },
      onStop: () => kept?.save(spent()),
    });
    const elapsed = spent();
    const { accuracy } = trainer.evaluate();
    const curve = trainer.points.map(curvePoint);
    const best = curve.reduce<{ accuracy: number; iter: number }>(
      (best, [iter, , accuracy]) => accuracy > best.accuracy ? { accuracy, iter } : best,
      { accuracy: round(accuracy), iter: trainer.iter },
    );
    const extra = Object.entries(measures?.(trainer.schedule().g) ?? {})
      .map(([name, value]) => [name, round(value)]);
    return {
      recipe,
      data: data.name,
      accuracy: round(accuracy),
      validation: round(trainer.evaluate({ split: "validation" }).accuracy),
      best,
      stopped,
      ...(extra.length > 0 && { measures: Object.fromEntries(extra) }),
      parameters: trainer.net.parameterCount,
      steps: trainer.iter,
      msPerStep: round(elapsed / Math.max(trainer.iter, 1)),
      kernels: trainer.kernels,
      versions: { deno: versions.deno, tfjs: versions.tfjs },
      date: date().toISOString().slice(0, 19) + "Z",
      curve,
    };
  } finally {
    trainer.dispose();
    trainer.net.dispose();
  }
}

interface TrainOptions {
  readonly onPoint: (point: Point) => Promise<void> | undefined;
  /** Called where the signal ends the run. */
  readonly onStop: () => Promise<void> | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Trains to the end; returns the reason if it ended early, else null. */
async function train(
  trainer: Trainer,
  { epochs, patience }: Recipe,
  { onPoint, onStop, signal }: TrainOptions,
): Promise<string | null> {
  const chance = commonest(trainer.data.test.labels);
  const isAbove = (point: Point) => point.testAccuracy > chance;
  let lastAboveChance = trainer.points.findLast(isAbove)?.epoch ?? 0;
  try {
    for await (const point of trainer.run({ epochs, ...signal && { signal } })) {
      if (isAbove(point)) lastAboveChance = point.epoch;
      else if (patience > 0 && point.epoch - lastAboveChance >= patience) {
        return `given up: no better than chance since epoch ${round(lastAboveChance)}`;
      }
      await onPoint(point);
    }
    if (signal?.aborted) await onStop();
    signal?.throwIfAborted();
    await onPoint(trainer.measure());
    return null;
  } catch (error) {
    if (error instanceof Diverged) return error.reason;
    throw error;
  }
}

function curvePoint({ iter, g, testAccuracy, loss, gradientNorm }: Point): CurvePoint {
  return [iter, round(g), round(testAccuracy), digits(loss), digits(gradientNorm)];
}

/** Rounds to four decimals. */
const round = (value: number) => Math.round(value * 1e4) / 1e4;

/** Rounds to four significant digits; null for NaN, which JSON lacks. */
const digits = (value: number) => Number.isFinite(value) ? Number(value.toPrecision(4)) : null;
