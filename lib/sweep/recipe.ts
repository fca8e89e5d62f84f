/** A training as plain JSON: all that decides its numbers, but for the data. */

import type { HiddenInit } from "../model/initial.ts";
import { type LayerKind, layerKinds } from "../model/layers.ts";
import {
  type Check,
  type Fields,
  integer,
  isObject,
  kinded,
  nonNegative,
  number,
  oneOf,
  parseFields,
  positive,
  refusal,
} from "../validate.ts";
import { type OptimizerFields, optimizerFields } from "./optimizer.ts";

/** Which network a recipe trains. */
export type ModelRecipe =
  /** A GradNet of the recipe's layer, depth, width and start. */
  | { readonly kind: "gradnet" }
  /** A `NormedNet`: depth − 1 layers of the width, each behind a gradual batch normalisation. */
  | { readonly kind: "batch-norm" }
  /** A `GlimpseNet` of the width, its images placed on canvases of that height and width. */
  | { readonly kind: "attention"; readonly canvas: number }
  /** One's own: what the function `name` of the module `file` builds, as "file.ts#name". */
  | { readonly kind: "own"; readonly from: string };

/** How g goes. */
export type ShareRecipe =
  /** g = clip((t − start)/epochs, 0, 1) */
  | { readonly kind: "anneal"; readonly epochs: number; readonly start: number }
  /** g = value */
  | { readonly kind: "constant"; readonly value: number }
  /** g = clip((t/T − start)/(end − start), 0, 1), T being the epochs of the whole training */
  | { readonly kind: "ramp"; readonly start: number; readonly end: number }
  /** 1 − ramp: from the late architecture back to the early one */
  | { readonly kind: "falling"; readonly start: number; readonly end: number }
  /** As anneal, but from epoch `at` on as it was then. */
  | { readonly kind: "stopped"; readonly epochs: number; readonly at: number }
  /** As anneal, but never above `value`. */
  | { readonly kind: "held"; readonly epochs: number; readonly value: number }
  /** As anneal for each hidden layer, the last one `lag` epochs behind the first. */
  | { readonly kind: "per-layer"; readonly epochs: number; readonly lag: number };

/** Dropout whose rate is g·rate; so keep is 1 − g·rate. */
export interface GradualKeepRecipe {
  /** Says which recipe of keep this is. */
  readonly kind: "gradual";
  /** Share of units that dropout takes away at g = 1. */
  readonly rate: number;
}

/** rate · factor^((10 + iter)/steps), times (iter + 1)/warmup in the first `warmup` iterations. */
export interface RateRecipe {
  /** Where it starts. */
  readonly rate: number;
  /** What it is multiplied by every `steps` iterations. */
  readonly factor: number;
  /** Iterations from one multiplication to the next. */
  readonly steps: number;
  /** Iterations that it takes to rise at first; 0: none. */
  readonly warmup: number;
}

/**
 * One training. Every field has a default, the original's, and {@linkcode recipeOf} fills it in.
 * A field that joins later must have as its default what was done before it came: recipes that
 * were written without it are read so.
 */
export interface Recipe extends OptimizerFields {
  /** The kind of network. */
  readonly model: ModelRecipe;
  /** A kind of layer, or one's own: the export `name` of the module `file`, as "file.ts#name". */
  readonly layer: LayerKind | OwnName;
  /** Layers in all. */
  readonly depth: number;
  /** Units of a hidden layer. */
  readonly width: number;
  /** Of weights, batches and dropout. */
  readonly seed: number;
  /** Times that all training images are seen. */
  readonly epochs: number;
  /** Images in a batch. */
  readonly batchSize: number;
  /** Training images, the first ones. 0: all. */
  readonly images: number;
  /** Share of the late architecture. */
  readonly g: ShareRecipe;
  /** As a schedule. */
  readonly learningRate: RateRecipe;
  /** Share of units that dropout keeps. */
  readonly keep: number | GradualKeepRecipe;
  /** Weight of the norm penalty. */
  readonly l1: number;
  /** Standard deviation of the truncated normal that weights start from. */
  readonly stddev: number;
  /** What all biases start from, those of gates excepted. */
  readonly bias: number;
  /** What the hidden weights start from; null: that truncated normal too. */
  readonly hiddenInit: HiddenInit | null;
  /** What the gates' biases start from, where layers have gates. */
  readonly carryBias: number;
  /**
   * Epochs of measurements no better than chance, the share of the commonest class, after which a
   * run is given up. 0: never.
   */
  readonly patience: number;
  /** ε in the loss −Σ y·log(p + ε). */
  readonly logEpsilon: number;
  /** Iterations from one measurement to the next. */
  readonly every: number;
}

const share0to1 = number("a number from 0 to 1", (value) => value >= 0 && value <= 1);

const share = kinded<ShareRecipe>({
  anneal: { epochs: [positive, 10], start: [nonNegative, 0] },
  constant: { value: [share0to1] },
  ramp: { start: [share0to1, 0], end: [share0to1, 0.2] },
  falling: { start: [share0to1, 0], end: [share0to1, 0.2] },
  stopped: { epochs: [positive, 10], at: [nonNegative] },
  held: { epochs: [positive, 10], value: [share0to1] },
  "per-layer": { epochs: [positive, 10], lag: [number("a number", () => true)] },
});

const keepShare = number("above 0 and at most 1", (value) => value > 0 && value <= 1);
const keepGradual = kinded<GradualKeepRecipe>({
  gradual: { rate: [number("from 0 to below 1", (value) => value >= 0 && value < 1)] },
});

const hiddenInit = kinded<HiddenInit>({
  "truncated-normal": { stddev: [positive] },
  orthogonal: { gain: [positive, 1] },
  identity: { stddev: [positive] },
});

const rate: Fields<RateRecipe> = {
  rate: [positive, 1e-3],
  factor: [positive, 0.8],
  steps: [positive, 1000],
  warmup: [nonNegative, 0],
};

/** An export of a module, as "file.ts#name"; the file is looked for from the grid's folder. */
export type OwnName = `${string}#${string}`;

const isOwn = (value: unknown): value is OwnName =>
  typeof value === "string" && /^[^#]+#\w+$/.test(value);

const own: Check<OwnName> = (value, path) => {
  if (isOwn(value)) return value;
  throw refusal(path, 'an export of a module, as "file.ts#name"', value);
};

const model = kinded<ModelRecipe>({
  gradnet: {},
  "batch-norm": {},
  attention: { canvas: [integer(1), 60] },
  own: { from: [own] },
});

const fields: Fields<Recipe> = {
  model: [
    (value, path) => {
      if (isOwn(value)) return { kind: "own", from: value };
      return model(typeof value === "string" ? { kind: value } : value, path);
    },
    { kind: "gradnet" },
  ],
  layer: [(value, path) => isOwn(value) ? value : oneOf(layerKinds)(value, path), "identity-grelu"],
  depth: [integer(3), 50],
  width: [integer(1), 50],
  seed: [integer(0, 2 ** 32 - 1), 1],
  epochs: [positive, 20],
  batchSize: [integer(1), 50],
  images: [integer(0), 0],
  g: [share, { kind: "anneal", epochs: 10, start: 0 }],
  learningRate: [(value, path) => parseFields(rate, value, path), parseFields(rate, {}, "")],
  keep: [
    (value, path) => isObject(value) ? keepGradual(value, path) : keepShare(value, path),
    0.95,
  ],
  l1: [nonNegative, 50],
  stddev: [positive, 0.1],
  bias: [number("a number", () => true), 0],
  hiddenInit: [(value, path) => value === null ? null : hiddenInit(value, path), null],
  carryBias: [number("a number", () => true), -2],
  ...optimizerFields,
  logEpsilon: [nonNegative, 1e-9],
  every: [integer(1), 1000],
  patience: [nonNegative, 0],
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
  if (!isObject(given) || !Object.hasOwn(given, "tau")) return parseFields(fields, given, path);
  const { tau, ...rest } = given;
  if (Object.hasOwn(rest, "g")) {
    throw refusal(`${path}.tau`, "left out where g is given", tau);
  }
  return parseFields(
    fields,
    { ...rest, g: { kind: "anneal", epochs: positive(tau, `${path}.tau`) } },
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
