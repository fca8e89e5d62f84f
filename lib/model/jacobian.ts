/** Outputs and Jacobians of the single layers of a GradNet. */

import * as tf from "../tf.ts";
import { dense, unstack } from "./dense.ts";
import type { GradNet } from "./gradnet.ts";
import { type G, gOfLayers } from "./g.ts";

/** The hidden layers as functions of their input x [batch, width]. Call within `tf.tidy`. */
export function hiddenLayers(net: GradNet, g: G) {
  const { hiddenW, hiddenB } = net.variables;
  const gs = gOfLayers(g, net.hidden);
  const bs = unstack<tf.Tensor1D>(hiddenB);
  const owns = Object.entries(net.own).map(([name, stack]) => [name, unstack(stack)] as const);
  return unstack<tf.Tensor2D>(hiddenW).map((W, l) => {
    const ownOfLayer = Object.fromEntries(owns.map(([name, parts]) => [name, parts[l]!]));
    const layer = (x: tf.Tensor2D) => {
      const u = dense(x, W, bs[l]!);
      return { u, y: net.hiddenLayer.forward(x, u, gs[l]!, ownOfLayer) };
    };
    return Object.assign(layer, { W });
  });
}

/**
 * Computes y of the first layer and of each hidden one. Element l is the input of hidden layer l.
 *
 * @param x images, [batch, inputs]
 * @returns depth − 1 arrays of [batch, width], row by row
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { activations, GradNet, startBackend } from "gradnets";
 *
 * await startBackend();
 * const net = new GradNet({ inputs: 4, width: 3, depth: 6, classes: 2 });
 * const x = tf.ones<tf.Rank.R2>([2, 4]);
 * const [first, ...hidden] = activations(net, x, 0);
 * assertEquals(hidden, [first!, first!, first!, first!]); // identity GReLU at g = 0
 * x.dispose();
 * net.dispose();
 * ```
 */
export function activations(net: GradNet, x: tf.Tensor2D, g: G): Float32Array[] {
  const found: Float32Array[] = [];
  tf.tidy(() => {
    let y = tf.relu(dense(x, net.variables.firstW, net.variables.firstB)) as tf.Tensor2D;
    found.push(y.dataSync<"float32">());
    for (const layer of hiddenLayers(net, g)) {
      y = layer(y).y;
      found.push(y.dataSync<"float32">());
    }
  });
  return found;
}

/**
 * Computes the Jacobian of a hidden layer at input x, J[j][i] = ∂yⱼ/∂xᵢ. For the identity GReLU it is
 *
 * J = (1−g)·I + g·D·Wᵀ, D = diag(uⱼ > 0 ? 1 : 0)
 *
 * (W stands transposed because x is a row here: u = x·W + b). For the linear GReLU it is D′·Wᵀ with
 * D′ = diag(uⱼ > 0 ? 1 : 1−g), of plain D·Wᵀ, of residual I + D·Wᵀ, and of highway, whose gate t
 * depends on x too, diag(1−t) + diag(t)·D·Wᵀ + diag((relu(u)−x)·t·(1−t))·W_Tᵀ. Found by
 * automatic differentiation of the layer's own line, so it works for any layer; at the kink u = 0
 * the slope is that of u < 0.
 *
 * @param layer index of the hidden layer, from 0
 * @param x input of the layer, [width]: the output of the layer below, not an image
 * @returns [width, width], a row per output
 * @throws {RangeError} if there is no such layer, or x is not as long as the net is wide
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { GradNet, layerJacobian, startBackend } from "gradnets";
 *
 * await startBackend();
 * const net = new GradNet({ inputs: 4, width: 3, depth: 3, classes: 2 });
 * assertEquals(layerJacobian(net, 0, [1, 2, 3], 0), [[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
 * net.dispose();
 * ```
 */
export function layerJacobian(
  net: GradNet,
  layer: number,
  x: ArrayLike<number>,
  g: G,
): number[][] {
  const { width, hidden } = net;
  if (!Number.isInteger(layer) || layer < 0 || layer >= hidden) {
    throw new RangeError(
      `Cannot find the Jacobian of hidden layer ${layer}: expected 0 to ${hidden - 1}`,
    );
  }
  if (x.length !== width) {
    throw new RangeError(
      `Cannot find the Jacobian of a layer: expected an input of ${width} numbers, but it has ${x.length}`,
    );
  }
  let jacobian: number[][];
  tf.tidy(() => {
    // Every row is x, and row j contributes only yⱼ: its gradient is row j of J.
    const rows = tf.tile(tf.tensor2d(Float32Array.from(x), [1, width]), [width, 1]);
    const of = hiddenLayers(net, g)[layer]!;
    const diagonal = (x: tf.Tensor) => tf.sum(tf.mul(tf.eye(width), of(x as tf.Tensor2D).y));
    jacobian = tf.grad(diagonal)(rows).arraySync() as number[][];
  });
  return jacobian!;
}
