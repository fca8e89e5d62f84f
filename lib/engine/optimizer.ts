/** The optimizer interface: turns gradients into updates of the variables. */

import { at } from "../at.ts";
import type * as tf from "../tf.ts";
import type { Progress } from "./progress.ts";
import type { RuleKernel } from "./fused/rule_kernel.ts";

/** State of an {@linkcode Optimizer}, which checkpoints copy and put back. */
export interface OptimizerState {
  /** By name, such as m: variables like the trained ones, in their order. */
  readonly slots?: Readonly<Record<string, readonly tf.Variable[]>>;
  /** Numbers by name, such as t, the count of steps. They may be set. */
  readonly numbers?: Record<string, number>;
  /** By name, the states of optimizers that it is made of. */
  readonly parts?: Readonly<Record<string, OptimizerState>>;
}

/** An optimizer of a list of variables; it may have state. */
export interface Optimizer {
  /** All that it remembers; `{}` if nothing. Absent: its trainer cannot take checkpoints. */
  readonly state?: OptimizerState | undefined;
  /**
   * Computes what {@linkcode step} would add to each variable. Counts as a step: moments advance. The
   * caller's `tf.tidy` frees the result.
   *
   * @param gradients one per variable, of its shape
   * @param learningRate α
   * @param progress progress of the training
   */
  updates(gradients: readonly tf.Tensor[], learningRate: number, progress: Progress): tf.Tensor[];
  /** w ← w + update for every variable. */
  step(gradients: readonly tf.Tensor[], learningRate: number, progress: Progress): void;
  /** Frees its state, not the variables. */
  dispose(): void;
}

/** Makes the optimizer of a trainer: `adam()`, `sgd()`, `interpolated()`, or a custom one. */
export interface OptimizerRecipe {
  /** Name in messages. */
  readonly name: string;
  /** Makes an optimizer with fresh state. */
  make(variables: readonly tf.Variable[]): Optimizer;
  /**
   * The update rule for the fused kernels. Default: none, so that trainers run on the reference.
   *
   * @internal
   */
  readonly rule?: RuleKernel;
}

/** w ← w + update, for each. */
export function apply(variables: readonly tf.Variable[], updates: readonly tf.Tensor[]): void {
  updates.forEach((update, i) => {
    const w = at(variables, i);
    w.assign(w.add(update));
  });
}
