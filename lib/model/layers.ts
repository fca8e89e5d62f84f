/**
 * The hidden layers, each one line of TensorFlow.js beside its formula. This is the reference:
 * what a reader is shown, and what every faster form is held to.
 *
 * All of them see x [batch, width], the layer's input, and u = x·W + b [batch, width], and take
 * g in [0, 1], how far the network has turned from its early architecture into its late one.
 */

import * as tf from "@tensorflow/tfjs";

/** One kind of hidden layer. */
export interface Layer {
  /** The formula, for people. */
  readonly formula: string;
  /** y [batch, width] of x [batch, width] and u = x·W + b [batch, width]. */
  forward(x: tf.Tensor2D, u: tf.Tensor2D, g: number): tf.Tensor2D;
  /** ∂L/∂u [batch, width], from dy = ∂L/∂y. */
  du(dy: tf.Tensor2D, u: tf.Tensor2D, g: number): tf.Tensor2D;
  /** The part of ∂L/∂x [batch, width] that goes round u; absent where nothing does. */
  dx?(dy: tf.Tensor2D, g: number): tf.Tensor2D;
}

/** The kinds of layer there are. */
export type LayerKind = "identity-grelu" | "linear-grelu" | "plain";

/** H(x) = relu(u), I(x) = x: the 2015 notebook's layer, its author's own variant. */
const identityGrelu: Layer = {
  formula: "y = g·relu(u) + (1−g)·x",
  forward: (x, u, g) => tf.add(tf.mul(g, tf.relu(u)), tf.mul(1 - g, x)),
  du: (dy, u, g) => tf.mul(tf.mul(g, dy), tf.step(u)),
  dx: (dy, g) => tf.mul(1 - g, dy),
};

/** H(x) = relu(u), I(x) = u: the paper's first example, a leaky ReLU of negative slope 1−g. */
const linearGrelu: Layer = {
  formula: "y = g·relu(u) + (1−g)·u = leakyRelu(u, 1−g)",
  forward: (_x, u, g) => tf.leakyRelu(u, 1 - g),
  du: (dy, u, g) => tf.mul(dy, tf.add(tf.mul(g, tf.step(u)), 1 - g)),
};

/** H alone, whatever g: the network without interpolation. */
const plain: Layer = {
  formula: "y = relu(u)",
  forward: (_x, u, _g) => tf.relu(u),
  du: (dy, u, _g) => tf.mul(dy, tf.step(u)),
};

/**
 * Every layer by its name.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { layers } from "gradnets/model/layers.ts";
 *
 * const x = tf.tensor2d([[1, 2]]), u = tf.tensor2d([[-4, 8]]);
 * const y = layers["identity-grelu"].forward(x, u, 0.25); // ¼·relu(u) + ¾·x
 * assertEquals([...y.dataSync()], [0.75, 3.5]);
 * tf.dispose([x, u, y]);
 * ```
 */
export const layers: Readonly<Record<LayerKind, Layer>> = {
  "identity-grelu": identityGrelu,
  "linear-grelu": linearGrelu,
  "plain": plain,
};

/** The names of {@linkcode layers}. */
export const layerKinds = Object.keys(layers) as LayerKind[];
