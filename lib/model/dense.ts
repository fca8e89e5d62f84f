/**
 * The fully connected layer and the stack of hidden layers, with gradients that stay on the fast
 * paths of the WASM backend: there a matMul with a transpose flag, which is what TensorFlow.js'
 * own gradient calls twice, leaves XNNPACK for a scalar loop, and cutting a row out of a tensor
 * copies the whole tensor. Transposing first and cutting once makes a step three times faster.
 */

import * as tf from "@tensorflow/tfjs";
import type { Layer } from "./layers.ts";
import { type Share, shares } from "./share.ts";

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
 * The parts of a stack along its first axis, [n, ...shape] → n × [...shape]. One read of the whole
 * stack; tf.unstack on WASM makes n, some milliseconds for [48, 50, 50].
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

/** What the gates t = σ(x·W[l] + b[l]) are made of. */
export interface Gate {
  /** [layers, width, width] */
  readonly W: tf.Tensor3D;
  /** [layers, width] */
  readonly b: tf.Tensor2D;
}

/**
 * One hidden layer after another: x ← mask · layer(x, x·W[l] + b[l], g[l]) for l = 0, 1, ….
 *
 * @param layer the formula of every layer
 * @param x [batch, width]
 * @param W [layers, width, width]
 * @param b [layers, width]
 * @param g share of the late architecture, in [0, 1]: of all layers, or of each
 * @param masks dropout masks, one [batch, width] a layer with values 0 and 1/keep; none: no dropout
 * @param gate for a layer that has one
 * @returns [batch, width]
 * @throws {RangeError} if g is a list of another length than W
 * @throws {TypeError} if the layer has a gate and `gate` is not given
 */
export function hiddenStack(
  layer: Layer,
  x: tf.Tensor2D,
  W: tf.Tensor3D,
  b: tf.Tensor2D,
  g: Share,
  masks?: readonly tf.Tensor2D[],
  gate?: Gate,
): tf.Tensor2D {
  const gs = shares(g, W.shape[0]);
  if (layer.dt && !gate) {
    throw new TypeError(`Cannot stack "${layer.formula}": expected its gates' W and b, got none`);
  }
  const gated = layer.dt ? [gate!.W, gate!.b] : [];
  const op = tf.customGrad((...args) => {
    const save = args.at(-1) as unknown as tf.GradSaveFunc;
    const [x, W, b, gateW, gateB] = args.slice(0, -1) as GatedArguments;
    const Ws = unstack<tf.Tensor2D>(W), bs = unstack<tf.Tensor1D>(b);
    const gateWs = gateW && unstack<tf.Tensor2D>(gateW);
    const gateBs = gateB && unstack<tf.Tensor1D>(gateB);
    const xs = [x], us: tf.Tensor2D[] = [], ts: tf.Tensor2D[] = [];
    Ws.forEach((W, l) => {
      const u: tf.Tensor2D = tf.add(tf.matMul(xs[l]!, W), bs[l]!);
      if (gateWs) ts.push(tf.sigmoid(tf.add(tf.matMul(xs[l]!, gateWs[l]!), gateBs![l]!)));
      const y = layer.forward(xs[l]!, u, gs[l]!, ts[l]);
      us.push(u);
      xs.push(masks ? tf.mul(y, masks[l]!) : y);
    });
    save([W, ...xs.slice(0, -1), ...us, ...(gateW ? [gateW, ...ts] : [])]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      hiddenStackGradients(layer, dy as tf.Tensor2D, saved, gs, masks);
    return { value: xs.at(-1)!, gradFunc };
  });
  return op(x, W, b, ...gated) as tf.Tensor2D;
}

type GatedArguments = [tf.Tensor2D, tf.Tensor3D, tf.Tensor2D, tf.Tensor3D?, tf.Tensor2D?];

function hiddenStackGradients(
  layer: Layer,
  dy: tf.Tensor2D,
  [W, ...saved]: readonly tf.Tensor[],
  g: readonly number[],
  masks?: readonly tf.Tensor2D[],
): tf.Tensor[] {
  const n = g.length;
  const transposed = (W: tf.Tensor) =>
    unstack<tf.Tensor2D>(tf.transpose(W as tf.Tensor3D, [0, 2, 1]));
  const Wts = transposed(W!);
  const xs = saved.slice(0, n) as tf.Tensor2D[];
  const us = saved.slice(n, 2 * n) as tf.Tensor2D[];
  const gateWts = layer.dt ? transposed(saved[2 * n]!) : [];
  const ts = saved.slice(2 * n + 1) as tf.Tensor2D[];
  const found: tf.Tensor[][] = layer.dt ? [[], [], [], []] : [[], []]; // of W and b, and the gates'
  for (let l = n - 1; l >= 0; l--) {
    if (masks) dy = tf.mul(dy, masks[l]!);
    const t = ts[l];
    const { dx, dW, db } = denseGradients(layer.du(dy, us[l]!, g[l]!, t), xs[l]!, Wts[l]!);
    const parts = [dW, db];
    let sum = dx;
    if (layer.dt) {
      // σ′ = t·(1 − t)
      const ds = tf.mul(layer.dt(dy, xs[l]!, us[l]!, g[l]!), tf.mul(t!, tf.sub(1, t!)));
      const gate = denseGradients(ds as tf.Tensor2D, xs[l]!, gateWts[l]!);
      parts.push(gate.dW, gate.db);
      sum = tf.add(sum, gate.dx);
    }
    parts.forEach((part, i) => found[i]!.unshift(part));
    dy = layer.dx ? tf.add(sum, layer.dx(dy, g[l]!, t)) : sum;
  }
  return [dy, ...found.map((parts) => tf.stack(parts))];
}
