/** Grids of recipes: the runs of a sweep, in order. */

import { fileURLToPath } from "node:url";
import { isObject, type JsonObject, refusal, refuseUnknown } from "../validate.ts";
import { keyOf, type Recipe, recipeOf } from "./recipe.ts";

/** A grid of recipes. */
export interface Grid {
  /** Purpose of the grid. */
  readonly about: string;
  /** Recipe that the runs share, unless a block overrides it. */
  readonly base: Recipe;
  /** Recipes of the named blocks, by name, such as "what: variant". */
  readonly named: ReadonlyMap<string, readonly Recipe[]>;
  /** Recipes without duplicates, sorted by seed. */
  readonly recipes: readonly Recipe[];
}

/**
 * Reads a grid:
 *
 * ```json
 * { "about": "…", "base": { "depth": 100 },
 *   "runs": [{ "axes": { "layer": ["plain", "identity-grelu"], "seed": [1, 2, 3] } }] }
 * ```
 *
 * `base` has fields of a {@linkcode Recipe} for all runs. Each block of `runs` is the cross product of
 * its `axes`, on top of the grid's `base` and its own, and may have a `name`. Fields are replaced as a
 * whole. The first axis changes slowest. Runs are sorted by seed, so that an interrupted sweep has
 * every row once, and duplicates are dropped.
 *
 * @throws {RangeError} if a name or a value is invalid; the message names it
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseGrid } from "gradnets/sweep/grid.ts";
 *
 * const { recipes } = parseGrid({
 *   about: "an example",
 *   base: { epochs: 2 },
 *   runs: [{ axes: { seed: [1, 2], depth: [10, 50] } }],
 * });
 * assertEquals(recipes.map(({ seed, depth }) => [seed, depth]), [[1, 10], [1, 50], [2, 10], [2, 50]]);
 * ```
 */
export function parseGrid(json: unknown, path = "grid"): Grid {
  const { about, base, runs } = only(json, ["about", "base", "runs"], path);
  if (typeof about !== "string") {
    throw refusal(`${path}.about`, "text that says what it is for", about);
  }
  const all = overlay(base, {}, `${path}.base`);
  const common = recipeOf(all, `${path}.base`);
  if (!Array.isArray(runs) || runs.length === 0) {
    throw refusal(`${path}.runs`, "a list of blocks", runs);
  }
  const recipes = new Map<string, Recipe>(), named = new Map<string, readonly Recipe[]>();
  runs.forEach((block, i) => {
    const { name, found } = readBlock(block, all, `${path}.runs[${i}]`);
    for (const recipe of found) recipes.set(keyOf(recipe), recipe);
    if (name !== undefined) named.set(name, [...named.get(name) ?? [], ...found]);
  });
  return {
    about,
    base: common,
    named,
    recipes: [...recipes.values()].sort((a, b) => a.seed - b.seed),
  };
}

function readBlock(
  block: unknown,
  base: JsonObject,
  path: string,
): { readonly name: string | undefined; readonly found: readonly Recipe[] } {
  const { axes = {}, base: own, name } = only(block, ["name", "axes", "base"], path);
  if (name !== undefined && typeof name !== "string") throw refusal(`${path}.name`, "text", name);
  if (!isObject(axes)) throw refusal(`${path}.axes`, "an object of lists", axes);
  let partial: readonly JsonObject[] = [overlay(own, base, `${path}.base`)];
  for (const [name, values] of Object.entries(axes)) {
    if (!Array.isArray(values) || values.length === 0) {
      throw refusal(`${path}.axes.${name}`, "a list of values", values);
    }
    partial = partial.flatMap((some) =>
      values.map((value) => overlay({ [name]: value }, some, `${path}.axes`))
    );
  }
  return { name, found: partial.map((recipe) => recipeOf(recipe, path)) };
}

/** Overlays `over` on `under`; tau and g set the same field, so the upper one wins. */
function overlay(over: unknown, under: JsonObject, path: string): JsonObject {
  if (over === undefined) return under;
  if (!isObject(over)) throw refusal(path, "an object", over);
  const { tau: _, g: __, ...rest } = under;
  return Object.hasOwn(over, "tau") || Object.hasOwn(over, "g")
    ? { ...rest, ...over }
    : { ...under, ...over };
}

function only(value: unknown, names: readonly string[], path: string): JsonObject {
  if (!isObject(value)) throw refusal(path, "an object", value);
  refuseUnknown(value, names, path);
  return value;
}

/**
 * Reads a grid from a file.
 *
 * @throws {SyntaxError} if it is not JSON
 * @throws {RangeError} if a name or a value is invalid; the message names it
 */
export async function readGrid(path: string | URL): Promise<Grid> {
  const name = path instanceof URL ? fileURLToPath(path) : path;
  let json: unknown;
  try {
    json = JSON.parse(await Deno.readTextFile(path));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new SyntaxError(`Cannot read ${name} as a grid: ${cause.message}`, { cause });
  }
  return parseGrid(json, name);
}
