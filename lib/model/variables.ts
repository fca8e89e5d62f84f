/** Variables that start from the seeded generator. */

import * as tf from "../tf.ts";
import type { Random } from "../random.ts";

/** A variable [inputs, outputs] that starts from a truncated normal. */
export function weights(
  shape: [number, number],
  random: Random,
  stddev: number,
): tf.Variable<tf.Rank.R2> {
  const values = Float32Array.from(
    { length: shape[0] * shape[1] },
    () => random.truncatedNormal(stddev),
  );
  return tf.tidy(() => tf.variable(tf.tensor2d(values, shape)));
}

/** A variable [units] that starts from 0. */
export function biases(units: number): tf.Variable<tf.Rank.R1> {
  return tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([units])));
}

/** How many numbers training can change. */
export function parameterCount(variables: Readonly<Record<string, tf.Variable>>): number {
  return Object.values(variables).filter(({ trainable }) => trainable)
    .reduce((sum, { size }) => sum + size, 0);
}
