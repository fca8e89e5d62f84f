/** Adam, in the form that TensorFlow gave it in 2015. */

import * as tf from "@tensorflow/tfjs";

/** Options of {@linkcode Adam}. The defaults are the paper's and TensorFlow's. */
export interface AdamOptions {
  /** Decay of the mean of gradients. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients. Default 0.999. */
  readonly beta2?: number;
  /** Added to √v. Default 1e-8. */
  readonly epsilon?: number;
}

/**
 * m ← β₁m + (1−β₁)∇, v ← β₂v + (1−β₂)∇², w ← w − α·√(1−β₂ᵗ)/(1−β₁ᵗ) · m/(√v + ε).
 *
 * Kingma & Ba (arXiv 1412.6980, end of section 2) give this form; there ε is not corrected for
 * t, unlike in `tf.train.adam` of TensorFlow.js, which also fixes its learning rate at birth.
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
export class Adam {
  readonly #variables: readonly tf.Variable[];
  readonly #m: readonly tf.Variable[];
  readonly #v: readonly tf.Variable[];
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;
  #t = 0;

  /** @param variables what each step will change */
  constructor(variables: readonly tf.Variable[], options: AdamOptions = {}) {
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
    const zeros = () =>
      variables.map(({ shape }) => tf.tidy(() => tf.variable(tf.zeros(shape), false)));
    this.#variables = variables;
    this.#m = zeros();
    this.#v = zeros();
    this.#beta1 = beta1;
    this.#beta2 = beta2;
    this.#epsilon = epsilon;
  }

  /**
   * Changes every variable once. What it makes on the way is the caller's `tf.tidy` to free.
   *
   * @param gradients one for each variable, of its shape
   * @param learningRate α
   */
  step(gradients: readonly tf.Tensor[], learningRate: number): void {
    const beta1 = this.#beta1, beta2 = this.#beta2;
    this.#t++;
    const rate = learningRate * Math.sqrt(1 - beta2 ** this.#t) / (1 - beta1 ** this.#t);
    gradients.forEach((gradient, i) => {
      const w = this.#variables[i]!, m = this.#m[i]!, v = this.#v[i]!;
      m.assign(tf.add(tf.mul(beta1, m), tf.mul(1 - beta1, gradient)));
      v.assign(tf.add(tf.mul(beta2, v), tf.mul(1 - beta2, tf.mul(gradient, gradient))));
      w.assign(tf.sub(w, tf.mul(rate, tf.div(m, tf.add(tf.sqrt(v), this.#epsilon)))));
    });
  }

  /** Frees m and v. */
  dispose(): void {
    tf.dispose([...this.#m, ...this.#v]);
  }
}
