/** What training descends, its gradients, and the two norms the original watched. */

import * as tf from "@tensorflow/tfjs";
import type { ForwardOptions, GradNet, Variables } from "../model/gradnet.ts";

/** The 2015 notebook's ε in log(p + ε). */
export const LOG_EPSILON = 1e-9;

/** What {@linkcode gradients} finds; its tensors are the caller's `tf.tidy` to free. */
export interface Gradients {
  /** Scalar: −Σ y·log(p + ε). */
  readonly crossEntropy: tf.Scalar;
  /** ∂ cross-entropy/∂ each variable, in the order of `Object.values(net.variables)`. */
  readonly gradients: readonly tf.Tensor[];
  /** The one among them that belongs to the hidden weights, [depth − 2, width, width]. */
  readonly hiddenW: tf.Tensor;
}

/**
 * −Σ y·log(softmax(logits) + ε), summed over the batch, as the 2015 notebook has it.
 *
 * With ε = 0 it is not finite as soon as one p is too small for float32, whichever class it is of:
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

/**
 * The cross-entropy of one batch and its gradients. The norm penalty is not in it: the original's
 * gradient norm is of the cross-entropy alone.
 *
 * @param x images, [batch, inputs]
 * @param labels one-hot, [batch, classes]
 * @param epsilon ε of {@linkcode crossEntropy}
 */
export function gradients(
  net: GradNet,
  x: tf.Tensor2D,
  labels: tf.Tensor,
  options: ForwardOptions,
  epsilon: number = LOG_EPSILON,
): Gradients {
  const variables = Object.values(net.variables) as tf.Variable[];
  const loss = () => crossEntropy(net.logits(x, options), labels, epsilon);
  const { value, grads } = tf.variableGrads(loss, variables);
  const gradients = variables.map(({ name }) => grads[name]!);
  const hiddenW = grads[net.variables.hiddenW.name]!;
  return { crossEntropy: value, gradients, hiddenW };
}

/**
 * Mean of |t| over all its elements: the original's norm of the hidden weights and of their
 * gradients.
 */
export function meanAbs(t: tf.Tensor): tf.Scalar {
  return tf.mean(tf.abs(t));
}

/**
 * ∂ meanAbs(t)/∂t = sign(t)/size, 0 where t is 0. Two steps: tf.sign is forty times slower than
 * tf.step on WASM.
 */
export function meanAbsGradient(t: tf.Tensor): tf.Tensor {
  return tf.div(tf.sub(tf.step(t), tf.step(tf.neg(t))), t.size);
}

/** Gradients of cross-entropy + l1 · meanAbs(hidden weights), in the order of the variables. */
export function penalised(
  found: Gradients,
  variables: Variables,
  l1: number,
): readonly tf.Tensor[] {
  if (l1 === 0) return found.gradients;
  const penalty = tf.mul(l1, meanAbsGradient(variables.hiddenW));
  return found.gradients.map((gradient) =>
    gradient === found.hiddenW ? tf.add(gradient, penalty) : gradient
  );
}
