/** The scalars of a measurement, as TensorBoard shows them. */

import type { Point } from "./metrics.ts";

/**
 * The scalars of a measurement for TensorBoard: the original's four under its names, so that its
 * log and ours share their charts, and three more. A slash puts tags into one group: "accuracy",
 * which is the batch's, stands with "accuracy/test".
 *
 * `loss` is, as in the original, the cross-entropy of the batch ALONE, without the norm penalty.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { scalarsOf } from "gradnets/train/scalars.ts";
 *
 * const scalars = scalarsOf({ iter: 0, epoch: 0, g: 0, learningRate: 1e-3, keep: 0.95, loss: 118.9,
 *   crossEntropy: 115.3, weightNorm: 0.0725, gradientNorm: 0, trainAccuracy: 0.08,
 *   testAccuracy: 0.0931 });
 * assertEquals(scalars.loss, 115.3);
 * assertEquals([scalars.accuracy, scalars["accuracy/test"]], [0.08, 0.0931]);
 * ```
 */
export function scalarsOf(point: Point) {
  return {
    loss: point.crossEntropy,
    weight_norm: point.weightNorm,
    gradient_norm: point.gradientNorm,
    accuracy: point.trainAccuracy,
    // not in the original's log
    "accuracy/test": point.testAccuracy,
    "schedule/g": point.g,
    "schedule/learning_rate": point.learningRate,
  };
}
