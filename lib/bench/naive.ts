/**
 * Implements the recipe in the obvious way in TensorFlow.js: a variable per layer, tf.dropout,
 * stock autodiff and stock Adam, on the same WASM backend. The baseline for our layers and kernels;
 * not meant to be copied.
 */

import { join } from "node:path";
import * as tf from "../tf.ts";
import { Batches, type Dataset, splitImages } from "gradnets";
import type { Setup } from "./setup.ts";
import type { Subject } from "./subject.ts";

type Dropout = (y: tf.Tensor2D, layer: number) => tf.Tensor2D;

export class Naive implements Subject {
  readonly #setup: Setup;
  readonly #data: Dataset;
  readonly #batches: Batches;
  readonly #weights: tf.Variable<tf.Rank.R2>[] = []; // one per layer
  readonly #biases: tf.Variable<tf.Rank.R1>[] = [];
  readonly #hidden: tf.Variable[];
  readonly #adam = tf.train.adam(1e-3);
  readonly #masks: Float32Array | undefined;
  readonly #testImages: tf.Tensor2D;
  readonly #offset: number;
  #iter = 0;

  constructor(directory: string, setup: Setup, data: Dataset, check: boolean) {
    const { batch, depth, inputs, width, classes, seed } = setup;
    const floats = (name: string) =>
      new Float32Array(Deno.readFileSync(join(directory, name)).buffer);
    this.#setup = setup;
    this.#data = data;
    this.#offset = check ? setup.checkFrom : 0;
    this.#masks = check ? floats("masks.f32") : undefined;
    this.#batches = new Batches(data.train, {
      batchSize: batch,
      seed,
      shuffleFirstEpoch: !check,
    });
    const values = floats("weights.f32");
    let at = 0;
    const take = (count: number) => values.slice(at, at += count);
    const weight = (rows: number, columns: number) =>
      this.#weights.push(tf.variable(tf.tensor2d(take(rows * columns), [rows, columns])));
    const bias = (units: number) => this.#biases.push(tf.variable(tf.tensor1d(take(units))));
    tf.tidy(() => {
      weight(inputs, width);
      bias(width);
      for (let l = 2; l < depth; l++) weight(width, width);
      for (let l = 2; l < depth; l++) bias(width);
      weight(width, classes);
      bias(classes);
    });
    this.#hidden = this.#weights.slice(1, -1) as tf.Variable[];
    this.#testImages = tf.tensor2d(splitImages(data.test), [data.test.count, inputs]);
  }

  step() {
    const { keep, l1, inputs, classes, rate, factor, globalStep, decaySteps } = this.#setup;
    const iter = this.#iter + this.#offset;
    const learningRate = rate * factor ** ((globalStep + iter) / decaySteps);
    const found = tf.tidy(() => {
      const { images, labels } = this.#batches.next();
      const x = tf.tensor2d(images, [labels.length, inputs]);
      const y = tf.oneHot(tf.tensor1d(labels, "int32"), classes);
      const dropout: Dropout = this.#masks
        ? (y, layer) => tf.mul(y, this.#mask(layer))
        : (y) => tf.dropout(y, 1 - keep) as tf.Tensor2D;
      const loss = (): tf.Scalar => {
        const p = tf.softmax(this.#logits(x, dropout));
        return tf.neg(tf.sum(tf.mul(y, tf.log(tf.add(p, 1e-9)))));
      };
      const weightNorm = () => meanNorm(this.#hidden);
      const variables = [...this.#weights, ...this.#biases] as tf.Variable[];
      const ce = tf.variableGrads(loss, variables);
      const norm = tf.variableGrads(weightNorm, this.#hidden);
      const gradientNorm = meanNorm(this.#hidden.map(({ name }) => ce.grads[name]!));
      const grads = { ...ce.grads };
      for (const [name, gradient] of Object.entries(norm.grads)) {
        grads[name] = tf.add(grads[name]!, tf.mul(l1, gradient));
      }
      setLearningRate(this.#adam, learningRate);
      this.#adam.applyGradients(
        Object.entries(grads).map(([name, tensor]) => ({ name, tensor })),
      );
      return {
        crossEntropy: ce.value.dataSync()[0]!,
        weightNorm: norm.value.dataSync()[0]!,
        gradientNorm: gradientNorm.dataSync()[0]!,
      };
    });
    this.#iter++;
    return { ...found, loss: found.crossEntropy + l1 * found.weightNorm };
  }

  evaluate(): number {
    return tf.tidy(() => {
      const classes = tf.argMax(this.#logits(this.#testImages, (y) => y), 1).dataSync<"int32">();
      const { labels, count } = this.#data.test;
      return classes.reduce((right, c, i) => right + Number(c === labels[i]), 0) / count;
    });
  }

  kept(): number {
    return tf.tidy(() => {
      const ones = tf.ones([1000, 100]);
      return tf.mean(tf.step(tf.dropout(ones, 1 - this.#setup.keep))).dataSync()[0]!;
    });
  }

  dispose(): void {
    tf.dispose([...this.#weights, ...this.#biases, this.#testImages]);
    this.#adam.dispose();
  }

  #logits(x: tf.Tensor2D, dropout: Dropout): tf.Tensor2D {
    const { tau, batch } = this.#setup;
    const epoch = (this.#iter + this.#offset) / Math.floor(this.#data.train.count / batch);
    const g = Math.min(epoch / tau, 1);
    let y = x;
    this.#weights.forEach((W, layer) => {
      const u: tf.Tensor2D = tf.add(tf.matMul(y, W), this.#biases[layer]!);
      if (layer === 0) y = dropout(tf.relu(u), layer);
      else if (layer === this.#weights.length - 1) y = u;
      else y = dropout(tf.add(tf.mul(g, tf.relu(u)), tf.mul(1 - g, y)), layer);
    });
    return y;
  }

  /** Returns a layer's dropout mask for the check. */
  #mask(layer: number): tf.Tensor2D {
    const { batch, width, depth } = this.#setup;
    const size = batch * width, at = (this.#iter * (depth - 1) + layer) * size;
    return tf.tensor2d(this.#masks!.subarray(at, at + size), [batch, width]);
  }
}

/** Computes the mean of |t| over tensors of one size. */
function meanNorm(tensors: readonly tf.Tensor[]): tf.Scalar {
  return tf.div(tf.addN(tensors.map((t) => tf.mean(tf.abs(t)))), tensors.length);
}

/**
 * Sets the rate of tf.train.adam, which has no public setter: the usual workaround for schedules.
 */
function setLearningRate(optimizer: tf.AdamOptimizer, learningRate: number): void {
  (optimizer as unknown as { learningRate: number }).learningRate = learningRate;
}
