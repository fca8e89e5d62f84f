/**
 * Softmax and cross-entropy, between forward and backward: a few hundred exponentials, not worth a
 * kernel.
 *
 * `?? NaN` is for the type checker, which cannot know that an index is inside: it costs nothing.
 */

import { exp, log } from "./rounded.ts";

/** Logits or their gradients, [rows, stride], of which the first `classes` columns count. */
export interface Logits {
  readonly values: Float32Array;
  readonly stride: number;
  readonly classes: number;
}

const FLOAT32_MIN = 2 ** -126; // smallest normal float32: as in the reference, below it is 0

/**
 * L = −Σ log(p + ε), p being the softmax at an image's label, summed over the batch; and in the
 * logits' place ∂L/∂z_j = p/(p + ε)·(p_j − [j is the label]).
 *
 * With ε = 0 the formula −Σ y·log(p) is −log(0) = ∞ where the label's p is too small for float32, and
 * 0·log(0) = NaN where any other class's is.
 *
 * @param biasGradient [classes], overwritten: Σ ∂L/∂z over the batch
 * @param epsilon ε
 * @returns L
 */
export function softmaxCrossEntropy(
  { values, stride, classes }: Logits,
  labels: Uint8Array,
  biasGradient: Float32Array,
  epsilon = 1e-9,
): number {
  const p = new Float64Array(classes), bias = new Float64Array(classes);
  let loss = 0;
  for (let i = 0; i < labels.length; i++) {
    const z = i * stride, label = labels[i] ?? NaN;
    let max = -Infinity, total = 0;
    for (let j = 0; j < classes; j++) max = Math.max(max, values[z + j] ?? NaN);
    for (let j = 0; j < classes; j++) total += p[j] = exp((values[z + j] ?? NaN) - max);
    const right = (p[label] ?? NaN) / total;
    const factor = right / (right + epsilon);
    loss -= log(right + epsilon);
    if (epsilon < FLOAT32_MIN) {
      p.forEach((p, j) => loss += p >= FLOAT32_MIN ? 0 : j === label ? Infinity : NaN);
    }
    for (let j = 0; j < classes; j++) {
      const dz = factor * ((p[j] ?? NaN) / total - (j === label ? 1 : 0));
      values[z + j] = dz;
      bias[j] = (bias[j] ?? NaN) + dz;
    }
  }
  biasGradient.set(bias);
  return loss;
}

/** The class of the largest logit of each of `rows` rows, the first one of equals. */
export function argMax(
  { values, stride, classes }: Logits,
  rows: number,
  predictions: Uint8Array = new Uint8Array(rows),
): Uint8Array {
  for (let i = 0; i < rows; i++) {
    const z = i * stride;
    let best = 0;
    for (let j = 1; j < classes; j++) {
      if ((values[z + j] ?? NaN) > (values[z + best] ?? NaN)) best = j;
    }
    predictions[i] = best;
  }
  return predictions;
}
