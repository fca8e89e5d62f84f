/**
 * Probes: statistics of the signal and the gradient in each layer of a GradNet. They change nothing.
 */

import { at } from "../at.ts";
import * as tf from "../tf.ts";
import { callable, flag, list, optionsOf, share } from "../validate.ts";
import { dense } from "./dense.ts";
import type { GradNet } from "./gradnet.ts";
import { hiddenLayers } from "./jacobian.ts";
import { linearR2 } from "./linearity.ts";
import type { G } from "./g.ts";
import { inScope } from "./scope.ts";

/** Statistics of one layer, over all images and units. */
export interface LayerProbe {
  /** Mean |y| of its output y [batch, width]. */
  readonly activation: number;
  /** Standard deviation of y. */
  readonly spread: number;
  /** Mean |∂L/∂y|, [batch, width]: the gradient from the layers above. */
  readonly gradient: number;
  /** Mean |∂L/∂W|, W being the weights of u = x·W + b. */
  readonly weightGradient: number;
  /** Fraction of dead units: u ≤ 0 for every image. */
  readonly dead: number;
  /** {@linkcode linearR2} of y on the layer's input x, if requested. */
  readonly linearity?: number;
}

/** Result of {@linkcode probe}. L is the given loss, summed over the batch. */
export interface Probe {
  /** Loss of the batch. */
  readonly loss: number;
  /** The first layer, relu(u), without linearity. */
  readonly first: LayerProbe;
  /** The hidden layers, in order: depth − 2. */
  readonly hidden: readonly LayerProbe[];
  /** Mean |∂L/∂W| of the last layer. */
  readonly lastWeightGradient: number;
  /** {@linkcode linearR2} of the last hidden layer's y on the first layer's: the whole stack. */
  readonly linearity?: number;
}

/** Options of {@linkcode probe}. */
export interface ProbeOptions {
  /** Share of the late architecture, in [0, 1]: one for all hidden layers, or one for each. */
  readonly g: G;
  /** L of the logits [batch, classes], such as `(logits) => crossEntropy(logits, labels)`. */
  readonly loss: (logits: tf.Tensor2D) => tf.Scalar;
  /**
   * Fit an affine map to every layer and to the stack. Slow; needs several times as many images as
   * the net is wide. Default false.
   */
  readonly linearity?: boolean;
}

/**
 * Runs one forward and one backward pass without dropout and collects statistics of each layer.
 *
 * @param x images, [batch, inputs]
 * @throws {RangeError} if linearity is requested with fewer than width + 2 images
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { crossEntropy, GradNet, probe, startBackend } from "gradnets";
 *
 * await startBackend();
 * const net = new GradNet({ inputs: 4, width: 5, depth: 6, classes: 2 });
 * const x = tf.ones<tf.Rank.R2>([1, 4]), labels = tf.tensor2d([[0, 1]]);
 * const { hidden } = probe(net, x, { g: 0, loss: (logits) => crossEntropy(logits, labels) });
 * assertEquals(hidden.length, 4);
 * assertEquals(hidden[0]!.weightGradient, 0); // at g = 0 these weights have no effect
 * assertEquals(hidden[0]!.gradient, hidden[3]!.gradient); // the gradient passes unchanged
 * tf.dispose([x, labels]);
 * net.dispose();
 * ```
 */
export function probe(net: GradNet, x: tf.Tensor2D, given: ProbeOptions): Probe {
  const options = optionsOf<Required<ProbeOptions>>("probe a net", "ProbeOptions", {
    g: [(value, path) => typeof value === "number" ? share(value, path) : list(share)(value, path)],
    loss: [callable()],
    linearity: [flag, false],
  }, given);
  const { ys, us, dys, dWs, loss } = inScope(() => pass(net, x, options));
  const linearity = (from: number, to: number) => linearR2(at(ys, from), at(ys, to), x.shape[0]);
  const layer = (l: number): LayerProbe => ({
    activation: meanAbs(at(ys, l)),
    spread: deviation(at(ys, l)),
    gradient: meanAbs(at(dys, l)),
    weightGradient: meanAbs(at(dWs, l)),
    dead: deadFraction(at(us, l), net.width),
    ...options.linearity && l > 0 && { linearity: linearity(l - 1, l) },
  });
  return {
    loss,
    first: layer(0),
    hidden: Array.from({ length: net.hidden }, (_, l) => layer(l + 1)),
    lastWeightGradient: meanAbs(at(dWs, net.depth - 1)),
    ...options.linearity && { linearity: linearity(0, net.hidden) },
  };
}

/** Values of one pass: of the first layer and the hidden ones in order; dWs also of the last. */
interface Activations {
  readonly loss: number;
  /** u and y of each layer, and ∂L/∂y: [batch, width]. */
  readonly us: readonly Float32Array[];
  readonly ys: readonly Float32Array[];
  readonly dys: readonly Float32Array[];
  readonly dWs: readonly Float32Array[];
}

function pass(net: GradNet, x: tf.Tensor2D, { g, loss }: ProbeOptions): Activations {
  const { firstW, firstB, lastW, lastB } = net.variables;
  const hidden = hiddenLayers(net, g);
  const us: Float32Array[] = [], ys: Float32Array[] = [];
  // Adds a zero to every y: its gradient is that of y, for any layer.
  const taps = Array.from({ length: net.depth - 1 }, () => tf.zeros([x.shape[0], net.width]));
  const tap = (u: tf.Tensor2D, y: tf.Tensor2D) => {
    us.push(numbers(u));
    ys.push(numbers(y));
    return tf.add(y, at(taps, ys.length - 1)) as tf.Tensor2D;
  };
  const forward = () => {
    const u = dense(x, firstW, firstB);
    let y = tap(u, tf.relu(u));
    for (const layer of hidden) {
      const { u, y: next } = layer(y);
      y = tap(u, next);
    }
    return loss(dense(y, lastW, lastB));
  };
  const Ws: tf.Tensor[] = [firstW, ...hidden.map(({ W }) => W), lastW];
  const inputs = [...Ws, ...taps];
  // tf.grads() throws where the loss does not depend on a layer's W; here the gradient is 0.
  const { value, grads } = tf.engine().gradients(forward, inputs, undefined, true);
  const found = grads.map((gradient, i) =>
    gradient ? numbers(gradient) : new Float32Array(at(inputs, i).size)
  );
  return {
    loss: at(numbers(value), 0),
    us,
    ys,
    dWs: found.slice(0, Ws.length),
    dys: found.slice(Ws.length),
  };
}

const numbers = (t: tf.Tensor) => t.dataSync<"float32">();

function meanAbs(values: Float32Array): number {
  return values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
}

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function deadFraction(us: Float32Array, width: number): number {
  const alive = new Set<number>();
  us.forEach((u, i) => u > 0 && alive.add(i % width));
  return (width - alive.size) / width;
}
