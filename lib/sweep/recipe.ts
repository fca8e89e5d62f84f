/** A training as plain JSON: all that decides its numbers, but for the data. */

import type { HiddenInit } from "../model/initial.ts";
import { type LayerKind, layerKinds } from "../model/layers.ts";
import {
  above0,
  type Check,
  complete,
  type Fields,
  from0,
  isObject,
  number,
  oneOf,
  refusal,
  whole,
} from "../validate.ts";

/** How g goes. */
export type ShareRecipe =
  /** g = clip((t − start)/epochs, 0, 1) */
  | { readonly kind: "anneal"; readonly epochs: number; readonly start: number }
  /** g = value */
  | { readonly kind: "constant"; readonly value: number }
  /** As anneal, but from epoch `at` on as it was then. */
  | { readonly kind: "stopped"; readonly epochs: number; readonly at: number }
  /** As anneal, but never above `value`. */
  | { readonly kind: "held"; readonly epochs: number; readonly value: number }
  /** As anneal for each hidden layer, the last one `lag` epochs behind the first. */
  | { readonly kind: "per-layer"; readonly epochs: number; readonly lag: number };

/** Dropout whose rate is g·rate; so keep is 1 − g·rate. */
export interface GradualKeepRecipe {
  readonly kind: "gradual";
  readonly rate: number;
}

/** rate · factor^((10 + iter)/steps), times (iter + 1)/warmup in the first `warmup` iterations. */
export interface RateRecipe {
  readonly rate: number;
  readonly factor: number;
  readonly steps: number;
  readonly warmup: number;
}

/**
 * One training. Every field has a default, the original's, and {@linkcode recipeOf} fills it in.
 * A field that joins later must have as its default what was done before it came: recipes that
 * were written without it are read so.
 */
export interface Recipe {
  readonly layer: LayerKind;
  readonly depth: number;
  readonly width: number;
  /** Of weights, batches and dropout. */
  readonly seed: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly g: ShareRecipe;
  readonly learningRate: RateRecipe;
  /** Share of units that dropout keeps. */
  readonly keep: number | GradualKeepRecipe;
  /** Weight of the norm penalty. */
  readonly l1: number;
  /** Standard deviation of the truncated normal that weights start from. */
  readonly stddev: number;
  /** What the hidden weights start from; null: that truncated normal too. */
  readonly hiddenInit: HiddenInit | null;
  /** What the gates' biases start from, where layers have gates. */
  readonly carryBias: number;
  /**
   * Epochs of measurements no better than chance, the share of the commonest class, after which a
   * run is given up. 0: never.
   */
  readonly patience: number;
  readonly optimizer: "adam" | "sgd";
  /** What Adam adds to √v. */
  readonly adamEpsilon: number;
  /** ε in the loss −Σ y·log(p + ε). */
  readonly logEpsilon: number;
  /** Iterations from one measurement to the next. */
  readonly every: number;
}

const share0to1 = number("a number from 0 to 1", (value) => value >= 0 && value <= 1);

/** An object whose `kind` says which other fields it has. */
function kinded<T extends { readonly kind: string }>(
  kinds: { readonly [K in T["kind"]]: Fields<Omit<T & { readonly kind: K }, "kind">> },
): Check<T> {
  const words = Object.keys(kinds) as T["kind"][];
  return (value, path) => {
    if (!isObject(value)) throw refusal(path, "an object", value);
    const { kind: asked, ...rest } = value;
    const kind = oneOf(words)(asked, `${path}.kind`);
    return { kind, ...complete(kinds[kind], rest, path) } as unknown as T;
  };
}

const share = kinded<ShareRecipe>({
  anneal: { epochs: [above0, 10], start: [from0, 0] },
  constant: { value: [share0to1] },
  stopped: { epochs: [above0, 10], at: [from0] },
  held: { epochs: [above0, 10], value: [share0to1] },
  "per-layer": { epochs: [above0, 10], lag: [number("a number", () => true)] },
});

const keepShare = number("above 0 and at most 1", (value) => value > 0 && value <= 1);
const keepGradual = kinded<GradualKeepRecipe>({
  gradual: { rate: [number("from 0 to below 1", (value) => value >= 0 && value < 1)] },
});

const hiddenInit = kinded<HiddenInit>({
  "truncated-normal": { stddev: [above0] },
  orthogonal: { gain: [above0, 1] },
  identity: { stddev: [above0] },
});

const rate: Fields<RateRecipe> = {
  rate: [above0, 1e-3],
  factor: [above0, 0.8],
  steps: [above0, 1000],
  warmup: [from0, 0],
};

const fields: Fields<Recipe> = {
  layer: [oneOf(layerKinds), "identity-grelu"],
  depth: [whole(3), 50],
  width: [whole(1), 50],
  seed: [whole(0, 2 ** 32 - 1), 1],
  epochs: [above0, 20],
  batchSize: [whole(1), 50],
  g: [share, { kind: "anneal", epochs: 10, start: 0 }],
  learningRate: [(value, path) => complete(rate, value, path), complete(rate, {}, "")],
  keep: [
    (value, path) => isObject(value) ? keepGradual(value, path) : keepShare(value, path),
    0.95,
  ],
  l1: [from0, 50],
  stddev: [above0, 0.1],
  hiddenInit: [(value, path) => value === null ? null : hiddenInit(value, path), null],
  carryBias: [number("a number", () => true), -2],
  optimizer: [oneOf(["adam", "sgd"]), "adam"],
  adamEpsilon: [from0, 1e-8],
  logEpsilon: [from0, 1e-9],
  every: [whole(1), 1000],
  patience: [from0, 0],
};

/**
 * The whole recipe of what is given of it. `tau` may stand for `g`: {"tau": 5} is
 * {"g": {"kind": "anneal", "epochs": 5, "start": 0}}.
 *
 * @throws {RangeError} if a field is unknown, or has a value that cannot be; it is named
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { recipeOf } from "gradnets/sweep/recipe.ts";
 *
 * const { layer, depth, g, learningRate } = recipeOf({ depth: 100, tau: 5 });
 * assertEquals([layer, depth, g], ["identity-grelu", 100, { kind: "anneal", epochs: 5, start: 0 }]);
 * assertEquals(learningRate.rate, 1e-3); // the original's
 * assertThrows(() => recipeOf({ depht: 100 }), RangeError, "recipe has no field depht");
 * ```
 */
export function recipeOf(given: unknown, path = "recipe"): Recipe {
  if (!isObject(given) || !Object.hasOwn(given, "tau")) return complete(fields, given, path);
  const { tau, ...rest } = given;
  if (Object.hasOwn(rest, "g")) {
    throw refusal(`${path}.tau`, "left out where g is given", tau);
  }
  return complete(
    fields,
    { ...rest, g: { kind: "anneal", epochs: above0(tau, `${path}.tau`) } },
    path,
  );
}

/**
 * What tells one training from another: the JSON of the whole recipe, its fields in one order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { keyOf, recipeOf } from "gradnets/sweep/recipe.ts";
 *
 * assertEquals(keyOf(recipeOf({ width: 50, depth: 9 })), keyOf(recipeOf({ depth: 9, tau: 10 })));
 * ```
 */
export function keyOf(recipe: Recipe): string {
  return JSON.stringify(recipeOf(recipe));
}
