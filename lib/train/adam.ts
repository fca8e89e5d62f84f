/** Adam, as in TensorFlow of 2015. */

import { at } from "../at.ts";
import type { Tensor, Variable } from "../tf.ts";
import { adamConstants as usual, adamKernel } from "../engine/fused/adam.ts";
import { belowOne, nonNegative, optionsOf } from "../validate.ts";
import { apply, type Optimizer, type OptimizerRecipe } from "../engine/optimizer.ts";

/** Options of {@linkcode Adam}. The defaults are the paper's and TensorFlow's. */
export interface AdamOptions {
  /** Decay of the mean of gradients. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients. Default 0.999. */
  readonly beta2?: number;
  /**
   * ε, added to √v. Default 1e-8. With 0 a parameter that has never had a gradient, such as the
   * weight of a pixel that is black in every image, becomes 0/0 = NaN and training stops at the next
   * step: useful to show what ε is for.
   */
  readonly epsilon?: number;
}

/**
 * m ← β₁m + (1−β₁)∇, v ← β₂v + (1−β₂)∇², w ← w − α·√(1−β₂ᵗ)/(1−β₁ᵗ) · m/(√v + ε).
 *
 * Kingma & Ba (arXiv 1412.6980, end of section 2) give this form; there ε is not corrected for
 * t, unlike in `tf.train.adam` of TensorFlow.js, which also takes a constant learning rate.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertAlmostEquals } from "@std/assert";
 * import { Adam } from "gradnets/train/adam.ts";
 *
 * const w = tf.variable(tf.tensor1d([1]));
 * const adam = new Adam([w]);
 * tf.tidy(() => adam.step([tf.tensor1d([42])], 0.1)); // the first step is α·sign(∇)
 * assertAlmostEquals(w.dataSync()[0]!, 0.9, 1e-6);
 * adam.dispose();
 * w.dispose();
 * ```
 */
export class Adam implements Optimizer {
  /** m, v and t. */
  readonly state: {
    readonly slots: { readonly m: readonly Variable[]; readonly v: readonly Variable[] };
    readonly numbers: { t: number };
  };
  readonly #variables: readonly Variable[];
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;

  /**
   * @param variables variables to update
   * @throws {RangeError} if an option is unknown, β₁ or β₂ not in [0, 1), or ε below 0
   */
  constructor(variables: readonly Variable[], options: AdamOptions = {}) {
    const { beta1, beta2, epsilon } = constants(options);
    const zeros = () =>
      variables.map((w) => {
        const zero = w.zerosLike(), variable = zero.variable(false);
        zero.dispose(); // the variable has a copy
        return variable;
      });
    this.#variables = variables;
    this.state = { slots: { m: zeros(), v: zeros() }, numbers: { t: 0 } };
    this.#beta1 = beta1;
    this.#beta2 = beta2;
    this.#epsilon = epsilon;
  }

  /** See {@linkcode Optimizer}. */
  updates(gradients: readonly Tensor[], learningRate: number): Tensor[] {
    const beta1 = this.#beta1, beta2 = this.#beta2, { slots, numbers } = this.state;
    const t = ++numbers.t;
    const rate = learningRate * Math.sqrt(1 - beta2 ** t) / (1 - beta1 ** t);
    return gradients.map((gradient, i) => {
      const m = at(slots.m, i), v = at(slots.v, i);
      m.assign(m.mul(beta1).add(gradient.mul(1 - beta1)));
      v.assign(v.mul(beta2).add(gradient.mul(gradient).mul(1 - beta2)));
      return m.div(v.sqrt().add(this.#epsilon)).mul(-rate);
    });
  }

  /**
   * Updates every variable. The caller's `tf.tidy` frees intermediate tensors.
   *
   * @param gradients one per variable, of its shape
   * @param learningRate α
   */
  step(gradients: readonly Tensor[], learningRate: number): void {
    apply(this.#variables, this.updates(gradients, learningRate));
  }

  /** Frees m and v. */
  dispose(): void {
    for (const variable of Object.values(this.state.slots).flat()) variable.dispose();
  }
}

/**
 * Makes {@linkcode Adam} for a trainer. With ε below 1e-37 the trainer runs on the reference.
 *
 * @throws {RangeError} if an option is unknown, β₁ or β₂ not in [0, 1), or ε below 0
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { adam } from "gradnets";
 *
 * assertEquals(adam({ epsilon: 0.1 }).name, "adam");
 * assertThrows(() => adam({ beta1: 1 }), RangeError, "beta1 must be a number in [0, 1), but is 1");
 * ```
 */
export function adam(options: AdamOptions = {}): OptimizerRecipe {
  const found = constants(options);
  const make = (variables: readonly Variable[]) => new Adam(variables, found);
  // The kernels pad rows with zeros, and 0/0 = NaN would spread from there.
  if (found.epsilon < 1e-37) return { name: `adam with epsilon ${found.epsilon}`, make };
  return { name: "adam", make, rule: adamKernel(found) };
}

function constants(options: AdamOptions): Required<AdamOptions> {
  return optionsOf<Required<AdamOptions>>("make Adam", "AdamOptions", {
    beta1: [belowOne, usual.beta1],
    beta2: [belowOne, usual.beta2],
    epsilon: [nonNegative, usual.epsilon],
  }, options);
}
