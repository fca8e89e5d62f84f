/** Makes, counts and frees the variables of a model. */

import * as tf from "../tf.ts";
import type { Random } from "../random.ts";

/** Maximum units of a layer: a square matrix of that many fills WebAssembly's memory. */
export const MAX_UNITS: number = 2 ** 15;

/** Makes a variable [inputs, outputs], drawn from a truncated normal. */
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

/** Makes a variable [units] of zeros. */
export function biases(units: number): tf.Variable<tf.Rank.R1> {
  return tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([units])));
}

/** Number of trainable parameters. */
export function parameterCount(variables: Readonly<Record<string, tf.Variable>>): number {
  return Object.values(variables).filter(({ trainable }) => trainable)
    .reduce((sum, { size }) => sum + size, 0);
}

/** An object with variables by name. */
interface Owner {
  readonly variables: Readonly<Record<string, tf.Variable>>;
}

/**
 * Disposes of the variables of a net when it is garbage-collected: TensorFlow.js keeps every variable
 * until it is disposed of.
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
