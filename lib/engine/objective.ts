/** The objective, its gradients, and the two norms of the original. */

import * as tf from "../tf.ts";
import { LOG_EPSILON } from "./engine.ts";
import type { LogitsOptions, Model } from "../model/model.ts";

export { LOG_EPSILON };

/** Result of {@linkcode gradients}; the caller's `tf.tidy` frees its tensors. */
export interface Gradients {
  /** Scalar: −Σ y·log(p + ε). */
  readonly crossEntropy: tf.Scalar;
  /** Gradient of the cross-entropy for each trainable variable, by name. */
  readonly gradients: Readonly<Record<string, tf.Tensor>>;
  /** Most likely class of each image, [batch]. */
  readonly predictions: Int32Array;
}

/**
 * −Σ y·log(softmax(logits) + ε), summed over the batch, as the 2015 notebook has it.
 *
 * With ε = 0 it is not finite as soon as one p is too small for float32, of any class:
 * −log(0) = ∞ for the label's, 0·log(0) = NaN for any other.
 *
 * @param logits [batch, classes]
 * @param labels one-hot, [batch, classes]
 * @param epsilon ε
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertAlmostEquals } from "@std/assert";
 * import { crossEntropy } from "gradnets/engine/objective.ts";
 *
 * const loss = tf.tidy(() => crossEntropy(tf.zeros([2, 10]), tf.oneHot([3, 7], 10)).dataSync()[0]!);
 * assertAlmostEquals(loss, 2 * Math.log(10), 1e-5);
 * ```
 */
export function crossEntropy(
  logits: tf.Tensor2D,
  labels: tf.Tensor,
  epsilon: number = LOG_EPSILON,
): tf.Scalar {
  return tf.neg(tf.sum(tf.mul(labels, tf.log(tf.add(tf.softmax(logits), epsilon)))));
}

/** Trainable variables of a model, by name. */
export function trainable({ variables }: Model): Readonly<Record<string, tf.Variable>> {
  return Object.fromEntries(Object.entries(variables).filter(([, { trainable }]) => trainable));
}

/**
 * Computes the cross-entropy of a batch and its gradients, without the norm penalty: the original's
 * gradient norm is that of the cross-entropy alone.
 *
 * @param x images, [batch, inputs]
 * @param labels one-hot, [batch, classes]
 * @param epsilon ε of {@linkcode crossEntropy}
 */
export function gradients(
  model: Model,
  x: tf.Tensor2D,
  labels: tf.Tensor,
  options: LogitsOptions,
  epsilon: number = LOG_EPSILON,
): Gradients {
  const trained = trainable(model);
  let predictions: Int32Array | undefined;
  const { value, grads } = tf.variableGrads(() => {
    const logits = model.logits(x, options);
    predictions = classesOf(logits);
    return crossEntropy(logits, labels, epsilon);
  }, Object.values(trained));
  const gradients = Object.entries(trained)
    .map(([name, v]) => [name, grads[v.name] ?? tf.zerosLike(v)]);
  return {
    crossEntropy: value,
    gradients: Object.fromEntries(gradients),
    predictions: predictions!,
  };
}

/** Most likely class of each row of logits [batch, classes]. */
export function classesOf(logits: tf.Tensor2D): Int32Array {
  const classes = tf.argMax(logits, 1);
  try {
    return classes.dataSync<"int32">();
  } finally {
    classes.dispose();
  }
}

/**
 * Mean of |t| over all elements of the tensors: the original's norm of the hidden weights and of
 * their gradients.
 */
export function meanAbs(...tensors: readonly tf.Tensor[]): tf.Scalar {
  const [only, ...others] = tensors;
  if (only && others.length === 0) return tf.mean(tf.abs(only));
  const sums = tensors.map((t) => tf.sum<tf.Scalar>(tf.abs(t)));
  return tf.div(tf.addN(sums), sizeOf(tensors));
}

/**
 * ∂ meanAbs/∂t = sign(t)/size, 0 where t is 0. Made of two tf.step: tf.sign is forty times slower on
 * WASM.
 *
 * @param size number of elements in the mean. Default: that of t
 */
export function meanAbsGradient(t: tf.Tensor, size = t.size): tf.Tensor {
  return tf.div(tf.sub(tf.step(t), tf.step(tf.neg(t))), size);
}

const sizeOf = (tensors: readonly tf.Tensor[]) => tensors.reduce((sum, { size }) => sum + size, 0);

/** Weights of a model in the norms. */
export const normed = ({ normed, variables }: Model): readonly tf.Variable[] =>
  normed.map((name) => variables[name]!);

/** Gradients of cross-entropy + l1 · meanAbs(normed weights), in the order of the variables. */
export function penalised(
  model: Model,
  found: Readonly<Record<string, tf.Tensor>>,
  l1: number,
): readonly tf.Tensor[] {
  if (l1 === 0) return Object.values(found);
  const size = sizeOf(normed(model));
  return Object.entries(found).map(([name, gradient]) =>
    model.normed.includes(name)
      ? tf.add(gradient, tf.mul(l1, meanAbsGradient(model.variables[name]!, size)))
      : gradient
  );
}
