/** Recipes: trainings as plain JSON, with everything that determines their numbers but the data. */

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

/** The network that a recipe trains. */
export type ModelRecipe =
  /** A GradNet of the recipe's layer, depth, width and initialization. */
  | { readonly kind: "gradnet" }
  /** A `NormedNet`: depth − 1 hidden layers of the width, each with gradual batch normalisation. */
  | { readonly kind: "batch-norm" }
  /** A `GlimpseNet` of the width, on images placed on square canvases of that size. */
  | { readonly kind: "attention"; readonly canvas: number }
  /** A custom model, built by the function `name` of the module `file`, as "file.ts#name". */
  | { readonly kind: "own"; readonly from: string };

/** The schedule of g. */
export type GRecipe =
  /** g = clip((t − start)/epochs, 0, 1) */
  | { readonly kind: "anneal"; readonly epochs: number; readonly start: number }
  /** g = value */
  | { readonly kind: "constant"; readonly value: number }
  /** g = clip((t/T − start)/(end − start), 0, 1), T being the epochs of the training */
  | { readonly kind: "ramp"; readonly start: number; readonly end: number }
  /** 1 − ramp: from the late architecture back to the early one */
  | { readonly kind: "falling"; readonly start: number; readonly end: number }
  /** anneal, `frozen` at epoch `at`. This kind and "held" keep their old names for committed rows. */
  | { readonly kind: "stopped"; readonly epochs: number; readonly at: number }
  /** anneal, `capped` at `value`. */
  | { readonly kind: "held"; readonly epochs: number; readonly value: number }
  /** g = clip(⌊t⌋/epochs, 0, 1): anneal by whole epochs. */
  | { readonly kind: "stepped"; readonly epochs: number }
  /** anneal for each hidden layer, the last one `lag` epochs behind the first. */
  | { readonly kind: "per-layer"; readonly epochs: number; readonly lag: number }
  /** falling for every second hidden layer, 1 for the others; see `everySecond`. */
  | { readonly kind: "every-second"; readonly start: number; readonly end: number };

/** Dropout of rate g·rate: keep is 1 − g·rate. */
export interface GradualKeepRecipe {
  /** Tag of this recipe of keep. */
  readonly kind: "gradual";
  /** Fraction of units that dropout drops at g = 1. */
  readonly rate: number;
}

/** rate · factor^((10 + iter)/steps), times (iter + 1)/warmup in the first `warmup` iterations. */
export interface RateRecipe {
  /** Initial rate. */
  readonly rate: number;
  /** Factor per `steps` iterations. */
  readonly factor: number;
  /** Iterations per `factor`. */
  readonly steps: number;
  /** Iterations of linear warmup; 0 for none. */
  readonly warmup: number;
}

/**
 * A training. {@linkcode recipeOf} fills in the defaults, which are the original's. The default of a
 * new field must be the behaviour before it, because older recipes lack the field.
 */
export interface Recipe extends OptimizerFields {
  /** Kind of network. */
  readonly model: ModelRecipe;
  /** Kind of layer, or a custom one: the export `name` of the module `file`, as "file.ts#name". */
  readonly layer: LayerKind | OwnName;
  /** Layers in all. */
  readonly depth: number;
  /** Units of each hidden layer. */
  readonly width: number;
  /** Seed of weights, batches and dropout. */
  readonly seed: number;
  /** Passes over the training images. */
  readonly epochs: number;
  /** Images per batch. */
  readonly batchSize: number;
  /** Number of training images, from the first; 0 for all. */
  readonly images: number;
  /** Share of the late architecture. */
  readonly g: GRecipe;
  /** Schedule of the learning rate. */
  readonly learningRate: RateRecipe;
  /** Fraction of units that dropout keeps. */
  readonly keep: number | GradualKeepRecipe;
  /** Weight of the norm penalty. */
  readonly l1: number;
  /** Standard deviation of the truncated normal that weights are drawn from. */
  readonly stddev: number;
  /** Initial bias of every layer, except gates. */
  readonly bias: number;
  /** Initialization of the hidden weights; null for the same truncated normal. */
  readonly hiddenInit: HiddenInit | null;
  /** Initial bias of the gates, where layers have gates. */
  readonly carryBias: number;
  /**
   * Epochs without an accuracy above chance, the frequency of the commonest class, after which a run
   * ends; 0 for never.
   */
  readonly patience: number;
  /** ε in the loss −Σ y·log(p + ε). */
  readonly logEpsilon: number;
  /** Iterations from one measurement to the next. */
  readonly every: number;
}

const unitInterval = number("a number from 0 to 1", (value) => value >= 0 && value <= 1);

const gRecipe = kinded<GRecipe>({
  anneal: { epochs: [positive, 10], start: [nonNegative, 0] },
  constant: { value: [unitInterval] },
  ramp: { start: [unitInterval, 0], end: [unitInterval, 0.2] },
  falling: { start: [unitInterval, 0], end: [unitInterval, 0.2] },
  stopped: { epochs: [positive, 10], at: [nonNegative] },
  held: { epochs: [positive, 10], value: [unitInterval] },
  stepped: { epochs: [positive, 10] },
  "per-layer": { epochs: [positive, 10], lag: [number("a number", () => true)] },
  "every-second": { start: [unitInterval, 0], end: [unitInterval, 0.2] },
});

const keepNumber = number("above 0 and at most 1", (value) => value > 0 && value <= 1);
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

/** An export of a module, as "file.ts#name", relative to the folder of the grid. */
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
  g: [gRecipe, { kind: "anneal", epochs: 10, start: 0 }],
  learningRate: [(value, path) => parseFields(rate, value, path), parseFields(rate, {}, "")],
  keep: [
    (value, path) => isObject(value) ? keepGradual(value, path) : keepNumber(value, path),
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
 * Checks a partial recipe and fills in the defaults. `tau` is short for `g`: {"tau": 5} means
 * {"g": {"kind": "anneal", "epochs": 5, "start": 0}}.
 *
 * @throws {RangeError} if a field is unknown or invalid; the message names it
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
 * Identifies a training: the JSON of the whole recipe, with its fields in a fixed order.
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
