/**
 * The hidden layers, each one line beside its formula. This is the reference: what a reader is
 * shown, and what every faster form is held to.
 *
 * All of them see x [batch, width], the layer's input, and u = x·W + b [batch, width], and take g in
 * [0, 1], how far the network has turned from its early architecture into its late one. A layer may
 * own learned parameters as well: highway's gates are one case.
 *
 * The lines are methods of tensors, so that this file needs TensorFlow.js' types alone: the fused
 * kernels read names and shapes from it where there is no TensorFlow.js.
 */

import type { Tensor, Tensor2D } from "../tf.ts";

/** A learned parameter that each hidden layer has of its own, beside W and b. */
export interface LayerParameter {
  /** Its shape in a layer of `width` units: [] is a scalar, [width] one number for each unit. */
  shape(width: number): number[];
  /** What all of it starts from; "weights": drawn like the layers' own W. */
  readonly start: number | "weights";
}

/** The values of a layer's own parameters, by name. */
export type Own = Readonly<Record<string, Tensor>>;

/** What {@linkcode Layer.backward} finds. */
export type LayerGradients = {
  /** ∂L/∂u [batch, width]. */
  readonly du: Tensor2D;
  /** The part of ∂L/∂x [batch, width] that does not go through u; absent where all of it does. */
  readonly dx?: Tensor2D;
  /** ∂L/∂ each of the layer's own parameters, by name. */
  readonly own?: Own;
};

/**
 * One kind of hidden layer. An object of your own with a formula and a forward line is as good as
 * those of {@linkcode layers}: its network trains on the reference.
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
  /** The formula, for people. */
  readonly formula: string;
  /** Learned parameters of the layer's own, by name. Default: none. */
  readonly parameters?: Readonly<Record<string, LayerParameter>>;
  /** y [batch, width] of x [batch, width], u = x·W + b [batch, width] and the layer's own. */
  forward(x: Tensor2D, u: Tensor2D, g: number, own: Own): Tensor2D;
  /**
   * The derivatives by hand, from dy = ∂L/∂y [batch, width]: faster than automatic differentiation,
   * which finds them where this is absent. A GradNet compares the two with `checkLayer` before it
   * is built of a layer that is not in {@linkcode layers}.
   */
  backward?(dy: Tensor2D, x: Tensor2D, u: Tensor2D, g: number, own: Own): LayerGradients;
}

/** The kinds of layer there are. */
export type LayerKind = "identity-grelu" | "linear-grelu" | "plain" | "residual" | "highway";

/** Nothing but x: what a shallow network has there. For `gradual`. */
export const identity: Layer = {
  formula: "y = x",
  forward: (x) => x.clone(),
  backward: (dy) => ({ du: dy.zerosLike(), dx: dy }),
};

/** Nothing but u. For `gradual`. */
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

/** H alone, whatever g: the network without interpolation. */
const plain: Layer = {
  formula: "y = relu(u)",
  forward: (_x, u) => u.relu(),
  backward: (dy, _x, u) => ({ du: dy.mul(u.step()) }),
};

/** Both, whatever g: the shortcut that residual networks never lose (arXiv 1512.03385). */
const residual: Layer = {
  formula: "y = x + relu(u)",
  forward: (x, u) => x.add(u.relu()),
  backward: (dy, _x, u) => ({ du: dy.mul(u.step()), dx: dy }),
};

/** A learned gate in g's place, one for each unit and image: highway networks (arXiv 1505.00387). */
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
 * Every layer by its name.
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

/** The names of {@linkcode layers}. */
export const layerKinds = Object.keys(layers) as LayerKind[];
