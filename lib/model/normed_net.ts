/** A deep perceptron with gradual batch normalisation before every ReLU. */

import { at } from "../at.ts";
import * as tf from "../tf.ts";
import { requireMemory } from "./architecture.ts";
import { dense } from "./dense.ts";
import { Random, streams } from "../random.ts";
import { GradualBatchNorm, type Statistics } from "./gradual_norm.ts";
import { integer, optionsOf, positive } from "../validate.ts";
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

/** Options of {@linkcode NormedNet}. */
export interface NormedNetOptions {
  /** Values per image. Default 784. */
  readonly inputs?: number;
  /** Units of every hidden layer. Default 50. */
  readonly width?: number;
  /** Hidden layers, each normalised. Default 10. */
  readonly hidden?: number;
  /** Default 10. */
  readonly classes?: number;
  /** Seed of the initial weights. Default 1. */
  readonly seed?: number;
  /** Standard deviation of the truncated normal that weights are drawn from. Default 0.1. */
  readonly stddev?: number;
}

/**
 * inputs → hidden × (dense → (1−g)·BN + g·identity → ReLU) → dense → logits.
 *
 * g = 0 is the net with batch normalisation, g = 1 the net without; a schedule turns one into the
 * other.
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
export class NormedNet implements Model {
  readonly inputs: number;
  /** Number of classes. */
  readonly classes: number;
  readonly variables: Readonly<Record<string, tf.Variable>>;
  readonly normed: readonly string[];
  readonly maskUnits: readonly number[] = [];
  /** The normalisation before each hidden layer's activation. */
  readonly norms: readonly GradualBatchNorm[];
  readonly #W: readonly tf.Variable<tf.Rank.R2>[];
  readonly #b: readonly tf.Variable<tf.Rank.R1>[];

  /**
   * Draws the initial parameters.
   *
   * @throws {RangeError} if an option is unknown or invalid, or training would take more memory than
   *   WebAssembly has
   */
  constructor(options: NormedNetOptions = {}) {
    const { inputs, width, hidden, classes, seed, stddev } = optionsOf<Required<NormedNetOptions>>(
      "build a NormedNet",
      "NormedNetOptions",
      {
        inputs: [integer(1, MAX_UNITS), 784],
        width: [integer(1, MAX_UNITS), 50],
        hidden: [integer(1, MAX_UNITS), 10],
        classes: [integer(2, MAX_UNITS), 10],
        seed: [integer(0, 2 ** 32 - 1), 1],
        stddev: [positive, 0.1],
      },
      options,
    );
    const count = inputs * width + (hidden - 1) * width ** 2 + width * classes;
    requireMemory(`a NormedNet of ${hidden} hidden layers of ${width}`, count);
    const random = new Random(seed, streams.weights);
    const sizes = [inputs, ...new Array<number>(hidden).fill(width), classes];
    this.inputs = inputs;
    this.classes = classes;
    this.#W = sizes.slice(1).map((to, l) => weights([at(sizes, l), to], random, stddev));
    this.#b = sizes.slice(1).map(biases);
    this.norms = sizes.slice(1, -1).map((units) => new GradualBatchNorm(units));
    const numbered = (name: string, of: readonly tf.Variable[]) =>
      of.map((variable, l): [string, tf.Variable] => [`${name}${l}`, variable]);
    this.normed = this.#W.map((_, l) => `W${l}`);
    this.variables = Object.fromEntries([
      ...numbered("W", this.#W),
      ...numbered("b", this.#b),
      ...this.norms.flatMap(({ gamma, beta, mean, variance }, l) =>
        Object.entries({ gamma, beta, mean, variance })
          .map(([name, variable]): [string, tf.Variable] => [`${name}${l}`, variable])
      ),
    ]);
    disposeWhenDropped(this);
  }

  /** See {@linkcode Model}. */
  get parameterCount(): number {
    return parameterCount(this.variables);
  }

  /** See {@linkcode Model}. Uses running statistics except in training, unless `statistics` is given. */
  logits(
    x: tf.Tensor2D,
    { g, training = false, statistics = training ? "batch" : "running" }: LogitsOptions & {
      readonly statistics?: Statistics;
    },
  ): tf.Tensor2D {
    const mean = meanG(g);
    return this.#W.reduce((x, W, l) => {
      const u = dense(x, W, at(this.#b, l));
      const norm = this.norms[l];
      return norm ? tf.relu(norm.apply(u, { g: mean, statistics, learn: training })) : u;
    }, x);
  }

  /** See {@linkcode Model}. */
  dispose(): void {
    disposeVariables(this);
  }
}
