/** A GradNet: its parameters, and its way from images to logits. */

import * as tf from "@tensorflow/tfjs";
import { Random, streams } from "../random.ts";
import { dense, hiddenStack } from "./dense.ts";
import { checkHiddenInit, type HiddenInit, hiddenWeights } from "./initial.ts";
import { type Layer, type LayerKind, layerKinds, layers } from "./layers.ts";
import type { Share } from "./share.ts";

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
  /** The hidden layers: a kind there is, or one of your own. Default "identity-grelu". */
  readonly layer?: LayerKind | Layer;
  /** Seed of the initial weights. Default 1. */
  readonly seed?: number;
  /** Standard deviation of the truncated normal that weights start from. Default 0.1. */
  readonly stddev?: number;
  /** What the hidden weights start from. Default: what the others start from. */
  readonly hiddenInit?: HiddenInit;
  /**
   * What the gates' biases start from, where layers have gates: negative carries x through. Default
   * −2, where t is about 0.12; the 2015 author's.
   */
  readonly carryBias?: number;
}

/** What the forward pass is told beside the images. */
export interface ForwardOptions {
  /** Share of the late architecture, in [0, 1]: of all hidden layers, or of each. */
  readonly g: Share;
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
  /** [depth − 2, width, width]: W_T of layers that have gates; absent where there are none. */
  readonly gateW?: T3;
  /** [depth − 2, width]: b_T, likewise. */
  readonly gateB?: T2;
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
 * Weights start from a truncated normal, biases from 0, as in the 2015 notebook; see the options for
 * more.
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
  /** The kind of the hidden layers; "custom": they are one's own. */
  readonly layer: LayerKind | "custom";
  /** What the hidden layers do. */
  readonly hiddenLayer: Layer;
  readonly seed: number;
  readonly variables: Variables;

  /**
   * @throws {RangeError} if a size is not a whole number, or too small
   * @throws {TypeError} if there is no such kind of layer, or one's own is not a {@linkcode Layer}
   */
  constructor(options: GradNetOptions = {}) {
    const { inputs = 784, width = 50, depth = 50, classes = 10 } = options;
    const { layer = "identity-grelu", seed = 1, stddev = 0.1 } = options;
    atLeast("inputs", inputs, 1);
    atLeast("width", width, 1);
    atLeast("depth", depth, 3);
    atLeast("classes", classes, 2);
    const hiddenLayer = layerOf(layer);
    if (!(stddev > 0 && stddev < Infinity)) {
      throw new RangeError(`Cannot build a GradNet: stddev must be above 0, but is ${stddev}`);
    }
    const { hiddenInit = { kind: "truncated-normal", stddev }, carryBias = -2 } = options;
    checkHiddenInit(hiddenInit);
    if (!Number.isFinite(carryBias)) {
      throw new RangeError(`Cannot build a GradNet: carryBias must be finite, but is ${carryBias}`);
    }
    this.inputs = inputs;
    this.width = width;
    this.depth = depth;
    this.classes = classes;
    this.layer = typeof layer === "string" ? layer : "custom";
    this.hiddenLayer = hiddenLayer;
    this.seed = seed;

    const random = new Random(seed, streams.weights);
    const hidden: [number, number, number] = [this.hidden, width, width];
    const weights = <R extends tf.Rank>(shape: tf.ShapeMap[R]) =>
      variable<R>(shape, filled(shape, () => random.truncatedNormal(stddev)));
    const biases = <R extends tf.Rank>(shape: tf.ShapeMap[R], value = 0) =>
      variable<R>(shape, filled(shape, () => value));
    this.variables = {
      firstW: weights([inputs, width]),
      firstB: biases([width]),
      hiddenW: variable(hidden, hiddenWeights(hiddenInit, this.hidden, width, random)),
      hiddenB: biases([this.hidden, width]),
      lastW: weights([width, classes]),
      lastB: biases([classes]),
      // Drawn last: the others are the same with gates and without.
      ...(hiddenLayer.dt && {
        gateW: weights(hidden),
        gateB: biases([this.hidden, width], carryBias),
      }),
    };
  }

  /** The formula of the hidden layers. */
  get formula(): string {
    return this.hiddenLayer.formula;
  }

  /** Number of hidden layers, depth − 2. */
  get hidden(): number {
    return this.depth - 2;
  }

  /** How many numbers training can change. */
  get parameterCount(): number {
    const variables: readonly tf.Variable[] = Object.values(this.variables);
    return variables.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * The forward pass.
   *
   * @param x images, [batch, inputs]
   * @returns logits, [batch, classes]: softmax of them is the prediction
   * @throws {RangeError} if g is a list, but not of one number for each hidden layer
   */
  logits(x: tf.Tensor2D, { g, masks }: ForwardOptions): tf.Tensor2D {
    return tf.tidy(() => {
      const { firstW, firstB, hiddenW, hiddenB, lastW, lastB, gateW, gateB } = this.variables;
      const gate = gateW && gateB && { W: gateW, b: gateB };
      let y: tf.Tensor2D = tf.relu(dense(x, firstW, firstB));
      if (masks) y = tf.mul(y, masks[0]!);
      y = hiddenStack(this.hiddenLayer, y, hiddenW, hiddenB, g, masks?.slice(1), gate);
      return dense(y, lastW, lastB);
    });
  }

  /** Frees the variables. */
  dispose(): void {
    tf.dispose(Object.values(this.variables));
  }
}

function layerOf(layer: LayerKind | Layer): Layer {
  if (typeof layer === "string" && Object.hasOwn(layers, layer)) return layers[layer];
  if (typeof layer === "string") {
    throw new TypeError(
      `Cannot build a GradNet of layer "${layer}": choose one of ${layerKinds.join(", ")}`,
    );
  }
  for (const name of ["forward", "du"] as const) {
    if (typeof layer?.[name] !== "function") {
      throw new TypeError(
        `Cannot build a GradNet of a layer of your own: expected its ${name} to be a function, ` +
          `but is ${typeof layer?.[name]}`,
      );
    }
  }
  return layer;
}

function filled(shape: number[], value: () => number): Float32Array {
  return Float32Array.from({ length: tf.util.sizeFromShape(shape) }, value);
}

function variable<R extends tf.Rank>(shape: tf.ShapeMap[R], values: Float32Array): tf.Variable<R> {
  return tf.tidy(() => tf.variable(tf.tensor<R>(values, shape)));
}

function atLeast(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(
      `Cannot build a GradNet: ${name} must be a whole number from ${least} up, but is ${value}`,
    );
  }
}
