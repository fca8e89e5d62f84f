/** The trial of attention on shifted digits: from the start, never, or coming. */

import * as tf from "@tensorflow/tfjs";
import { Batches, splitImages } from "../data/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import { Random } from "../random.ts";
import { constant, type Schedule } from "../train/schedules.ts";
import { type Placed, placeDigits } from "../data/canvas.ts";
import { GlimpseNet } from "../model/glimpse_net.ts";
import { classify, Descent } from "./small_net.ts";
import type { Runner, Start } from "./trial.ts";

const BATCH = 50;
const CHUNK = 250; // test images at a time: a canvas is large
// streams of random numbers: where training digits are, one stream a step, and where test digits are
const TRAIN_PLACES = 0x3000_0000, TEST_PLACES = 0x6000_0000;

/** Options of {@linkcode GlimpseTrial}. */
export interface GlimpseTrialOptions extends Start {
  readonly g: Schedule;
  /** Height of a canvas, and its width. Default 60. */
  readonly canvas?: number;
}

/** A part of a canvas, in pixels. */
export interface Window {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** A {@linkcode GlimpseNet} in training. Every digit it trains on is at a new place. */
export class GlimpseTrial implements Runner {
  readonly net: GlimpseNet;
  readonly #descent: Descent;
  readonly #data: Dataset;
  readonly #seed: number;

  /** @throws {RangeError} if the images are not squares */
  constructor({ data, seed, g, canvas = 60 }: GlimpseTrialOptions) {
    if (data.height !== data.width) {
      throw new RangeError(`Cannot place images of ${data.height}×${data.width}: expected squares`);
    }
    this.net = new GlimpseNet({ canvas, classes: data.classes, seed });
    const batches = new Batches(data.train, { batchSize: BATCH, seed });
    this.#descent = new Descent({
      net: this.net,
      batch: (iter) => {
        const { images, labels } = batches.next();
        return { labels, images: this.#place(images, TRAIN_PLACES + iter).images };
      },
      iterationsPerEpoch: batches.perEpoch,
      g,
      learningRate: constant(1e-3),
    });
    this.#data = data;
    this.#seed = seed;
  }

  get parameters(): number {
    return this.net.variables.reduce((sum, { size }) => sum + size, 0);
  }

  get g(): number {
    return this.#descent.g;
  }

  step(): void {
    this.#descent.step();
  }

  accuracy(most = Infinity): number {
    const { test } = this.#data;
    const count = Math.min(most, test.count);
    let right = 0;
    for (let start = 0; start < count; start += CHUNK) {
      const end = Math.min(start + CHUNK, count);
      const { images } = this.testCanvases(start, end);
      const labels = test.labels.subarray(start, end);
      const { g, net } = this;
      const logits = (x: tf.Tensor2D) => net.logits(x, { g });
      right += labels.length * classify(images, labels, { logits, inputs: net.inputs }).accuracy;
    }
    return right / count;
  }

  /** Test digits `start` to `end` − 1, each on its canvas; always at the same places. */
  testCanvases(start: number, end: number): Placed {
    return this.#place(splitImages(this.#data.test, start, end), TEST_PLACES + start);
  }

  /** Mean distance, in pixels, from the window's middle to the digit's, over 500 test canvases. */
  measures(): { distance: number } {
    const count = Math.min(500, this.#data.test.count);
    const { images, corners } = this.testCanvases(0, count);
    const at = this.centres(images);
    const middle = (this.#data.height - 1) / 2;
    const off = (i: number) => at[i]! - corners[i]! - middle;
    const distances = Array.from(
      { length: count },
      (_, n) => Math.hypot(off(2 * n), off(2 * n + 1)),
    );
    return { distance: distances.reduce((a, b) => a + b, 0) / count };
  }

  /** Row and column of the middle of the window on each canvas, [count, 2]. */
  centres(canvases: Float32Array): Float32Array {
    const { net } = this;
    return tf.tidy(() =>
      net.centres(tf.tensor2d(canvases, [canvases.length / net.inputs, net.inputs]))
        .dataSync<"float32">()
    );
  }

  /** The window on each canvas: its edges in pixels from the canvas's top left corner. */
  windows(canvases: Float32Array): Window[] {
    const at = this.centres(canvases), { window } = this.net;
    const edge = (centre: number) => centre + 0.5 - window / 2; // a pixel's middle is its number
    return Array.from({ length: at.length / 2 }, (_, n) => ({
      ...{ top: edge(at[2 * n]!), left: edge(at[2 * n + 1]!) },
      ...{ height: window, width: window },
    }));
  }

  /** The first test canvases, and where it looks on them. */
  looks(count: number): { canvases: Float32Array; size: number; windows: Window[] } {
    const { images: canvases } = this.testCanvases(0, count);
    return { canvases, size: this.net.canvas, windows: this.windows(canvases) };
  }

  dispose(): void {
    this.#descent.dispose();
    this.net.dispose();
  }

  #place(images: Float32Array, stream: number): Placed {
    const random = new Random(this.#seed, stream);
    return placeDigits(images, { size: this.#data.height, canvas: this.net.canvas, random });
  }
}
