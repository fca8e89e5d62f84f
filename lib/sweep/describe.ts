/** Describes recipes in words. */

import { isObject } from "../validate.ts";
import { type Recipe, recipeOf } from "./recipe.ts";

/**
 * Names a recipe by its layer, depth and seed, and by its differences from the original.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { nameOf } from "gradnets/sweep/describe.ts";
 * import { recipeOf } from "gradnets/sweep/recipe.ts";
 *
 * const recipe = recipeOf({ layer: "plain", depth: 100, tau: 5, seed: 2 });
 * assertEquals(nameOf(recipe), "plain, depth 100, seed 2, g anneal epochs 5");
 * ```
 */
export function nameOf(recipe: Recipe): string {
  const { model, layer, depth, seed } = recipe;
  const more = differenceOf(recipe, original, ["model", "layer", "depth", "seed"]);
  const { kind } = model;
  const what = kind === "gradnet" ? layer : textOf(kind === "own" ? model.from : model, {});
  return `${what}, depth ${depth}, seed ${seed}${more && `, ${more}`}`;
}

const original = recipeOf({});

/**
 * Describes the differences of a recipe from another; empty if they are the same.
 *
 * @param from recipe to compare with. Default: the original
 * @param without fields to ignore
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { recipeOf } from "gradnets/sweep/recipe.ts";
 * import { differenceOf } from "gradnets/sweep/describe.ts";
 *
 * const recipe = recipeOf({ depth: 200, keep: 1, learningRate: { rate: 3e-4 }, seed: 2 });
 * assertEquals(differenceOf(recipe, recipeOf({ depth: 200 }), ["seed"]),
 *   "learning rate 0.0003, keep 1");
 * ```
 */
export function differenceOf(
  recipe: Recipe,
  from: Recipe = original,
  without: readonly (keyof Recipe)[] = [],
): string {
  const names = (Object.keys(recipe) as (keyof Recipe)[]).filter((name) => !without.includes(name));
  return names.flatMap((name) => {
    const value = recipe[name], usual = from[name];
    if (JSON.stringify(value) === JSON.stringify(usual)) return [];
    const text = textOf(value, usual);
    return [
      `${WORDS[name] ?? name} ${name === "learningRate" ? text.replace(/^rate /, "") : text}`,
    ];
  }).join(", ");
}

const WORDS: Partial<Record<keyof Recipe, string>> = {
  batchSize: "batch size",
  learningRate: "learning rate",
  hiddenInit: "hidden weights",
  carryBias: "carry bias",
};

/** A value in words; of an object its kind and the differences from `usual`. */
function textOf(value: unknown, usual: unknown): string {
  if (!isObject(value)) return String(value);
  const known = isObject(usual) && usual["kind"] === value["kind"] ? usual : {};
  return Object.entries(value).flatMap(([name, part]) => {
    if (name === "kind") return [String(part)];
    return part === known[name] ? [] : [`${name} ${part}`];
  }).join(" ");
}
