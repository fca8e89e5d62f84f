/** How tests compare numbers, and the small data and nets they share. */

import { fail } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Dataset, Split } from "gradnets/data/dataset.ts";
import { Random } from "gradnets/random.ts";

/** Fails, naming the index and both values, unless |actual − expected| ≤ abs + rel·max|expected|. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { rel = 1e-5, abs = 0, what = "values" } = {},
): void {
  if (actual.length !== expected.length) {
    fail(`${what}: ${actual.length} numbers, expected ${expected.length}`);
  }
  let largest = 0;
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(expected[i]!));
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    if (!(difference <= abs + rel * largest)) {
      fail(`${what}[${i}] is ${actual[i]}, expected ${expected[i]} (off by ${difference})`);
    }
  }
}

/** The values of a tensor. */
export function values(t: tf.Tensor): Float32Array {
  return t.dataSync<"float32">();
}

/** Runs `body` and fails if it left a tensor behind. */
export async function withoutLeak(body: () => void | Promise<void>): Promise<void> {
  const before = tf.memory().numTensors;
  await body();
  const left = tf.memory().numTensors - before;
  if (left !== 0) fail(`${left} tensors were left behind`);
}

/** Two classes of 4-pixel images that a small net can learn: bright left or bright right. */
export function tinyDataset(count = 200, seed = 0): Dataset {
  const random = new Random(seed);
  const labels = Uint8Array.from({ length: count }, () => random.below(2));
  const images = Uint8Array.from({ length: count * 4 }, (_, i) => {
    const left = i % 2 === 0;
    return (left === (labels[i >> 2] === 0) ? 128 : 0) + random.below(120);
  });
  const split: Split = { images, labels, count };
  return {
    name: "tiny",
    source: "tests",
    height: 2,
    width: 2,
    inputs: 4,
    classes: 2,
    train: split,
    validation: split,
    test: split,
  };
}
