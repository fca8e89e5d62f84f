/**
 * The test-time problem of batch normalisation: the answer to an image depends on the batch that it
 * is normalised with.
 */

import * as tf from "../tf.ts";
import { splitImages } from "../data/batches.ts";
import type { Split } from "../data/dataset.ts";
import type { NormedNet } from "./normed_net.ts";

/** Options of {@linkcode classifyInBatches}. */
export interface InBatchesOptions {
  readonly g: number;
  /** Images per batch. */
  readonly batchSize: number;
  /** Indices of the images, batch after batch. Default: all, in order. */
  readonly order?: Uint32Array;
}

/**
 * Classifies the images of `order`, each batch normalised by its own statistics.
 *
 * @returns [order.length], in that order
 */
export function classifyInBatches(
  net: NormedNet,
  split: Split,
  { g, batchSize, order = Uint32Array.from({ length: split.count }, (_, i) => i) }:
    InBatchesOptions,
): Uint8Array {
  const classes = new Uint8Array(order.length);
  for (let start = 0; start < order.length; start += batchSize) {
    const together = order.subarray(start, start + batchSize);
    tf.tidy(() => {
      const logits = net.logits(imagesAt(net, split, together), { g, statistics: "batch" });
      classes.set(tf.argMax(logits, 1).dataSync(), start);
    });
  }
  return classes;
}

/**
 * Computes the class probabilities of an image in a batch with `others`.
 *
 * @param index of the image
 * @param others indices of the other images; empty for a batch of one
 * @returns [classes]
 */
export function probabilitiesAmong(
  net: NormedNet,
  split: Split,
  index: number,
  others: readonly number[],
  g: number,
): Float32Array {
  return tf.tidy(() => {
    const x = imagesAt(net, split, [index, ...others]);
    const logits = net.logits(x, { g, statistics: "batch" });
    return tf.softmax(logits).dataSync<"float32">().slice(0, net.classes);
  });
}

function imagesAt({ inputs }: NormedNet, split: Split, at: Iterable<number>): tf.Tensor2D {
  const indices = [...at], images = new Float32Array(indices.length * inputs);
  indices.forEach((i, row) => images.set(splitImages(split, i, i + 1), row * inputs));
  return tf.tensor2d(images, [indices.length, inputs]);
}
