/** Counts values in buckets, as TensorBoard shows them. */

import { at } from "../at.ts";

/** How some values are distributed. Buckets lie side by side, the first from `min`. */
export interface Histogram {
  /** Smallest value. */
  readonly min: number;
  /** Largest value. */
  readonly max: number;
  /** Number of values. */
  readonly num: number;
  /** Sum of the values. */
  readonly sum: number;
  /** Sum of their squares. */
  readonly sumSquares: number;
  /** Upper end of each bucket. */
  readonly bucketLimit: readonly number[];
  /** Number of values in each bucket. */
  readonly bucket: readonly number[];
}

/** Buckets of a histogram, as many as TensorBoard draws. */
const BUCKETS = 30;

/**
 * Counts `values` in 30 buckets of equal width from the smallest to the largest, or in one if all
 * are equal. Values that are not finite are left out.
 *
 * @returns undefined if no value is finite
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { histogramOf } from "gradnets/train/histogram.ts";
 *
 * const found = histogramOf([0, 0, 1, 30, NaN]);
 * assertEquals([found?.num, found?.sum, found?.bucketLimit.length], [4, 31, 30]);
 * assertEquals([found?.bucket[0], found?.bucket[1], found?.bucket[29]], [2, 1, 1]);
 * assertEquals(histogramOf([2, 2])?.bucket, [2]);
 * ```
 */
export function histogramOf(values: ArrayLike<number>): Histogram | undefined {
  let min = Infinity, max = -Infinity, num = 0, sum = 0, sumSquares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = at(values, i);
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    num++;
    sum += value;
    sumSquares += value * value;
  }
  if (num === 0) return undefined;
  const summary = { min, max, num, sum, sumSquares };
  if (min === max) return { ...summary, bucketLimit: [max], bucket: [num] };
  const width = (max - min) / BUCKETS, bucket = new Array<number>(BUCKETS).fill(0);
  for (let i = 0; i < values.length; i++) {
    const value = at(values, i);
    if (!Number.isFinite(value)) continue;
    const into = Math.min(BUCKETS - 1, Math.floor((value - min) / width));
    bucket[into] = at(bucket, into) + 1;
  }
  const bucketLimit = bucket.map((_, i) => i === BUCKETS - 1 ? max : min + (i + 1) * width);
  return { ...summary, bucketLimit, bucket };
}
