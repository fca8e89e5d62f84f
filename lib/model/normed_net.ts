/** A deep perceptron with gradual batch normalisation before every ReLU. */

import * as tf from "@tensorflow/tfjs";
import { dense } from "./dense.ts";
import { Random, streams } from "../random.ts";
import { GradualBatchNorm, type Statistics } from "./gradual_norm.ts";
import type { PassOptions, SmallNet } from "../transitions/small_net.ts";
import { weights } from "../transitions/small_net.ts";

/** The size of a {@linkcode NormedNet}. */
export interface NormedNetOptions {
  /** Values an image has. Default 784. */
  readonly inputs?: number;
  /** Units of every hidden layer. Default 50. */
  readonly width?: number;
  /** Hidden layers, each normalised. Default 10. */
  readonly hidden?: number;
  /** Default 10. */
  readonly classes?: number;
  /** Seed of the initial weights. Default 1. */
  readonly seed?: number;
  /** Standard deviation of the truncated normal that weights start from. Default 0.1. */
  readonly stddev?: number;
}

/**
 * inputs → hidden × (dense → (1−g)·BN + g·identity → ReLU) → dense → logits.
 *
 * One net, three architectures: g = 0 is the net with batch normalisation, g = 1 the one without,
 * and a schedule in between turns the one into the other.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { NormedNet } from "gradnets/model/normed_net.ts";
 *
 * const net = new NormedNet({ inputs: 4, width: 3, hidden: 2, classes: 2 });
 * const one = tf.ones<tf.Rank.R2>([1, 4]);
 * const logits = tf.tidy(() => net.logits(one, { g: 1 }).arraySync());
 * assertEquals([logits.length, logits[0]!.length], [1, 2]);
 * net.dispose();
 * one.dispose();
 * ```
 */
export class NormedNet implements SmallNet {
  readonly inputs: number;
  readonly classes: number;
  readonly variables: readonly tf.Variable[];
  readonly norms: readonly GradualBatchNorm[];
  readonly #W: readonly tf.Variable<tf.Rank.R2>[];
  readonly #b: readonly tf.Variable<tf.Rank.R1>[];

  constructor(options: NormedNetOptions = {}) {
    const { inputs = 784, width = 50, hidden = 10, classes = 10 } = options;
    const { seed = 1, stddev = 0.1 } = options;
    const random = new Random(seed, streams.weights);
    const sizes = [inputs, ...new Array<number>(hidden).fill(width), classes];
    this.inputs = inputs;
    this.classes = classes;
    this.#W = sizes.slice(1).map((to, l) => weights([sizes[l]!, to], random, stddev));
    this.#b = sizes.slice(1).map((to) => tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([to]))));
    this.norms = sizes.slice(1, -1).map((units) => new GradualBatchNorm(units));
    const normed = this.norms.flatMap(({ gamma, beta }) => [gamma, beta]);
    this.variables = [...this.#W, ...this.#b, ...normed];
  }

  /** See {@linkcode SmallNet}. With running statistics unless it trains, or is told otherwise. */
  logits(
    x: tf.Tensor2D,
    { g, training = false, statistics = training ? "batch" : "running" }: PassOptions & {
      readonly statistics?: Statistics;
    },
  ): tf.Tensor2D {
    return this.#W.reduce((x, W, l) => {
      const u = dense(x, W, this.#b[l]!);
      const norm = this.norms[l];
      return norm ? tf.relu(norm.apply(u, { g, statistics, learn: training })) : u;
    }, x);
  }

  /** See {@linkcode SmallNet}. */
  dispose(): void {
    tf.dispose([...this.#W, ...this.#b]);
    this.norms.forEach((norm) => norm.dispose());
  }
}
