/** Results of sweeps that were never run, for tests of what is made of results. */

import { recipeOf } from "gradnets/sweep/recipe.ts";
import type { CurvePoint, Result } from "gradnets/sweep/results.ts";

/** A result of the recipe that `given` says; its curve ends in its accuracy. */
export function resultOf(given: unknown, accuracy: number, more: Partial<Result> = {}): Result {
  const curve: readonly CurvePoint[] = [[0, 0, 0.1, 120, 0], [1100, 0.1, accuracy, 30, 0.02]];
  return {
    recipe: recipeOf({ epochs: 1, ...given as object }),
    data: "MNIST",
    accuracy,
    best: { accuracy, iter: 1100 },
    stopped: null,
    parameters: 162_160,
    steps: 1100,
    msPerStep: 1.5,
    kernels: "fused (SIMD)",
    versions: { deno: "2.9.6" },
    date: "2026-11-23T00:00:00Z",
    curve,
    ...more,
  };
}
