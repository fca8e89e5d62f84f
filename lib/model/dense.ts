/**
 * The fully connected layer and the stack of hidden layers, with gradients that stay on the fast
 * paths of the WASM backend: there a matMul with a transpose flag, which is what TensorFlow.js'
 * own gradient calls twice, leaves XNNPACK for a scalar loop, and cutting a row out of a tensor
 * copies the whole tensor. Transposing first and cutting once makes a step three times faster.
 */

import * as tf from "../tf.ts";
import type { Layer, Own } from "./layers.ts";
import { type G, gOfLayers } from "./g.ts";

/** Gradients of u = x·W + b: dx = du·Wᵀ, dW = xᵀ·du, db = Σ du over the batch. */
function denseGradients(du: tf.Tensor2D, x: tf.Tensor2D, Wt: tf.Tensor2D) {
  return {
    dx: tf.matMul(du, Wt) as tf.Tensor2D,
    dW: tf.matMul(tf.transpose(x), du),
    db: tf.sum<tf.Tensor1D>(du, 0),
  };
}

/**
 * u = x·W + b.
 *
 * @param x [batch, inputs]
 * @param W [inputs, outputs]
 * @param b [outputs]
 * @returns [batch, outputs]
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { dense } from "gradnets/model/dense.ts";
 *
 * const x = tf.tensor2d([[1, 2]]), W = tf.tensor2d([[1, 0, 3], [0, 1, 4]]), b = tf.tensor1d([10, 20, 30]);
 * const y = tf.relu(dense(x, W, b));
 * assertEquals([...y.dataSync()], [11, 22, 41]);
 * tf.dispose([x, W, b, y]);
 * ```
 */
export function dense(x: tf.Tensor2D, W: tf.Tensor2D, b: tf.Tensor1D): tf.Tensor2D {
  const op = tf.customGrad((...args) => {
    const [x, W, b, save] = args as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D, tf.GradSaveFunc];
    save([x, W]);
    const gradFunc = (du: tf.Tensor, saved: tf.Tensor[]) => {
      const [x, W] = saved as [tf.Tensor2D, tf.Tensor2D];
      const { dx, dW, db } = denseGradients(du as tf.Tensor2D, x, tf.transpose(W));
      return [dx, dW, db];
    };
    return { value: tf.add(tf.matMul(x, W), b), gradFunc };
  });
  return op(x, W, b) as tf.Tensor2D;
}

/**
 * Splits a stack along its first axis, [n, ...shape] → n × [...shape], by one read of the whole
 * stack: tf.unstack on WASM makes n, which takes milliseconds for [48, 50, 50].
 */
export function unstack<T extends tf.Tensor>(stack: tf.Tensor): T[] {
  const [count = 0, ...shape] = stack.shape;
  const values = stack.dataSync<"float32">();
  const size = values.length / count;
  return Array.from(
    { length: count },
    (_, i) => tf.tensor(values.subarray(i * size, (i + 1) * size), shape) as T,
  );
}

/**
 * Applies the hidden layers in turn: x ← mask · layer(x, x·W[l] + b[l], g[l]) for l = 0, 1, ….
 *
 * @param layer the layer that is repeated
 * @param x [batch, width]
 * @param W [layers, width, width]
 * @param b [layers, width]
 * @param g share of the late architecture, in [0, 1]: one for all layers, or one for each
 * @param masks dropout masks of 0 and 1/keep, one [batch, width] per layer. Default: no dropout
 * @param own the layer's own parameters by name, each [layers, …]
 * @returns [batch, width]
 * @throws {RangeError} if g is a list of another length than W
 * @throws {TypeError} if one of the layer's own parameters is missing
 */
export function hiddenStack(
  layer: Layer,
  x: tf.Tensor2D,
  W: tf.Tensor3D,
  b: tf.Tensor2D,
  g: G,
  masks?: readonly tf.Tensor2D[],
  own: Own = {},
): tf.Tensor2D {
  const gs = gOfLayers(g, W.shape[0]);
  const names = Object.keys(layer.parameters ?? {});
  const stacks = names.map((name) => {
    const stack = own[name];
    if (stack) return stack;
    throw new TypeError(`Cannot stack "${layer.formula}": expected its own ${name}, got none`);
  });
  if (!layer.backward) return differentiableStack(layer, x, [W, b, ...stacks], names, gs, masks);
  const op = tf.customGrad((...args) => {
    const save = args.at(-1) as unknown as tf.GradSaveFunc;
    const [x, W, b, ...stacks] = args.slice(0, -1) as [tf.Tensor2D, tf.Tensor, ...tf.Tensor[]];
    const Ws = unstack<tf.Tensor2D>(W), bs = unstack<tf.Tensor1D>(b!);
    const owns = ownOf(names, stacks.map((stack) => unstack(stack)));
    const xs = [x], us: tf.Tensor2D[] = [];
    Ws.forEach((W, l) => {
      const u: tf.Tensor2D = tf.add(tf.matMul(xs[l]!, W), bs[l]!);
      const y = layer.forward(xs[l]!, u, gs[l]!, owns(l));
      us.push(u);
      xs.push(masks ? tf.mul(y, masks[l]!) : y);
    });
    save([W, ...stacks, ...xs.slice(0, -1), ...us]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      stackGradients(layer, dy as tf.Tensor2D, saved, names, gs, masks);
    return { value: xs.at(-1)!, gradFunc };
  });
  return op(x, W, b, ...stacks) as tf.Tensor2D;
}

/** Collects the own parameters of layer l from the parts of each stack. */
const ownOf = (names: readonly string[], parts: readonly (readonly tf.Tensor[])[]) =>
(
  l: number,
): Own => Object.fromEntries(names.map((name, i) => [name, parts[i]![l]!]));

/** {@linkcode hiddenStack} by operations that have gradients, for automatic differentiation. */
function differentiableStack(
  layer: Layer,
  x: tf.Tensor2D,
  stacks: readonly tf.Tensor[],
  names: readonly string[],
  gs: readonly number[],
  masks?: readonly tf.Tensor2D[],
): tf.Tensor2D {
  const [Ws, bs, ...owns] = stacks.map((stack) => tf.unstack(stack));
  const own = ownOf(names, owns);
  return gs.reduce((x, g, l) => {
    const u = dense(x, Ws![l] as tf.Tensor2D, bs![l] as tf.Tensor1D);
    const y = layer.forward(x, u, g, own(l));
    return masks ? tf.mul(y, masks[l]!) : y;
  }, x);
}

function stackGradients(
  layer: Layer,
  dy: tf.Tensor2D,
  [W, ...saved]: readonly tf.Tensor[],
  names: readonly string[],
  g: readonly number[],
  masks?: readonly tf.Tensor2D[],
): tf.Tensor[] {
  const n = g.length;
  const Wts = unstack<tf.Tensor2D>(tf.transpose(W as tf.Tensor3D, [0, 2, 1]));
  const own = ownOf(names, saved.slice(0, names.length).map((stack) => unstack(stack)));
  const xs = saved.slice(names.length, names.length + n) as tf.Tensor2D[];
  const us = saved.slice(names.length + n) as tf.Tensor2D[];
  const found: tf.Tensor[][] = [[], [], ...names.map(() => [])];
  for (let l = n - 1; l >= 0; l--) {
    if (masks) dy = tf.mul(dy, masks[l]!);
    const by = layer.backward!(dy, xs[l]!, us[l]!, g[l]!, own(l));
    const { dx, dW, db } = denseGradients(by.du, xs[l]!, Wts[l]!);
    const parts = [dW, db, ...names.map((name) => by.own![name]!)];
    parts.forEach((part, i) => found[i]!.unshift(part));
    dy = by.dx ? tf.add(dx, by.dx) : dx;
  }
  return [dy, ...found.map((parts) => tf.stack(parts))];
}
