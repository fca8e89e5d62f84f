/** Compares a run of ours with the original's log, iteration by iteration. */

import { formatG } from "../train/lines.ts";
import type { Point } from "../train/metrics.ts";
import { original, type OriginalPoint } from "./original.ts";

/** One iteration of {@linkcode comparison}; numbers are text, rounded to be read. */
export type ComparisonRow = Readonly<Record<string, string>>;

/** Test accuracy and the two norms. */
const measures: readonly [string, (point: OriginalPoint) => string][] = [
  ["accuracy", ({ testAccuracy }) => testAccuracy.toFixed(4)],
  ["weights", ({ weightNorm }) => weightNorm.toFixed(4)],
  ["gradients", ({ gradientNorm }) => formatG(Number(gradientNorm.toPrecision(3)))],
];

/**
 * Returns a row for every iteration of the original's table at which `points` has a measurement.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { comparison } from "gradnets/notebook/comparison.ts";
 *
 * const [row] = comparison([{ iter: 1100, epoch: 1, g: 0.1, learningRate: 8e-4, keep: 0.95, loss: 30,
 *   crossEntropy: 26, weightNorm: 0.08, gradientNorm: 0.0271, trainAccuracy: 0.9,
 *   testAccuracy: 0.9078 }]);
 * assertEquals(row?.["accuracy 2015"], "0.8900");
 * assertEquals(row?.["accuracy ours"], "0.9078");
 * ```
 */
export function comparison(points: readonly Point[]): ComparisonRow[] {
  return original.table.flatMap((theirs) => {
    const ours = points.find(({ iter }) => iter === theirs.iter);
    if (!ours) return [];
    const pairs = measures.flatMap(([name, text]) => [
      [`${name} 2015`, text(theirs)],
      [`${name} ours`, text(ours)],
    ]);
    return [{
      iter: String(theirs.iter),
      g: formatG(Number(theirs.g.toFixed(3))),
      ...Object.fromEntries(pairs),
    }];
  });
}
