/** Batch normalisation that fades into the identity. */

import * as tf from "../tf.ts";
import { belowOne, integer, nonNegative, optionsOf } from "../validate.ts";
import { MAX_UNITS } from "./variables.ts";

/**
 * Source of the mean and variance: the batch, as in training, or the running averages of training,
 * as usual in a test.
 */
export type Statistics = "batch" | "running";

/** Options of {@linkcode GradualBatchNorm.apply}. */
export interface NormOptions {
  /** Share of the late architecture, the identity, in [0, 1]. */
  readonly g: number;
  /** Default "batch". */
  readonly statistics?: Statistics;
  /** Update the running statistics, as in training. Default false. */
  readonly learn?: boolean;
}

/** Options of {@linkcode GradualBatchNorm}. */
export interface GradualBatchNormOptions {
  /** Added to the variance. Default 1e-3. */
  readonly epsilon?: number;
  /** Decay of the running statistics in a step, in [0, 1). Default 0.95. */
  readonly momentum?: number;
}

/**
 * y = (1−g)·BN(x) + g·x, with BN(x) = γ·(x − μ)/√(σ² + ε) + β for each unit.
 *
 * BN is Ioffe and Szegedy's (arXiv 1502.03167); its interpolation with the identity is what
 * treeano, the GradNets author's library, calls gradual batch normalisation. At g = 0 it is BN. At
 * g = 1 it is the identity: μ and σ² are not even computed, so the output for an image does not
 * depend on the rest of the batch.
 *
 * σ² is the mean of squares, not the unbiased estimate. In a batch of one it is 0, and BN(x) = β.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { GradualBatchNorm } from "gradnets/model/gradual_norm.ts";
 *
 * const norm = new GradualBatchNorm(1, { epsilon: 0 });
 * const x = tf.tensor2d([[2], [6]]); // mean 4, standard deviation 2
 * const y = (g: number) => [...tf.tidy(() => norm.apply(x, { g }).dataSync())];
 * assertEquals([y(0), y(0.5), y(1)], [[-1, 1], [0.5, 3.5], [2, 6]]);
 * norm.dispose();
 * x.dispose();
 * ```
 */
export class GradualBatchNorm {
  /** γ [units], from 1. */
  readonly gamma: tf.Variable<tf.Rank.R1>;
  /** β [units], from 0. */
  readonly beta: tf.Variable<tf.Rank.R1>;
  /** Running μ [units], from 0. */
  readonly mean: tf.Variable<tf.Rank.R1>;
  /** Running σ² [units], from 1. */
  readonly variance: tf.Variable<tf.Rank.R1>;
  readonly #epsilon: number;
  readonly #momentum: number;

  /**
   * Starts from γ = 1 and β = 0.
   *
   * @throws {RangeError} if epsilon or momentum is out of its range
   */
  constructor(units: number, options: GradualBatchNormOptions = {}) {
    integer(1, MAX_UNITS)(units, "Cannot normalise: units");
    const { epsilon, momentum } = optionsOf<Required<GradualBatchNormOptions>>(
      "normalise",
      "GradualBatchNormOptions",
      { epsilon: [nonNegative, 1e-3], momentum: [belowOne, 0.95] },
      options,
    );
    this.#epsilon = epsilon;
    this.#momentum = momentum;
    const filled = (value: number, trainable: boolean) =>
      tf.tidy(() => tf.variable(tf.fill<tf.Rank.R1>([units], value), trainable));
    this.gamma = filled(1, true);
    this.beta = filled(0, true);
    this.mean = filled(0, false);
    this.variance = filled(1, false);
  }

  /**
   * Applies the layer. TensorFlow.js differentiates it, through μ and σ² of the batch too.
   *
   * @param x [batch, units]
   * @returns [batch, units]; the caller's `tf.tidy` frees intermediate tensors
   * @throws {RangeError} if g is not in [0, 1]
   */
  apply(x: tf.Tensor2D, { g, statistics = "batch", learn = false }: NormOptions): tf.Tensor2D {
    if (!(g >= 0 && g <= 1)) {
      throw new RangeError(`Cannot normalise at g = ${g}: expected a number from 0 to 1`);
    }
    if (g === 1) return x; // not 0·BN(x) + x: that would still depend on the batch
    const found = learn || statistics === "batch" ? moments(x) : this;
    const { mean, variance } = statistics === "batch" ? found : this;
    if (learn) this.#learn(found);
    const scale = tf.mul(this.gamma, tf.rsqrt(tf.add(variance, this.#epsilon)));
    const normalised = tf.add(tf.mul(tf.sub(x, mean), scale), this.beta);
    return tf.add(tf.mul(1 - g, normalised), tf.mul(g, x));
  }

  /** Frees the variables. */
  dispose(): void {
    tf.dispose([this.gamma, this.beta, this.mean, this.variance]);
  }

  #learn(found: Moments): void {
    const kept = this.#momentum;
    const moved = (from: tf.Tensor1D, to: tf.Tensor1D) =>
      tf.add<tf.Tensor1D>(tf.mul(kept, from), tf.mul(1 - kept, to));
    this.mean.assign(moved(this.mean, found.mean));
    this.variance.assign(moved(this.variance, found.variance));
  }
}

/** Mean and variance of each unit, [units]. */
interface Moments {
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

/** Mean and variance over the batch. */
function moments(x: tf.Tensor2D): Moments {
  const mean = tf.mean<tf.Tensor1D>(x, 0);
  return { mean, variance: tf.mean<tf.Tensor1D>(tf.square(tf.sub(x, mean)), 0) };
}
