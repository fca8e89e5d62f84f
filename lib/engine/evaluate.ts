/** How many images a network gets right. */

import * as tf from "@tensorflow/tfjs";
import { splitImages } from "../data/batches.ts";
import type { Split } from "../data/dataset.ts";
import type { GradNet } from "../model/gradnet.ts";
import type { Share } from "../model/share.ts";

/** What a network says of a set of images. */
export interface Evaluation {
  /** Share classified right. */
  readonly accuracy: number;
  /** The class it gives each image, [images]. */
  readonly predictions: Uint8Array;
}

const CHUNK = 1000; // images at a time: their activations stay in the processor's cache

/** Images to evaluate on, kept as tensors from one evaluation to the next. */
export class EvaluationSet {
  readonly #labels: Uint8Array;
  readonly #chunks: readonly tf.Tensor2D[];

  /**
   * @param split images and labels
   * @param inputs values an image has
   */
  constructor(split: Split, inputs: number) {
    const images = splitImages(split);
    const size = CHUNK * inputs;
    this.#labels = split.labels;
    this.#chunks = Array.from({ length: Math.ceil(split.count / CHUNK) }, (_, i) => {
      const part = images.subarray(i * size, (i + 1) * size);
      return tf.tensor2d(part, [part.length / inputs, inputs]);
    });
  }

  /** Classifies every image, without dropout. */
  evaluate(net: GradNet, g: Share): Evaluation {
    const predictions = new Uint8Array(this.#labels.length);
    this.#chunks.forEach((x, i) =>
      tf.tidy(() => predictions.set(classesOf(net.logits(x, { g })), i * CHUNK))
    );
    return { accuracy: accuracy(predictions, this.#labels), predictions };
  }

  /** Frees the tensors. */
  dispose(): void {
    tf.dispose([...this.#chunks]);
  }
}

/** The most likely class of each row of logits [batch, classes]. */
export function classesOf(logits: tf.Tensor2D): Int32Array {
  const classes = tf.argMax(logits, 1);
  try {
    return classes.dataSync<"int32">();
  } finally {
    classes.dispose();
  }
}

/**
 * Share of `predictions` that equal `labels`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { accuracy } from "gradnets/engine/evaluate.ts";
 *
 * assertEquals(accuracy([1, 2, 3, 4], new Uint8Array([1, 2, 3, 5])), 0.75);
 * ```
 */
export function accuracy(predictions: ArrayLike<number>, labels: Uint8Array): number {
  const right = labels.reduce((sum, label, i) => sum + Number(label === predictions[i]), 0);
  return right / labels.length;
}
