/** What a trainer needs of a network; anything that has it trains, is measured, swept and logged. */

import type { Tensor2D, Variable } from "../tf.ts";
import type { G } from "./g.ts";

/** A network as far as it is numbers, whatever computes it. */
export interface Network {
  /** Values an image has. */
  readonly inputs: number;
  /** Classes that it tells apart. */
  readonly classes: number;
  /** How many numbers training can change. */
  readonly parameterCount: number;
  /** Hidden layers that can have a g each. Absent: one g for all of it. */
  readonly hidden?: number;
}

/** What the forward pass is told beside the images. */
export interface LogitsOptions {
  /** Share of the late architecture, in [0, 1]: of all hidden layers, or of each. */
  readonly g: G;
  /**
   * Dropout masks [batch, units] of 0 and 1/keep, one for each of {@linkcode Model.maskUnits}. None:
   * no dropout, as in a test.
   */
  readonly masks?: readonly Tensor2D[];
  /** Whether this is a training step, as batch normalisation has to know. Default false. */
  readonly training?: boolean;
}

/**
 * A network that TensorFlow.js computes.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assert } from "@std/assert";
 * import { drawnDataset, type Model, startBackend, Trainer } from "gradnets";
 *
 * await startBackend();
 * const W = tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R2>([784, 10])));
 * const logistic: Model = {
 *   inputs: 784, classes: 10, parameterCount: W.size, variables: { W }, normed: ["W"], maskUnits: [],
 *   logits: (x) => tf.matMul(x, W),
 *   dispose: () => W.dispose(),
 * };
 * const data = drawnDataset({ train: 200, validation: 10, test: 100 });
 * const trainer = new Trainer({ net: logistic, data, g: 0, l1: 0, learningRate: 1e-2 });
 * for await (const _ of trainer.run({ iterations: 40 }));
 * assert(trainer.evaluate().accuracy > 0.5);
 * trainer.dispose();
 * logistic.dispose();
 * ```
 */
export interface Model extends Network {
  /**
   * What training changes and, with `trainable` false, what it leaves behind beside (running
   * statistics), by name. The names are those of a checkpoint.
   */
  readonly variables: Readonly<Record<string, Variable>>;
  /** Names of the weights that the two norms, and the norm penalty, cover. */
  readonly normed: readonly string[];
  /** Units of each dropout mask [batch, units]; none: the network has no dropout. */
  readonly maskUnits: readonly number[];
  /**
   * What the network says of images, before softmax.
   *
   * @param x images, [batch, inputs]
   * @returns logits, [batch, classes]; the caller's `tf.tidy` frees what was made on the way
   */
  logits(x: Tensor2D, options: LogitsOptions): Tensor2D;
  /** Frees the variables. */
  dispose(): void;
}
