/** The interface of a network to trainers: whatever implements it can be trained, swept and logged. */

import type { Tensor2D, Variable } from "../tf.ts";
import type { G } from "./g.ts";

/** Sizes of a network, independent of what computes it. */
export interface Network {
  /** Values per image. */
  readonly inputs: number;
  /** Number of classes. */
  readonly classes: number;
  /** Number of trainable parameters. */
  readonly parameterCount: number;
  /** Number of hidden layers that can have a g each. Absent: one g for the whole network. */
  readonly hidden?: number;
}

/** Options of {@linkcode Model.logits}. */
export interface LogitsOptions {
  /** Share of the late architecture, in [0, 1]: one for all hidden layers, or one for each. */
  readonly g: G;
  /**
   * Dropout masks [batch, units] of 0 and 1/keep, one for each of {@linkcode Model.maskUnits}.
   * Default: no dropout.
   */
  readonly masks?: readonly Tensor2D[];
  /** Whether this is a training step, for batch normalisation. Default false. */
  readonly training?: boolean;
}

/**
 * A network on TensorFlow.js.
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
   * Variables by name, also in checkpoints. Those with `trainable` false, such as running statistics,
   * get no gradient.
   */
  readonly variables: Readonly<Record<string, Variable>>;
  /** Names of the weights in the two norms and the norm penalty. */
  readonly normed: readonly string[];
  /** Units of each dropout mask [batch, units]; empty without dropout. */
  readonly maskUnits: readonly number[];
  /**
   * Computes the outputs before softmax.
   *
   * @param x images, [batch, inputs]
   * @returns logits, [batch, classes]; the caller's `tf.tidy` frees intermediate tensors
   */
  logits(x: Tensor2D, options: LogitsOptions): Tensor2D;
  /** Frees the variables. */
  dispose(): void;
}
