/** The trial of batch normalisation: there to the end, never there, or going. */

import * as tf from "@tensorflow/tfjs";
import { Batches, splitImages } from "../data/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import { Random } from "../random.ts";
import { decay, type Schedule } from "../train/schedules.ts";
import type { Statistics } from "../model/gradual_norm.ts";
import { NormedNet } from "../model/normed_net.ts";
import { classify, Descent } from "./small_net.ts";
import type { Runner, Start } from "./trial.ts";

const BATCH = 50;
const COMPANY = 0x5000_0000; // stream of random numbers: who sits in a test batch with whom

/** Options of {@linkcode NormTrial}. */
export interface NormTrialOptions extends Start {
  readonly g: Schedule;
  /** Hidden layers. Default 10. */
  readonly hidden?: number;
}

/** A {@linkcode NormedNet} in training, and what a test makes of it. */
export class NormTrial implements Runner {
  readonly net: NormedNet;
  readonly #descent: Descent;
  readonly #data: Dataset;
  readonly #seed: number;

  constructor({ data, seed, g, hidden = 10 }: NormTrialOptions) {
    const { inputs, classes } = data;
    this.net = new NormedNet({ inputs, classes, hidden, seed });
    const batches = new Batches(data.train, { batchSize: BATCH, seed });
    this.#descent = new Descent({
      net: this.net,
      batch: () => batches.next(),
      iterationsPerEpoch: batches.perEpoch,
      g,
      learningRate: decay(),
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

  /** With running statistics. */
  accuracy(most = Infinity): number {
    return this.test("running", 500, most).accuracy;
  }

  /**
   * Classifies the first test images.
   *
   * @param statistics what normalises
   * @param batchSize images that are seen together
   * @param shuffled whether chance decides who sits with whom, or the file's order
   */
  test(
    statistics: Statistics,
    batchSize: number,
    most = Infinity,
    shuffled = false,
  ): { readonly accuracy: number; readonly predictions: Uint8Array } {
    const { test, inputs } = this.#data;
    const count = Math.min(most, test.count);
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    if (shuffled) new Random(this.#seed, COMPANY).shuffle(order);
    const images = splitImages(test, 0, count), seated = new Float32Array(images.length);
    order.forEach((from, to) =>
      seated.set(images.subarray(from * inputs, (from + 1) * inputs), to * inputs)
    );
    const labels = Uint8Array.from(order, (i) => test.labels[i]!);
    const { g } = this;
    const found = classify(seated, labels, {
      inputs,
      batchSize,
      logits: (x) => this.net.logits(x, { g, statistics }),
    });
    const predictions = new Uint8Array(count);
    order.forEach((from, to) => predictions[from] = found.predictions[to]!);
    return { accuracy: found.accuracy, predictions };
  }

  /**
   * What the net says of one test image in a batch with others, normalised by that batch.
   *
   * @param index of the test image
   * @param company indices of the others; none: it is alone
   * @returns the probability of each class
   */
  among(index: number, company: readonly number[]): Float32Array {
    const { test, inputs } = this.#data;
    const batch = [index, ...company].map((i) => splitImages(test, i, i + 1));
    return tf.tidy(() => {
      const x = tf.tensor2d(Float32Array.from(batch.flatMap((image) => [...image])), [
        batch.length,
        inputs,
      ]);
      const logits = this.net.logits(x, { g: this.g, statistics: "batch" });
      return tf.softmax(logits).dataSync<"float32">().slice(0, this.net.classes);
    });
  }

  /**
   * Of the first 2,000 test images: accuracy with the statistics of batches of 50, and of each image
   * alone; and the share that gets another class when it sits with others.
   */
  measures(): { batchOf50: number; alone: number; changed: number } {
    const most = 2000;
    const file = this.test("batch", BATCH, most);
    const others = this.test("batch", BATCH, most, true).predictions;
    const changed = file.predictions.filter((label, i) => label !== others[i]).length;
    return {
      batchOf50: file.accuracy,
      alone: this.test("batch", 1, most).accuracy,
      changed: changed / others.length,
    };
  }

  dispose(): void {
    this.#descent.dispose();
    this.net.dispose();
  }
}
