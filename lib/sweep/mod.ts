/**
 * Sweeps over grids of trainings: recipes in JSON, run in this process or one per core, and results
 * as lines of JSON.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseGrid, shardOf } from "gradnets/sweep";
 *
 * const grid = parseGrid({ about: "depth", runs: [{ axes: { depth: [10, 20], seed: [1, 2] } }] });
 * assertEquals(grid.recipes.map(({ depth }) => depth), [10, 20, 10, 20]);
 * assertEquals(shardOf(grid.recipes, { index: 1, count: 2 }).length, 2); // for one of two machines
 * ```
 *
 * @module
 */

export type { Dataset, Split } from "../data/dataset.ts";
export type { HiddenInit } from "../model/initial.ts";
export type { LayerKind } from "../model/layers.ts";
export type {
  GradualKeepRecipe,
  GRecipe,
  ModelRecipe,
  OwnName,
  RateRecipe,
  Recipe,
} from "./recipe.ts";
export type { InterpolatedRecipe, OptimizerFields } from "./optimizer.ts";
export { recipeOf } from "./recipe.ts";
export { differenceOf, nameOf } from "./describe.ts";
export { type Grid, parseGrid, readGrid } from "./grid.ts";
export { chooseShard, type Shard, shardOf } from "./shard.ts";
export { type CurvePoint, parseResults, readResults, type Result } from "./results.ts";
export type { KeepRuns } from "./kept_run.ts";
export { runRecipe, type RunRecipeOptions } from "./run.ts";
export { runSweep, type RunSweepOptions } from "./run_sweep.ts";
export type { Point, Step } from "../train/metrics.ts";
