/** What the nets of these demonstrations share, and the descent that trains any of them. */

import * as tf from "@tensorflow/tfjs";
import type { Batch } from "../data/batches.ts";
import type { Random } from "../random.ts";
import { Adam } from "../train/adam.ts";
import { accuracy, classesOf, type Evaluation } from "../engine/evaluate.ts";
import { crossEntropy } from "../engine/objective.ts";
import type { At, Schedule } from "../train/schedules.ts";

/** What a {@linkcode SmallNet} is told beside the images. */
export interface PassOptions {
  /** Share of the late architecture, in [0, 1]. */
  readonly g: number;
  /** Whether this is a training step. Default false. */
  readonly training?: boolean;
}

/** A net whose gradients TensorFlow.js finds, from the operations themselves. */
export interface SmallNet {
  /** Values an image has. */
  readonly inputs: number;
  readonly classes: number;
  /** What training changes. */
  readonly variables: readonly tf.Variable[];
  /**
   * @param x images, [batch, inputs]
   * @returns logits, [batch, classes]; the caller's `tf.tidy` frees what was made on the way
   */
  logits(x: tf.Tensor2D, options: PassOptions): tf.Tensor2D;
  /** Frees the variables. */
  dispose(): void;
}

/** A variable [inputs, outputs] that starts from a truncated normal. */
export function weights(
  shape: [number, number],
  random: Random,
  stddev: number,
): tf.Variable<tf.Rank.R2> {
  const values = Float32Array.from(
    { length: shape[0] * shape[1] },
    () => random.truncatedNormal(stddev),
  );
  return tf.tidy(() => tf.variable(tf.tensor2d(values, shape)));
}

/** Options of {@linkcode Descent}. */
export interface DescentOptions {
  readonly net: SmallNet;
  /** The batch of an iteration. */
  readonly batch: (iter: number) => Pick<Batch, "images" | "labels">;
  readonly iterationsPerEpoch: number;
  /** Share of the late architecture. */
  readonly g: Schedule;
  readonly learningRate: Schedule;
}

/** What a step of {@linkcode Descent} gives. */
export interface SmallStep extends At {
  readonly g: number;
  /** −Σ y·log(p + 1e-9) over the batch, before the update. */
  readonly loss: number;
}

/**
 * Adam on the cross-entropy, one batch at a time: the trainer of these demonstrations, in a dozen
 * lines. `Trainer` is for GradNets; this takes any net that is a function of x and g.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { constant, startBackend } from "gradnets";
 * import { NormedNet } from "gradnets/model/normed_net.ts";
 * import { Descent } from "gradnets/transitions/small_net.ts";
 *
 * await startBackend();
 * const net = new NormedNet({ inputs: 2, width: 4, hidden: 1, classes: 2 });
 * const batch = { images: new Float32Array([0, 1, 1, 0]), labels: new Uint8Array([0, 1]) };
 * const descent = new Descent({ net, batch: () => batch, iterationsPerEpoch: 10, g: constant(1),
 *   learningRate: constant(0.01) });
 * const losses = Array.from({ length: 20 }, () => descent.step().loss);
 * assert(losses.at(-1)! < losses[0]!);
 * descent.dispose();
 * net.dispose();
 * ```
 */
export class Descent {
  readonly #options: DescentOptions;
  readonly #adam: Adam;
  #iter = 0;

  constructor(options: DescentOptions) {
    this.#options = options;
    this.#adam = new Adam(options.net.variables);
  }

  /** Where it stands: at the iteration that comes next. */
  get at(): At {
    return { iter: this.#iter, epoch: this.#iter / this.#options.iterationsPerEpoch };
  }

  /** g of the iteration that comes next. */
  get g(): number {
    return this.#options.g(this.at);
  }

  /**
   * Trains on exactly one batch.
   *
   * @throws {Error} if the loss is not a finite number; the parameters are then as before the step
   */
  step(): SmallStep {
    const { net, batch, learningRate } = this.#options;
    const { at, g } = this;
    const loss = tf.tidy(() => {
      const { images, labels } = batch(at.iter);
      const x = tf.tensor2d(images, [labels.length, net.inputs]);
      const y = tf.oneHot(tf.tensor1d(labels, "int32"), net.classes);
      const { value, grads } = tf.variableGrads(
        () => crossEntropy(net.logits(x, { g, training: true }), y),
        [...net.variables],
      );
      const loss = value.dataSync()[0]!;
      if (!Number.isFinite(loss)) {
        throw new Error(`Cannot train on: the loss of iteration ${at.iter} is ${loss}`);
      }
      // What has no say at this g (batch norm at 1, attention at 0) has no gradient either.
      const gradients = net.variables.map((v) => grads[v.name] ?? tf.zerosLike(v));
      this.#adam.step(gradients, learningRate(at));
      return loss;
    });
    this.#iter++;
    return { ...at, g, loss };
  }

  /** Frees all but the net. */
  dispose(): void {
    this.#adam.dispose();
  }
}

/** How {@linkcode classify} goes through images. */
export interface ClassifyOptions {
  /** The net's answer to some of the images, [batch, classes]. */
  readonly logits: (x: tf.Tensor2D) => tf.Tensor2D;
  /** Values an image has. */
  readonly inputs: number;
  /** Images at a time: it matters where the answer depends on the company. Default 500. */
  readonly batchSize?: number;
}

/**
 * Classifies images, some at a time.
 *
 * @param images [count, inputs]
 * @param labels [count]
 */
export function classify(
  images: Float32Array,
  labels: Uint8Array,
  { logits, inputs, batchSize = 500 }: ClassifyOptions,
): Evaluation {
  const predictions = new Uint8Array(labels.length);
  for (let start = 0; start < labels.length; start += batchSize) {
    const part = images.subarray(start * inputs, (start + batchSize) * inputs);
    tf.tidy(() => {
      const x = tf.tensor2d(part, [part.length / inputs, inputs]);
      predictions.set(classesOf(logits(x)), start);
    });
  }
  return { accuracy: accuracy(predictions, labels), predictions };
}
