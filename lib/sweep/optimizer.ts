/** The optimizer of a recipe: its fields, what they can be, and what is made of them. */

import type { OptimizerRecipe } from "../engine/optimizer.ts";
import { interpolated } from "../train/interpolated.ts";
import { adam, type OptimizerKind, optimizers } from "../train/optimizers.ts";
import type { Schedule } from "../train/schedules.ts";
import { type Fields, isObject, kinded, nonNegative, number, oneOf } from "../validate.ts";

/** An optimizer that turns into another as g goes from 0 to 1; see `interpolated`. */
export interface InterpolatedRecipe {
  /** Tag of this recipe of an optimizer. */
  readonly kind: "interpolated";
  /** The optimizer at g = 0. */
  readonly early: OptimizerKind;
  /** The optimizer at g = 1. */
  readonly late: OptimizerKind;
  /** Least share of either. */
  readonly epsilon: number;
}

/** What a recipe says of its optimizer. */
export interface OptimizerFields {
  /** Optimizer. */
  readonly optimizer: OptimizerKind | InterpolatedRecipe;
  /** ε of Adam, added to √v. */
  readonly adamEpsilon: number;
}

const kind = oneOf(Object.keys(optimizers) as OptimizerKind[]);
const turning = kinded<InterpolatedRecipe>({
  interpolated: {
    early: [kind],
    late: [kind],
    epsilon: [number("a number from 0 to 1", (value) => value >= 0 && value <= 1), 1e-8],
  },
});

/** How the fields are read. */
export const optimizerFields: Fields<OptimizerFields> = {
  optimizer: [(value, path) => (isObject(value) ? turning : kind)(value, path), "adam"],
  adamEpsilon: [nonNegative, 1e-8],
};

/** The optimizer that the fields say; `gate` is the share of a late one. */
export function optimizerOf(
  { optimizer, adamEpsilon }: OptimizerFields,
  gate: Schedule,
): OptimizerRecipe {
  const named = (name: OptimizerKind) =>
    name === "adam" ? adam({ epsilon: adamEpsilon }) : optimizers[name]();
  if (typeof optimizer === "string") return named(optimizer);
  const { early, late, epsilon } = optimizer;
  return interpolated({ early: named(early), late: named(late), gate, epsilon });
}
