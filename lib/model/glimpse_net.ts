/** A net that first sees a whole canvas, small, and later looks at one place of it, sharply. */

import * as tf from "@tensorflow/tfjs";
import { dense } from "./dense.ts";
import { Random, streams } from "../random.ts";
import { downsample, glimpse } from "./attention.ts";
import { type PassOptions, type SmallNet, weights } from "../transitions/small_net.ts";

/** The size of a {@linkcode GlimpseNet}. */
export interface GlimpseNetOptions {
  /** Height of a canvas, and its width. Default 60. */
  readonly canvas?: number;
  /** Height of what the classifier sees, and its width; it divides the canvas. Default 20. */
  readonly window?: number;
  /** Units of the layer that decides where to look. Default 64. */
  readonly locating?: number;
  /** Units of the layer that classifies. Default 128. */
  readonly width?: number;
  /** Default 10. */
  readonly classes?: number;
  /** Seed of the initial weights. Default 1. */
  readonly seed?: number;
}

/**
 * y = g·attended + (1−g)·downsampled, then dense → ReLU → dense → logits.
 *
 * `downsampled` is the canvas at a third of its resolution. `attended` is a window of the same size
 * at full resolution; a small net, itself looking at `downsampled`, says where:
 * centre = middle + reach·tanh(dense(relu(dense(downsampled)))).
 *
 * g = 0 is the net without attention, g = 1 a spatial transformer that can only shift.
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
export class GlimpseNet implements SmallNet {
  readonly inputs: number;
  readonly canvas: number;
  readonly window: number;
  readonly classes: number;
  readonly variables: readonly tf.Variable[];
  readonly #locate: Two;
  readonly #classify: Two;

  /** @throws {RangeError} if the window does not divide the canvas */
  constructor(options: GlimpseNetOptions = {}) {
    const { canvas = 60, window = 20, locating = 64, width = 128, classes = 10 } = options;
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
    const random = new Random(options.seed ?? 1, streams.weights);
    const seen = window * window;
    this.#classify = two([seen, width, classes], random);
    this.#locate = two([seen, locating, 2], random);
    this.variables = [...Object.values(this.#classify), ...Object.values(this.#locate)];
  }

  /** See {@linkcode SmallNet}. */
  logits(x: tf.Tensor2D, { g }: PassOptions): tf.Tensor2D {
    return perceptron(tf.reshape(this.seen(x, g), [-1, this.window ** 2]), this.#classify);
  }

  /**
   * What the classifier sees.
   *
   * @param x canvases, [batch, inputs]
   * @returns [batch, window, window]
   */
  seen(x: tf.Tensor2D, g: number): tf.Tensor3D {
    const images = this.#images(x);
    // At either end only one of the two is there: the other is not worth computing.
    if (g === 0) return downsample(images, this.canvas / this.window);
    const attended = glimpse(images, this.centres(x), this.window);
    if (g === 1) return attended;
    const early = downsample(images, this.canvas / this.window);
    return tf.add(tf.mul(g, attended), tf.mul(1 - g, early));
  }

  /**
   * Where it looks: row and column of the window's middle in pixels.
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

  /** See {@linkcode SmallNet}. */
  dispose(): void {
    tf.dispose([...this.variables]);
  }

  #images(x: tf.Tensor2D): tf.Tensor3D {
    return tf.reshape(x, [-1, this.canvas, this.canvas]);
  }
}

/** Two dense layers. */
interface Two {
  readonly W1: tf.Variable<tf.Rank.R2>;
  readonly b1: tf.Variable<tf.Rank.R1>;
  readonly W2: tf.Variable<tf.Rank.R2>;
  readonly b2: tf.Variable<tf.Rank.R1>;
}

function two([inputs, width, outputs]: [number, number, number], random: Random): Two {
  const zeros = (n: number) => tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([n])));
  const W1 = weights([inputs, width], random, 0.1), b1 = zeros(width);
  return { W1, b1, W2: weights([width, outputs], random, 0.1), b2: zeros(outputs) };
}

function perceptron(x: tf.Tensor2D, { W1, b1, W2, b2 }: Two): tf.Tensor2D {
  return dense(tf.relu(dense(x, W1, b1)), W2, b2);
}
