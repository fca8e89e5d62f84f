/**
 * The hidden layers, each one line of TensorFlow.js beside its formula. This is the reference:
 * what a reader is shown, and what every faster form is held to.
 *
 * All of them see x [batch, width], the layer's input, and u = x·W + b [batch, width], and take
 * g in [0, 1], how far the network has turned from its early architecture into its late one. One
 * with a gate sees t = σ(x·W_T + b_T) [batch, width] as well, from weights of its own.
 */

import * as tf from "@tensorflow/tfjs";

/**
 * One kind of hidden layer. An object of your own with these few functions is as good as those of
 * {@linkcode layers}: its network trains on the reference.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { GradNet, gradual, identity, type Layer, startBackend } from "gradnets";
 *
 * const tanh: Layer = {
 *   formula: "y = tanh(u)",
 *   forward: (_x, u) => tf.tanh(u),
 *   du: (dy, u) => tf.mul(dy, tf.sub(1, tf.square(tf.tanh(u)))),
 * };
 * await startBackend();
 * const net = new GradNet({ depth: 5, layer: gradual(identity, tanh) });
 * assertEquals([net.layer, net.formula], ["custom", "(1−g)·(y = x) + g·(y = tanh(u))"]);
 * net.dispose();
 * ```
 */
export interface Layer {
  /** The formula, for people. */
  readonly formula: string;
  /** y [batch, width] of x [batch, width], u = x·W + b [batch, width] and, with a gate, t. */
  forward(x: tf.Tensor2D, u: tf.Tensor2D, g: number, t?: tf.Tensor2D): tf.Tensor2D;
  /** ∂L/∂u [batch, width], from dy = ∂L/∂y. */
  du(dy: tf.Tensor2D, u: tf.Tensor2D, g: number, t?: tf.Tensor2D): tf.Tensor2D;
  /** The part of ∂L/∂x [batch, width] that goes round u and t; absent where nothing does. */
  dx?(dy: tf.Tensor2D, g: number, t?: tf.Tensor2D): tf.Tensor2D;
  /** ∂L/∂t [batch, width]. A layer that has it has a gate: weights W_T, b_T, of which t is made. */
  dt?(dy: tf.Tensor2D, x: tf.Tensor2D, u: tf.Tensor2D, g: number): tf.Tensor2D;
}

/** The kinds of layer there are. */
export type LayerKind = "identity-grelu" | "linear-grelu" | "plain" | "residual" | "highway";

/** Nothing but x: what a shallow network has there. For {@linkcode gradual}. */
export const identity: Layer = {
  formula: "y = x",
  forward: (x) => x.clone(),
  du: (dy) => tf.zerosLike(dy),
  dx: (dy) => dy,
};

/** Nothing but u. For {@linkcode gradual}. */
export const linear: Layer = {
  formula: "y = u",
  forward: (_x, u) => u,
  du: (dy) => dy,
};

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

/** Both, whatever g: the way round that residual networks never lose (arXiv 1512.03385). */
const residual: Layer = {
  formula: "y = x + relu(u)",
  forward: (x, u, _g) => tf.add(x, tf.relu(u)),
  du: (dy, u, _g) => tf.mul(dy, tf.step(u)),
  dx: (dy, _g) => dy,
};

/** A gate in g's place, learned, one for each unit and image: highway networks (arXiv 1505.00387). */
const highway: Layer = {
  formula: "y = t·relu(u) + (1−t)·x, t = σ(x·W_T + b_T)",
  forward: (x, u, _g, t) => tf.add(tf.mul(t!, tf.relu(u)), tf.mul(tf.sub(1, t!), x)),
  du: (dy, u, _g, t) => tf.mul(tf.mul(t!, dy), tf.step(u)),
  dx: (dy, _g, t) => tf.mul(tf.sub(1, t!), dy),
  dt: (dy, x, u, _g) => tf.mul(dy, tf.sub(tf.relu(u), x)),
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
  "residual": residual,
  "highway": highway,
};

/** The names of {@linkcode layers}. */
export const layerKinds = Object.keys(layers) as LayerKind[];
