/** Draws the dropout masks of a training step, as tensors. */

import * as tf from "../tf.ts";
import type { Model } from "../model/model.ts";
import { Random, streams } from "../random.ts";

/** What determines the masks of a step. */
export interface DropoutAt {
  readonly seed: number;
  readonly iter: number;
  /** Fraction of units to keep; 1 means no dropout. */
  readonly keep: number;
}

/**
 * Draws a mask [batchSize, units] of 0 and 1/keep for each of `maskUnits`; returns undefined if keep
 * is 1 or the model has no dropout.
 */
export function dropoutMasks(
  { maskUnits }: Pick<Model, "maskUnits">,
  batchSize: number,
  { seed, iter, keep }: DropoutAt,
): tf.Tensor2D[] | undefined {
  if (keep === 1 || maskUnits.length === 0) return undefined;
  const random = new Random(seed, streams.dropout + iter);
  return maskUnits.map((units) =>
    tf.tensor2d(random.dropoutMask(new Float32Array(batchSize * units), keep), [batchSize, units])
  );
}
