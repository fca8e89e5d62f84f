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

/** Something that has variables, by name. */
interface Owner {
  readonly variables: Readonly<Record<string, tf.Variable>>;
}

/**
 * Sees to it that the variables of a net go when nobody can reach the net any more: TensorFlow.js
 * keeps every variable until it is disposed of.
 */
export function disposeWhenDropped(net: Owner): void {
  dropped.register(net, net.variables, net);
}

/** Frees the variables of a net. */
export function disposeVariables(net: Owner): void {
  dropped.unregister(net);
  tf.dispose(Object.values(net.variables));
}

const dropped = new FinalizationRegistry<Owner["variables"]>((variables) => {
  for (const [name, variable] of Object.entries(variables)) {
    if (variable.isDisposed) continue;
    variable.dispose();
    variable.throwIfDisposed = () => {
      throw new Error(
        `Cannot read ${name}: its net is gone. Keep the net for as long as its variables`,
      );
    };
  }
});
