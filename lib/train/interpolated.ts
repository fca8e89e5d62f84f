/** An optimizer that turns into another one, like a GradNet's layers. */

import { at } from "../at.ts";
import type { Tensor, Variable } from "../tf.ts";
import {
  apply,
  type Optimizer,
  type OptimizerRecipe,
  type OptimizerState,
} from "../engine/optimizer.ts";
import type { Progress } from "../engine/progress.ts";
import { type Check, optionsOf, refusal, share } from "../validate.ts";
import { aSchedule, type Schedule } from "./schedules.ts";

/** Options of {@linkcode interpolated}. */
export interface InterpolatedOptions {
  /** The optimizer at gate 0. */
  readonly early: OptimizerRecipe;
  /** The optimizer at gate 1. */
  readonly late: OptimizerRecipe;
  /** Share of the late optimizer, such as the schedule of g. */
  readonly gate: Schedule;
  /** Minimum share of either. Default 1e-8: practically none. */
  readonly epsilon?: number;
}

/**
 * update = gateₑ·early + gateₗ·late, gateₑ = clip(1 − gate, ε, 1), gateₗ = clip(gate, ε, 1).
 *
 * Both see every gradient, so that the late one's moments are warm when its share grows. After the
 * first author's library (treeano), which clips the late gate alone, to [1e-3, 1]: internally it
 * divides the early updates by the late gate and multiplies them again, and 0 would lose them.
 *
 * @throws {RangeError} if an option is unknown, or ε not in [0, 1]
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertAlmostEquals } from "@std/assert";
 * import { adam } from "gradnets/train/adam.ts";
 * import { interpolated } from "gradnets/train/interpolated.ts";
 * import { sgd } from "gradnets/train/sgd.ts";
 *
 * const w = tf.variable(tf.tensor1d([0]));
 * const turning = interpolated({ early: sgd(), late: adam(), gate: () => 0.75 }).make([w]);
 * // a quarter of SGD's −0.1·4, three of Adam's first step, −0.1·sign(4)
 * tf.tidy(() => turning.step([tf.tensor1d([4])], 0.1, { iter: 0, epoch: 0 }));
 * assertAlmostEquals(w.dataSync()[0]!, -0.1 - 0.075, 1e-6);
 * turning.dispose();
 * w.dispose();
 * ```
 */
export function interpolated(options: InterpolatedOptions): OptimizerRecipe {
  const { early, late, gate, epsilon } = optionsOf<Required<InterpolatedOptions>>(
    "interpolate optimizers",
    "InterpolatedOptions",
    { early: [anOptimizer], late: [anOptimizer], gate: [aSchedule], epsilon: [share, 1e-8] },
    options,
  );
  const clip = (x: number) => Math.min(Math.max(x, epsilon), 1);
  return {
    name: `interpolated (${early.name} → ${late.name})`,
    make: (variables) => {
      const pair = [early.make(variables), late.make(variables)] as const;
      const gates = (progress: Progress) =>
        [clip(1 - gate(progress)), clip(gate(progress))] as const;
      return new Interpolated(variables, pair, gates);
    },
  };
}

const anOptimizer: Check<OptimizerRecipe> = (value, path) => {
  const recipe = value as Partial<OptimizerRecipe> | null | undefined;
  if (typeof recipe?.make === "function") return recipe as OptimizerRecipe;
  throw refusal(path, "an optimizer, such as adam() or sgd()", value);
};

class Interpolated implements Optimizer {
  readonly #variables: readonly Variable[];
  readonly #pair: readonly [Optimizer, Optimizer];
  readonly #gates: (progress: Progress) => readonly [number, number];

  constructor(
    variables: readonly Variable[],
    pair: readonly [Optimizer, Optimizer],
    gates: (progress: Progress) => readonly [number, number],
  ) {
    this.#variables = variables;
    this.#pair = pair;
    this.#gates = gates;
  }

  get state(): OptimizerState | undefined {
    const [{ state: early }, { state: late }] = this.#pair;
    return early && late && { parts: { early, late } };
  }

  updates(gradients: readonly Tensor[], learningRate: number, progress: Progress): Tensor[] {
    const [gateEarly, gateLate] = this.#gates(progress);
    const [early, late] = this.#pair;
    const first = early.updates(gradients, learningRate, progress);
    const second = late.updates(gradients, learningRate, progress);
    return first.map((update, i) => update.mul(gateEarly).add(at(second, i).mul(gateLate)));
  }

  step(gradients: readonly Tensor[], learningRate: number, progress: Progress): void {
    apply(this.#variables, this.updates(gradients, learningRate, progress));
  }

  dispose(): void {
    this.#pair.forEach((one) => one.dispose());
  }
}
