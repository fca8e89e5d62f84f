/** Splits a sweep over machines that need not communicate. */

import type { Recipe } from "./recipe.ts";

/** Sizes of MNIST, for {@linkcode costOf}, which must not depend on the data at hand. */
const IMAGES = 55_000, TESTED = 10_000, INPUTS = 784, CLASSES = 10;

/**
 * Estimates the cost of a run: its multiplications, on data of MNIST's size. Only ratios matter.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { costOf } from "gradnets/sweep/shard.ts";
 * import { recipeOf } from "gradnets/sweep/recipe.ts";
 *
 * const ratio = costOf(recipeOf({ epochs: 20 })) / costOf(recipeOf({ epochs: 10 }));
 * assert(Math.abs(ratio - 2) < 0.01);
 * ```
 */
export function costOf({ layer, depth, width, epochs, every, batchSize }: Recipe): number {
  const matrices = layer === "highway" ? 2 : 1;
  const image = width * (INPUTS + (depth - 2) * matrices * width + CLASSES);
  const measurements = epochs * IMAGES / batchSize / every;
  return image * (3 * epochs * IMAGES + measurements * TESTED); // forward and two products backward
}

/** A part of a sweep. */
export interface Shard {
  /** From 1 to {@linkcode Shard.count}. */
  readonly index: number;
  /** Number of shards. */
  readonly count: number;
}

/**
 * Selects the recipes of a shard: assigns each, costliest first, to the shard with the lowest load.
 * Depends only on the recipes, so every machine finds the same split.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { shardOf } from "gradnets/sweep/shard.ts";
 * import { recipeOf } from "gradnets/sweep/recipe.ts";
 *
 * const recipes = [10, 200, 50, 100].map((depth) => recipeOf({ depth, width: 500 }));
 * const depths = (index: number) => shardOf(recipes, { index, count: 2 }).map((r) => r.depth);
 * assertEquals([depths(1), depths(2)], [[200], [10, 50, 100]]);
 * ```
 */
export function shardOf(recipes: readonly Recipe[], { index, count }: Shard): Recipe[] {
  const costs = recipes.map(costOf);
  const costliest = recipes.map((_, i) => i).sort((a, b) => costs[b]! - costs[a]! || a - b);
  const loads: number[] = Array.from({ length: count }, () => 0);
  const mine = new Set<number>();
  for (const i of costliest) {
    const lightest = loads.indexOf(Math.min(...loads));
    loads[lightest]! += costs[i]!;
    if (lightest === index - 1) mine.add(i);
  }
  return recipes.filter((_, i) => mine.has(i));
}

const NUMBER = /^\d{1,9}$/;

/**
 * Chooses the shard of this process, in this order:
 *
 * | what is set | shard |
 * |---|---|
 * | `shard`, "I/N" | I of N, from 1 to N |
 * | `shards` and `SLURM_ARRAY_TASK_ID`, of an array 1-N | that of `shards` |
 * | `shards` and `JOB_COMPLETION_INDEX`, which Kubernetes counts from 0 | that + 1 of `shards` |
 * | `SLURM_ARRAY_TASK_ID`, `_MIN`, `_COUNT` (and `_STEP`) | (ID − MIN)/STEP + 1 of COUNT |
 *
 * @param env looks up an environment variable
 * @returns undefined if nothing is set: then run everything
 * @throws {RangeError} if the shard does not exist or cannot be determined
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { chooseShard } from "gradnets/sweep/shard.ts";
 *
 * const pod = new Map([["JOB_COMPLETION_INDEX", "0"]]);
 * assertEquals(chooseShard({ shards: 4 }, (name) => pod.get(name)), { index: 1, count: 4 });
 * assertEquals(chooseShard({ shard: "2/3" }, () => undefined), { index: 2, count: 3 });
 * ```
 */
export function chooseShard(
  { shard, shards }: { readonly shard?: string; readonly shards?: number },
  env: (name: string) => string | undefined,
): Shard | undefined {
  if (shard !== undefined) {
    const [, index, count] = /^(\d{1,9})\/(\d{1,9})$/.exec(shard) ?? [];
    if (count === undefined) throw cannot(`--shard must be I/N, as 1/4, but is "${shard}"`);
    return checked(Number(index), Number(count), `--shard ${shard}`);
  }
  const slurm = read("SLURM_ARRAY_TASK_ID", env), pod = read("JOB_COMPLETION_INDEX", env);
  if (shards !== undefined) {
    if (slurm !== undefined) return checked(slurm, shards, `SLURM_ARRAY_TASK_ID ${slurm}`);
    if (pod !== undefined) return checked(pod + 1, shards, `JOB_COMPLETION_INDEX ${pod}`);
    throw cannot(
      "--shards needs SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX to be set. Elsewhere say which " +
        `by --shard I/${shards}`,
    );
  }
  if (slurm !== undefined) return slurmShard(slurm, env);
  if (pod === undefined) return undefined;
  throw cannot(
    "JOB_COMPLETION_INDEX is set, but Kubernetes does not tell a pod how many there are: " +
      "say so by --shards N, the job's completions",
  );
}

function slurmShard(id: number, env: (name: string) => string | undefined): Shard {
  const first = read("SLURM_ARRAY_TASK_MIN", env), count = read("SLURM_ARRAY_TASK_COUNT", env);
  const step = read("SLURM_ARRAY_TASK_STEP", env) ?? 1;
  const last = read("SLURM_ARRAY_TASK_MAX", env);
  if (first === undefined || count === undefined) {
    throw cannot("SLURM_ARRAY_TASK_ID is set without _MIN and _COUNT: give --shard I/N");
  }
  if (last !== undefined && last !== first + (count - 1) * step) {
    throw cannot("the Slurm array has gaps: use one as 1-N, or --shards N");
  }
  return checked((id - first) / step + 1, count, `SLURM_ARRAY_TASK_ID ${id}`);
}

function read(name: string, env: (name: string) => string | undefined): number | undefined {
  const text = env(name);
  if (text === undefined || text === "") return undefined;
  if (NUMBER.test(text)) return Number(text);
  throw cannot(`${name} must be a whole number, but is "${text}"`);
}

function checked(index: number, count: number, what: string): Shard {
  if (Number.isInteger(index) && index >= 1 && index <= count) return { index, count };
  throw cannot(`${what} is none of the shards 1 to ${count}`);
}

const cannot = (why: string) => new RangeError(`Cannot choose a shard: ${why}`);
