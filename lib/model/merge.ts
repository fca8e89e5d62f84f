/** Merges the linear layers of a trained GradNet into the layers behind them. */

import * as tf from "../tf.ts";
import { at } from "../at.ts";
import { GradNet } from "./gradnet.ts";

interface Affine {
  readonly W: tf.Tensor2D;
  readonly b: tf.Tensor1D;
}

/**
 * Merges every hidden layer with g = 0 of a linear GReLU, y = xW + b, into the layer behind it:
 *
 *     (xV + a)W + b = x(VW) + (aW + b)
 *
 * The result is a plain network with one hidden layer for each g = 1. Its logits are those of `net`
 * at `g`, up to rounding.
 *
 * @param g of each hidden layer, 0 or 1
 * @throws {TypeError} if the layers are not linear GReLUs
 * @throws {RangeError} if g has another length, a value between 0 and 1, or no 1
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { GradNet, mergeLinear, startBackend } from "gradnets";
 *
 * await startBackend();
 * const net = new GradNet({ depth: 6, layer: "linear-grelu" });
 * const merged = mergeLinear(net, [1, 0, 1, 0]);
 * assertEquals([merged.depth, merged.layer], [4, "plain"]);
 * tf.dispose([...Object.values(net.variables), ...Object.values(merged.variables)]);
 * ```
 */
export function mergeLinear(net: GradNet, g: readonly number[]): GradNet {
  if (net.layer !== "linear-grelu") {
    throw new TypeError(`Cannot merge layers: they must be linear GReLUs, but are ${net.layer}`);
  }
  if (g.length !== net.hidden) {
    throw new RangeError(`Cannot merge layers: g must have ${net.hidden} values, has ${g.length}`);
  }
  const between = g.find((value) => value !== 0 && value !== 1);
  if (between !== undefined) {
    throw new RangeError(`Cannot merge layers: every g must be 0 or 1, but one is ${between}`);
  }
  const bends = g.filter((value) => value === 1).length;
  if (bends === 0) throw new RangeError("Cannot merge layers: g must be 1 in one of them at least");
  const { inputs, width, classes, variables } = net;
  const merged = new GradNet({ inputs, width, classes, depth: bends + 2, layer: "plain" });
  tf.tidy(() => {
    const matrices = tf.unstack(variables.hiddenW) as tf.Tensor2D[];
    const biases = tf.unstack(variables.hiddenB) as tf.Tensor1D[];
    const kept: Affine[] = [];
    let linear: Affine | undefined;
    const behind = (W: tf.Tensor2D, b: tf.Tensor1D): Affine => {
      if (linear === undefined) return { W, b };
      const a = tf.dot(linear.b, W).as1D();
      return { W: tf.matMul(linear.W, W), b: tf.add(a, b) };
    };
    g.forEach((value, l) => {
      const layer = behind(at(matrices, l), at(biases, l));
      if (value === 1) kept.push(layer);
      linear = value === 1 ? undefined : layer;
    });
    const last = behind(variables.lastW, variables.lastB);
    const { firstW, firstB, hiddenW, hiddenB, lastW, lastB } = merged.variables;
    firstW.assign(variables.firstW);
    firstB.assign(variables.firstB);
    hiddenW.assign(tf.stack(kept.map(({ W }) => W)) as tf.Tensor3D);
    hiddenB.assign(tf.stack(kept.map(({ b }) => b)) as tf.Tensor2D);
    lastW.assign(last.W);
    lastB.assign(last.b);
  });
  return merged;
}
