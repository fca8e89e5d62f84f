/** Plain gradient descent. */

import type { Tensor, Variable } from "../tf.ts";
import { f32x4 } from "../engine/fused/assembler.ts";
import { optionsOf, positive } from "../validate.ts";
import { apply, type Optimizer, type OptimizerRecipe } from "../engine/optimizer.ts";

/** Options of {@linkcode Sgd}. */
export interface SgdOptions {
  /**
   * Factor of the learning rate. Default 1. In `interpolated`, SGD needs another rate than Adam: its
   * steps are proportional to the gradient.
   */
  readonly scale?: number;
}

/**
 * w ← w − scale·α·∇.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { Sgd } from "gradnets/train/sgd.ts";
 *
 * const w = tf.variable(tf.tensor1d([1]));
 * const sgd = new Sgd([w]);
 * tf.tidy(() => sgd.step([tf.tensor1d([3])], 0.25));
 * assertEquals(w.dataSync()[0], 0.25);
 * sgd.dispose();
 * w.dispose();
 * ```
 */
export class Sgd implements Optimizer {
  /** Nothing. */
  readonly state = {};
  readonly #variables: readonly Variable[];
  readonly #scale: number;

  /**
   * @param variables variables to update
   * @throws {RangeError} if an option is unknown, or scale not above 0
   */
  constructor(variables: readonly Variable[], options: SgdOptions = {}) {
    this.#variables = variables;
    this.#scale = checkedScale(options);
  }

  /** See {@linkcode Optimizer}. */
  updates(gradients: readonly Tensor[], learningRate: number): Tensor[] {
    return gradients.map((gradient) => gradient.mul(-learningRate * this.#scale));
  }

  /** See {@linkcode Optimizer}. */
  step(gradients: readonly Tensor[], learningRate: number): void {
    apply(this.#variables, this.updates(gradients, learningRate));
  }

  /** Does nothing: there is no state. */
  dispose(): void {}
}

/**
 * Makes {@linkcode Sgd} for a trainer.
 *
 * @throws {RangeError} if an option is unknown, or scale not above 0
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sgd } from "gradnets";
 *
 * assertEquals(sgd().name, "sgd");
 * ```
 */
export function sgd(options: SgdOptions = {}): OptimizerRecipe {
  const scale = checkedScale(options);
  return {
    name: "sgd",
    make: (variables) => new Sgd(variables, { scale }),
    rule: {
      state: [],
      rate: (learningRate) => learningRate * scale,
      begin: () => ({ gradient, rate }) => ({ before: [], change: f32x4.mul(rate, gradient) }),
    },
  };
}

function checkedScale(options: SgdOptions): number {
  return optionsOf("make SGD", "SgdOptions", { scale: [positive, 1] }, options).scale;
}
