/** A GradNet: its parameters, and its way from images to logits. */

import * as tf from "@tensorflow/tfjs";
import { Random, streams } from "../random.ts";
import { dense, hiddenStack } from "./dense.ts";
import { type LayerKind, layerKinds, layers } from "./layers.ts";

/** The size and kind of a {@linkcode GradNet}. The defaults are the 2015 notebook's. */
export interface GradNetOptions {
  /** Values an image has. Default 784, 28×28. */
  readonly inputs?: number;
  /** Units of every hidden layer. Default 50. */
  readonly width?: number;
  /** Layers in all: one from the inputs, depth − 2 hidden, one to the classes. Default 50. */
  readonly depth?: number;
  /** Default 10. */
  readonly classes?: number;
  /** Kind of the hidden layers. Default "identity-grelu". */
  readonly layer?: LayerKind;
  /** Seed of the initial weights. Default 1. */
  readonly seed?: number;
  /** Standard deviation of the truncated normal that weights start from. Default 0.1. */
  readonly stddev?: number;
}

/** What the forward pass is told beside the images. */
export interface ForwardOptions {
  /** Share of the late architecture, in [0, 1]. */
  readonly g: number;
  /**
   * Dropout masks [batch, width] of 0 and 1/keep, one for each layer but the last (depth − 1).
   * None: no dropout, as in a test.
   */
  readonly masks?: readonly tf.Tensor2D[];
}

/** The parameters of a {@linkcode GradNet}; those of the hidden layers are stacked. */
export interface Parameters<T2, T1, T3> {
  /** [inputs, width] */
  readonly firstW: T2;
  /** [width] */
  readonly firstB: T1;
  /** [depth − 2, width, width] */
  readonly hiddenW: T3;
  /** [depth − 2, width] */
  readonly hiddenB: T2;
  /** [width, classes] */
  readonly lastW: T2;
  /** [classes] */
  readonly lastB: T1;
}

/** {@linkcode Parameters} as the variables that training changes. */
export type Variables = Parameters<
  tf.Variable<tf.Rank.R2>,
  tf.Variable<tf.Rank.R1>,
  tf.Variable<tf.Rank.R3>
>;

/**
 * inputs → dense + ReLU → (depth − 2) hidden layers → dense → logits.
 *
 * Weights start from a truncated normal, biases from 0, as in the 2015 notebook.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { GradNet } from "gradnets/model/gradnet.ts";
 *
 * const net = new GradNet({ depth: 50, width: 50, layer: "identity-grelu", seed: 1 });
 * assertEquals(net.parameterCount, 162_160);
 * const logits = net.logits(tf.zeros([3, 784]), { g: 0.5 });
 * assertEquals(logits.shape, [3, 10]);
 * logits.dispose();
 * net.dispose();
 * ```
 */
export class GradNet {
  readonly inputs: number;
  readonly width: number;
  readonly depth: number;
  readonly classes: number;
  readonly layer: LayerKind;
  readonly seed: number;
  readonly variables: Variables;

  /**
   * @throws {RangeError} if a size is not a whole number, or too small
   * @throws {TypeError} if there is no such kind of layer
   */
  constructor(options: GradNetOptions = {}) {
    const { inputs = 784, width = 50, depth = 50, classes = 10 } = options;
    const { layer = "identity-grelu", seed = 1, stddev = 0.1 } = options;
    atLeast("inputs", inputs, 1);
    atLeast("width", width, 1);
    atLeast("depth", depth, 3);
    atLeast("classes", classes, 2);
    if (!Object.hasOwn(layers, layer)) {
      throw new TypeError(
        `Cannot build a GradNet of layer "${layer}": choose one of ${layerKinds.join(", ")}`,
      );
    }
    if (!(stddev > 0 && stddev < Infinity)) {
      throw new RangeError(`Cannot build a GradNet: stddev must be above 0, but is ${stddev}`);
    }
    this.inputs = inputs;
    this.width = width;
    this.depth = depth;
    this.classes = classes;
    this.layer = layer;
    this.seed = seed;

    const random = new Random(seed, streams.weights);
    const weights = <R extends tf.Rank>(shape: tf.ShapeMap[R]) =>
      variable<R>(shape, () => random.truncatedNormal(stddev));
    const zeros = <R extends tf.Rank>(shape: tf.ShapeMap[R]) => variable<R>(shape, () => 0);
    this.variables = {
      firstW: weights([inputs, width]),
      firstB: zeros([width]),
      hiddenW: weights([this.hidden, width, width]),
      hiddenB: zeros([this.hidden, width]),
      lastW: weights([width, classes]),
      lastB: zeros([classes]),
    };
  }

  /** Number of hidden layers, depth − 2. */
  get hidden(): number {
    return this.depth - 2;
  }

  /** How many numbers training can change. */
  get parameterCount(): number {
    return Object.values(this.variables).reduce((sum, variable) => sum + variable.size, 0);
  }

  /**
   * The forward pass.
   *
   * @param x images, [batch, inputs]
   * @returns logits, [batch, classes]: softmax of them is the prediction
   */
  logits(x: tf.Tensor2D, { g, masks }: ForwardOptions): tf.Tensor2D {
    return tf.tidy(() => {
      const { firstW, firstB, hiddenW, hiddenB, lastW, lastB } = this.variables;
      let y: tf.Tensor2D = tf.relu(dense(x, firstW, firstB));
      if (masks) y = tf.mul(y, masks[0]!);
      y = hiddenStack(layers[this.layer], y, hiddenW, hiddenB, g, masks?.slice(1));
      return dense(y, lastW, lastB);
    });
  }

  /** Frees the variables. */
  dispose(): void {
    tf.dispose(Object.values(this.variables));
  }
}

function variable<R extends tf.Rank>(shape: tf.ShapeMap[R], value: () => number): tf.Variable<R> {
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, value);
  return tf.tidy(() => tf.variable(tf.tensor<R>(values, shape)));
}

function atLeast(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(
      `Cannot build a GradNet: ${name} must be a whole number from ${least} up, but is ${value}`,
    );
  }
}
