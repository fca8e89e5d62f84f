/** A net whose input turns from the downsampled canvas into a window at full resolution. */

import { at } from "../at.ts";
import * as tf from "../tf.ts";
import { dense } from "./dense.ts";
import { Random, streams } from "../random.ts";
import { downsample, glimpse } from "./attention.ts";
import { integer, optionsOf } from "../validate.ts";
import { requireMemory } from "./architecture.ts";
import type { LogitsOptions, Model } from "./model.ts";
import { meanG } from "./g.ts";
import {
  biases,
  disposeVariables,
  disposeWhenDropped,
  MAX_UNITS,
  parameterCount,
  weights,
} from "./variables.ts";

/** Options of {@linkcode GlimpseNet}. */
export interface GlimpseNetOptions {
  /** Height and width of a canvas. Default 60. */
  readonly canvas?: number;
  /** Height and width of the classifier's input, a divisor of `canvas`. Default 20. */
  readonly window?: number;
  /** Hidden units of the localization net. Default 64. */
  readonly locating?: number;
  /** Hidden units of the classifier. Default 128. */
  readonly width?: number;
  /** Default 10. */
  readonly classes?: number;
  /** Seed of the initial weights. Default 1. */
  readonly seed?: number;
}

/** A window on a canvas, in pixels. */
export interface Window {
  /** First row. */
  readonly top: number;
  /** First column. */
  readonly left: number;
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
}

/**
 * y = g·attended + (1−g)·downsampled, then dense → ReLU → dense → logits.
 *
 * `downsampled` is the canvas at a third of its resolution, `attended` a window of the same size at
 * full resolution. A localization net finds its centre in `downsampled`:
 * centre = middle + reach·tanh(dense(relu(dense(downsampled)))).
 *
 * g = 0 is the net without attention, g = 1 a spatial transformer that can only translate.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { GlimpseNet } from "gradnets/model/glimpse_net.ts";
 *
 * const net = new GlimpseNet({ canvas: 6, window: 3 });
 * const canvas = tf.zeros<tf.Rank.R2>([1, 36]);
 * assertEquals(tf.tidy(() => net.centres(canvas).arraySync()), [[2.5, 2.5]]); // nothing there
 * net.dispose();
 * canvas.dispose();
 * ```
 */
export class GlimpseNet implements Model {
  readonly inputs: number;
  /** Height and width of a canvas. */
  readonly canvas: number;
  /** Height and width of the classifier's input. */
  readonly window: number;
  /** Number of classes. */
  readonly classes: number;
  readonly variables: Readonly<Record<string, tf.Variable>>;
  readonly normed: readonly string[] = ["classifyW1", "classifyW2", "locateW1", "locateW2"];
  readonly maskUnits: readonly number[] = [];
  readonly #locate: Perceptron;
  readonly #classify: Perceptron;

  /**
   * Draws the initial parameters.
   *
   * @throws {RangeError} if an option is unknown or invalid, the window does not divide the canvas, or
   *   training would take more memory than WebAssembly has
   */
  constructor(options: GlimpseNetOptions = {}) {
    const size = integer(1, MAX_UNITS);
    const { canvas, window, locating, width, classes, seed } = optionsOf<
      Required<GlimpseNetOptions>
    >("build a GlimpseNet", "GlimpseNetOptions", {
      canvas: [size, 60],
      window: [size, 20],
      locating: [size, 64],
      width: [size, 128],
      classes: [integer(2, MAX_UNITS), 10],
      seed: [integer(0, 2 ** 32 - 1), 1],
    }, options);
    if (!(canvas > window && canvas % window === 0)) {
      throw new RangeError(
        `Cannot downsample a canvas of ${canvas} to a window of ${window}: the canvas must be ` +
          "2, 3, … times as high",
      );
    }
    this.canvas = canvas;
    this.window = window;
    this.classes = classes;
    this.inputs = canvas * canvas;
    const random = new Random(seed, streams.weights);
    const seen = window * window;
    requireMemory(
      `a GlimpseNet with a window of ${window}`,
      seen * (width + locating) + width * classes,
    );
    this.#classify = perceptronOf([seen, width, classes], random);
    this.#locate = perceptronOf([seen, locating, 2], random);
    this.variables = { ...named("classify", this.#classify), ...named("locate", this.#locate) };
    disposeWhenDropped(this);
  }

  /** See {@linkcode Model}. */
  get parameterCount(): number {
    return parameterCount(this.variables);
  }

  /** See {@linkcode Model}. */
  logits(x: tf.Tensor2D, { g }: LogitsOptions): tf.Tensor2D {
    return perceptron(tf.reshape(this.seen(x, meanG(g)), [-1, this.window ** 2]), this.#classify);
  }

  /**
   * Computes the classifier's input.
   *
   * @param x canvases, [batch, inputs]
   * @returns [batch, window, window]
   */
  seen(x: tf.Tensor2D, g: number): tf.Tensor3D {
    const images = this.#images(x);
    // At g = 0 and 1 one of the two has no weight: skip it.
    if (g === 0) return downsample(images, this.canvas / this.window);
    const attended = glimpse(images, this.centres(x), this.window);
    if (g === 1) return attended;
    const early = downsample(images, this.canvas / this.window);
    return tf.add(tf.mul(g, attended), tf.mul(1 - g, early));
  }

  /**
   * Computes the centre of each window: row and column in pixels.
   *
   * @param x canvases, [batch, inputs]
   * @returns [batch, 2]
   */
  centres(x: tf.Tensor2D): tf.Tensor2D {
    const small = downsample(this.#images(x), this.canvas / this.window);
    const where = perceptron(tf.reshape(small, [-1, this.window ** 2]), this.#locate);
    const middle = (this.canvas - 1) / 2, reach = (this.canvas - this.window) / 2;
    return tf.add(middle, tf.mul(reach, tf.tanh(where)));
  }

  /**
   * Computes the window on each canvas, in pixels from its top left corner.
   *
   * @param canvases [count, inputs]
   */
  windows(canvases: Float32Array): Window[] {
    const centres = tf.tidy(() =>
      this.centres(tf.tensor2d(canvases, [canvases.length / this.inputs, this.inputs]))
        .dataSync<"float32">()
    );
    const { window: height } = this;
    const edge = (centre: number) => centre + 0.5 - height / 2; // a pixel's middle is its number
    return Array.from({ length: centres.length / 2 }, (_, n) => {
      const top = edge(at(centres, 2 * n)), left = edge(at(centres, 2 * n + 1));
      return { top, left, height, width: height };
    });
  }

  /** See {@linkcode Model}. */
  dispose(): void {
    disposeVariables(this);
  }

  #images(x: tf.Tensor2D): tf.Tensor3D {
    return tf.reshape(x, [-1, this.canvas, this.canvas]);
  }
}

/** Two dense layers. */
interface Perceptron {
  readonly W1: tf.Variable<tf.Rank.R2>;
  readonly b1: tf.Variable<tf.Rank.R1>;
  readonly W2: tf.Variable<tf.Rank.R2>;
  readonly b2: tf.Variable<tf.Rank.R1>;
}

function perceptronOf(
  [inputs, width, outputs]: [number, number, number],
  random: Random,
): Perceptron {
  const W1 = weights([inputs, width], random, 0.1), b1 = biases(width);
  return { W1, b1, W2: weights([width, outputs], random, 0.1), b2: biases(outputs) };
}

function perceptron(x: tf.Tensor2D, { W1, b1, W2, b2 }: Perceptron): tf.Tensor2D {
  return dense(tf.relu(dense(x, W1, b1)), W2, b2);
}

const named = (prefix: string, of: Perceptron): Record<string, tf.Variable> =>
  Object.fromEntries(Object.entries(of).map(([name, variable]) => [prefix + name, variable]));
