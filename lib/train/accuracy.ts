/** Predictions and their accuracy. */

import type { Dataset } from "../data/dataset.ts";
import type { Engine } from "../engine/engine.ts";
import type { G } from "../model/g.ts";

/** Predictions of a network for a set of images, and their accuracy. */
export interface Evaluation {
  /** Fraction of images classified correctly. */
  readonly accuracy: number;
  /** Predicted class of each image, [images]. */
  readonly predictions: Uint8Array;
}

/**
 * Classifies the images of a split of `data`.
 */
export function evaluateAt(
  engine: Engine,
  data: Dataset,
  name: "test" | "validation" | "train",
  g: G,
): Evaluation {
  const split = data[name];
  const predictions = engine.classify(split, g);
  return { accuracy: accuracy(predictions, split.labels), predictions };
}

/**
 * Fraction of `predictions` that equal `labels`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { accuracy } from "gradnets/train/accuracy.ts";
 *
 * assertEquals(accuracy([1, 2, 3, 4], new Uint8Array([1, 2, 3, 5])), 0.75);
 * ```
 */
export function accuracy(predictions: ArrayLike<number>, labels: Uint8Array): number {
  const right = labels.reduce((sum, label, i) => sum + Number(label === predictions[i]), 0);
  return right / labels.length;
}

/**
 * Frequency of the commonest label: the accuracy of a constant answer, at best.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { commonest } from "gradnets/train/accuracy.ts";
 *
 * assertEquals(commonest(new Uint8Array([1, 2, 2, 3])), 0.5);
 * ```
 */
export function commonest(labels: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return Math.max(...counts) / labels.length;
}
