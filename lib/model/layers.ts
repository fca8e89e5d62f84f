/**
 * The hidden layers, each one line beside its formula: the reference that readers are shown and
 * faster forms are tested against.
 *
 * All take x [batch, width], the layer's input, u = x·W + b [batch, width], and g in [0, 1], the share
 * of the late architecture. A layer may have parameters of its own, such as highway's gates.
 *
 * The lines call methods of tensors, so that this file needs only the types of TensorFlow.js: the
 * fused kernels read names and shapes from it without TensorFlow.js.
 */

import type { Tensor, Tensor2D } from "../tf.ts";

/** A parameter of each hidden layer beside W and b. */
export interface LayerParameter {
  /** Shape in a layer of `width` units: [] is a scalar, [width] one number per unit. */
  shape(width: number): number[];
  /** Initial value; "weights" draws it like W. */
  readonly start: number | "weights";
}

/** Values of a layer's own parameters, by name. */
export type Own = Readonly<Record<string, Tensor>>;

/** Result of {@linkcode Layer.backward}. */
export type LayerGradients = {
  /** ∂L/∂u [batch, width]. */
  readonly du: Tensor2D;
  /** Part of ∂L/∂x [batch, width] that bypasses u. Default: none. */
  readonly dx?: Tensor2D;
  /** Gradients of the layer's own parameters, by name. */
  readonly own?: Own;
};

/**
 * A kind of hidden layer. Any object with a formula and a forward line works like those of
 * {@linkcode layers}: its network trains on the reference.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { GradNet, gradual, identity, type Layer, startBackend } from "gradnets";
 *
 * const tanh: Layer = { formula: "y = tanh(u)", forward: (_x, u) => u.tanh() };
 * await startBackend();
 * const net = new GradNet({ depth: 5, layer: gradual(identity, tanh) });
 * assertEquals([net.layer, net.formula], ["custom", "(1−g)·(y = x) + g·(y = tanh(u))"]);
 *
 * // ReZero (arXiv 2003.04887): a learned scalar for each layer, from 0
 * const rezero: Layer = {
 *   formula: "y = x + α·relu(u)",
 *   parameters: { alpha: { shape: () => [], start: 0 } },
 *   forward: (x, u, _g, { alpha }) => x.add(u.relu().mul(alpha!)),
 * };
 * const growing = new GradNet({ depth: 5, layer: rezero });
 * assertEquals(growing.variables.alpha?.shape, [3]); // one for each hidden layer
 * for (const one of [net, growing]) one.dispose();
 * ```
 */
export interface Layer {
  /** The formula, as text. */
  readonly formula: string;
  /** Parameters beside W and b, by name. Default: none. */
  readonly parameters?: Readonly<Record<string, LayerParameter>>;
  /** Computes y [batch, width] of x [batch, width], u = x·W + b [batch, width] and own parameters. */
  forward(x: Tensor2D, u: Tensor2D, g: number, own: Own): Tensor2D;
  /**
   * Computes the derivatives from dy = ∂L/∂y [batch, width]. Default: automatic differentiation,
   * which is slower. GradNet compares the two with `checkLayer` for custom layers.
   */
  backward?(dy: Tensor2D, x: Tensor2D, u: Tensor2D, g: number, own: Own): LayerGradients;
}

/** Built-in kinds of layer. */
export type LayerKind = "identity-grelu" | "linear-grelu" | "plain" | "residual" | "highway";

/** The identity, for `gradual`. */
export const identity: Layer = {
  formula: "y = x",
  forward: (x) => x.clone(),
  backward: (dy) => ({ du: dy.zerosLike(), dx: dy }),
};

/** The linear layer, for `gradual`. */
export const linear: Layer = {
  formula: "y = u",
  forward: (_x, u) => u.clone(),
  backward: (dy) => ({ du: dy }),
};

/** H(x) = relu(u), I(x) = x: the 2015 notebook's layer, its author's own variant. */
const identityGrelu: Layer = {
  formula: "y = g·relu(u) + (1−g)·x",
  forward: (x, u, g) => u.relu().mul(g).add(x.mul(1 - g)),
  backward: (dy, _x, u, g) => ({ du: dy.mul(g).mul(u.step()), dx: dy.mul(1 - g) }),
};

/** H(x) = relu(u), I(x) = u: the paper's first example, a leaky ReLU of negative slope 1−g. */
const linearGrelu: Layer = {
  formula: "y = g·relu(u) + (1−g)·u = leakyRelu(u, 1−g)",
  forward: (_x, u, g) => u.leakyRelu(1 - g),
  backward: (dy, _x, u, g) => ({ du: dy.mul(u.step().mul(g).add(1 - g)) }),
};

/** H alone, independent of g: no interpolation. */
const plain: Layer = {
  formula: "y = relu(u)",
  forward: (_x, u) => u.relu(),
  backward: (dy, _x, u) => ({ du: dy.mul(u.step()) }),
};

/** H + I, independent of g: the shortcut of residual networks (arXiv 1512.03385). */
const residual: Layer = {
  formula: "y = x + relu(u)",
  forward: (x, u) => x.add(u.relu()),
  backward: (dy, _x, u) => ({ du: dy.mul(u.step()), dx: dy }),
};

/** A learned gate per unit and image in place of g: highway networks (arXiv 1505.00387). */
const highway: Layer = {
  formula: "y = t·relu(u) + (1−t)·x, t = σ(x·W_T + b_T)",
  parameters: {
    gateW: { shape: (width) => [width, width], start: "weights" },
    gateB: { shape: (width) => [width], start: -2 },
  },
  forward(x, u, _g, own) {
    const t = gate(x, own);
    return t.mul(u.relu()).add(oneMinus(t).mul(x));
  },
  backward(dy, x, u, _g, own) {
    const t = gate(x, own), rest = oneMinus(t);
    const ds: Tensor2D = dy.mul(u.relu().sub(x)).mul(t.mul(rest));
    const through = ds.matMul(own.gateW!.transpose());
    return {
      du: t.mul(dy).mul(u.step()),
      dx: rest.mul(dy).add(through),
      own: { gateW: x.transpose().matMul(ds), gateB: ds.sum(0) },
    };
  },
};

/** t = σ(x·W_T + b_T) [batch, width]. */
function gate(x: Tensor2D, { gateW, gateB }: Own): Tensor2D {
  const s: Tensor2D = x.matMul(gateW!).add(gateB!);
  return s.sigmoid();
}

const oneMinus = (t: Tensor2D): Tensor2D => t.mul(-1).add(1);

/**
 * Built-in layers by name.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { layers } from "gradnets/model/layers.ts";
 *
 * const x = tf.tensor2d([[1, 2]]), u = tf.tensor2d([[-4, 8]]);
 * const y = layers["identity-grelu"].forward(x, u, 0.25, {}); // ¼·relu(u) + ¾·x
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

/** Names of {@linkcode layers}. */
export const layerKinds = Object.keys(layers) as LayerKind[];
