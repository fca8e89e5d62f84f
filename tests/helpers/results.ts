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

/** A run that diverged. */
export const failed = resultOf({ layer: "plain", depth: 100, seed: 3 }, 0.1, {
  stopped: "the loss became NaN at iteration 600",
  steps: 600,
  curve: [[0, 0, 0.1, 120, 0], [550, 0.05, 0.25, null, null]],
});

/** Runs of several layers, depths and seeds, {@linkcode failed} among them. */
export const results = [
  resultOf({ layer: "plain", depth: 10, seed: 1 }, 0.95),
  resultOf({ layer: "plain", depth: 10, seed: 2 }, 0.91),
  resultOf({ layer: "residual", depth: 10, seed: 1 }, 0.97),
  resultOf({ layer: "plain", depth: 100, seed: 1 }, 0.3),
  resultOf({ layer: "plain", depth: 100, seed: 2 }, 0.2),
  failed,
];
