/** Keeps the images of a split as tensors and classifies them in chunks. */

import * as tf from "../tf.ts";
import { splitImages } from "../data/batches.ts";
import type { Split } from "../data/dataset.ts";
import { classesOf } from "./objective.ts";

const CHUNK = 1000; // images per chunk: their activations stay in the cache

/** Images to evaluate on, as tensors that are kept between evaluations. */
export class EvaluationSet {
  readonly #count: number;
  readonly #chunks: readonly tf.Tensor2D[];

  /**
   * @param split images and labels
   * @param inputs values per image
   */
  constructor(split: Split, inputs: number) {
    const images = splitImages(split);
    const size = CHUNK * inputs;
    this.#count = split.count;
    this.#chunks = Array.from({ length: Math.ceil(split.count / CHUNK) }, (_, i) => {
      const part = images.subarray(i * size, (i + 1) * size);
      return tf.tensor2d(part, [part.length / inputs, inputs]);
    });
  }

  /**
   * Classifies each image.
   *
   * @param logits forward pass of the net, [batch, classes]
   */
  classify(logits: (x: tf.Tensor2D) => tf.Tensor2D): Uint8Array {
    const predictions = new Uint8Array(this.#count);
    this.#chunks.forEach((x, i) => tf.tidy(() => predictions.set(classesOf(logits(x)), i * CHUNK)));
    return predictions;
  }

  /** Frees the tensors. */
  dispose(): void {
    tf.dispose([...this.#chunks]);
  }
}
