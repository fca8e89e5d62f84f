/** What turns gradients into changes of the variables. */

import type * as tf from "../tf.ts";
import type { Progress } from "./progress.ts";
import type { RuleKernel } from "./fused/rule_kernel.ts";

/** The optimizer of one training: it changes one list of variables, and may remember. */
export interface Optimizer {
  /**
   * What {@linkcode step} would add to each variable. It counts as a step: means move on. What it
   * makes is the caller's `tf.tidy` to free.
   *
   * @param gradients one for each variable, of its shape
   * @param learningRate α
   * @param at where the training stands
   */
  updates(gradients: readonly tf.Tensor[], learningRate: number, at: Progress): tf.Tensor[];
  /** w ← w + update for every variable. */
  step(gradients: readonly tf.Tensor[], learningRate: number, at: Progress): void;
  /** Frees what it remembers; not the variables. */
  dispose(): void;
}

/** What a trainer makes its optimizer of: `adam()`, `sgd()`, `interpolated()`, or your own. */
export interface OptimizerRecipe {
  /** For people. */
  readonly name: string;
  /** Makes an optimizer that remembers nothing yet. */
  make(variables: readonly tf.Variable[]): Optimizer;
  /**
   * The same as a kernel. None: a trainer with it runs on the reference.
   *
   * @internal
   */
  readonly rule?: RuleKernel;
}

/** w ← w + update, for each. */
export function apply(variables: readonly tf.Variable[], updates: readonly tf.Tensor[]): void {
  updates.forEach((update, i) => {
    const w = variables[i]!;
    w.assign(w.add(update));
  });
}
