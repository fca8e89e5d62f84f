/** The dropout masks of one training step, as tensors. */

import * as tf from "@tensorflow/tfjs";
import type { GradNet } from "../model/gradnet.ts";
import { Random, streams } from "../random.ts";

/** What the masks of a step follow from. */
export interface MasksAt {
  readonly seed: number;
  readonly iter: number;
  /** Share of units that stay; at 1 there is no dropout. */
  readonly keep: number;
}

/** One mask [batchSize, width] of 0 and 1/keep for every layer but the last; none where keep is 1. */
export function dropoutMasks(
  { width, depth }: GradNet,
  batchSize: number,
  { seed, iter, keep }: MasksAt,
): tf.Tensor2D[] | undefined {
  if (keep === 1) return undefined;
  const random = new Random(seed, streams.dropout + iter);
  const mask = () => random.dropoutMask(new Float32Array(batchSize * width), keep);
  return Array.from({ length: depth - 1 }, () => tf.tensor2d(mask(), [batchSize, width]));
}
