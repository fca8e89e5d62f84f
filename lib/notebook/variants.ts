/** Picks runs of a sweep by name, and runs any of them again. */
import type { Dataset } from "../data/dataset.ts";
import { startBackend } from "../model/backend.ts";
import { trainingOf } from "../sweep/build.ts";
import { Diverged } from "../train/diverged.ts";
import { keyOf, recipeOf } from "../sweep/recipe.ts";
import type { Result } from "../sweep/results.ts";
import { runRecipe } from "../sweep/run.ts";
import type { Sweep } from "./sweeps.ts";
import { groupedBy } from "./figures/groups.ts";
import type { Row } from "./table.ts";

/** Fields of a recipe, as in a grid. */
export type Changes = Readonly<Record<string, unknown>>;

/** Some runs of a sweep, by name. */
export interface Variants {
  /** All runs, in the order of the names. */
  readonly results: readonly Result[];
  /** Returns the name of a run. */
  readonly name: (result: Result) => string;
  /** Runs by name. */
  readonly groups: ReadonlyMap<string, readonly Result[]>;
}

/**
 * Picks the runs of the named recipes, with every seed that was run.
 *
 * @param results of a sweep
 * @param named by name, changes to `base`, as in a grid; seeds are ignored
 * @param base changes to the original's recipe that all share
 * @throws {RangeError} if a recipe has no run, or two names have the same recipe
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { recipeOf, type Result } from "gradnets";
 * import { variants } from "gradnets/notebook/variants.ts";
 *
 * const run = (l1: number, seed: number): Result => ({ recipe: recipeOf({ l1, seed }), data: "MNIST",
 *   accuracy: .9, best: { accuracy: .9, iter: 0 }, stopped: null, parameters: 1, steps: 0,
 *   msPerStep: 1, kernels: "", versions: {}, date: "", curve: [] });
 * const found = variants([run(0, 1), run(50, 1), run(0, 2), run(9, 1)],
 *   { "original": {}, "without L1": { l1: 0 } });
 * assertEquals(found.results.map(found.name), ["original", "without L1", "without L1"]);
 * ```
 */
export function variants(
  results: readonly Result[],
  named: Readonly<Record<string, Changes>>,
  base: Changes = {},
): Variants {
  const byRecipe = groupedBy(results, ({ recipe }) => seedless(recipe));
  const groups = new Map<string, readonly Result[]>();
  const names = new Map<string, string>();
  for (const [name, changes] of Object.entries(named)) {
    const given = { ...base, ...changes };
    const key = seedless(recipeOf(given));
    if (!byRecipe.has(key)) {
      throw new RangeError(`Cannot find "${name}": no run has the recipe ${JSON.stringify(given)}`);
    }
    if (names.has(key)) {
      throw new RangeError(`Cannot tell "${name}" from "${names.get(key)}": their recipe is one`);
    }
    names.set(key, name);
    groups.set(name, byRecipe.get(key)!);
  }
  const name = ({ recipe }: Result) => names.get(seedless(recipe)) ?? "";
  return { results: [...groups.values()].flat(), name, groups };
}

/**
 * Picks the runs of the grid's blocks named "about: variant", by variant.
 *
 * @throws {RangeError} if the grid has no such block
 */
export function variantsAbout(
  { named, results, about: grid }: Pick<Sweep, "named" | "results" | "about">,
  about: string,
): Variants {
  const known = new Map(results.map((result) => [keyOf(result.recipe), result]));
  const groups = new Map<string, readonly Result[]>();
  const names = new Map<string, string>();
  for (const [name, recipes] of named) {
    if (!name.startsWith(`${about}: `)) continue;
    const variant = name.slice(about.length + 2);
    groups.set(variant, recipes.flatMap((recipe) => known.get(keyOf(recipe)) ?? []));
    for (const recipe of recipes) names.set(keyOf(recipe), variant);
  }
  if (groups.size === 0) {
    const topics = [...new Set([...named.keys()].map((name) => name.split(": ")[0]))].join("; ");
    throw new RangeError(`Cannot find "${about}" in the grid "${grid}": it is about ${topics}`);
  }
  const name = ({ recipe }: Result) => names.get(keyOf(recipe)) ?? "";
  return { results: [...groups.values()].flat(), name, groups };
}

// Ignores the measuring interval, too.
function seedless(recipe: object): string {
  return keyOf(recipeOf({ ...recipe, seed: 0, every: 1000 }));
}

/** Options of {@linkcode rerun}. */
export interface RerunOptions {
  readonly data: Dataset;
  /** How long to train; the schedules do not change with it. */
  readonly epochs: number;
  readonly seed: number;
}

/**
 * Trains some of the variants again from the start, for `epochs`. Returns a row for each, with the
 * sweep's accuracy at the same iteration of the same seed, if it was measured.
 *
 * @param names default: all
 * @throws {RangeError} if a name is not one of `variants`
 */
export async function rerun(
  variants: Variants,
  { data, epochs, seed }: RerunOptions,
  names: readonly string[] = [...variants.groups.keys()],
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const name of names) {
    const group = variants.groups.get(name);
    if (!group) {
      const known = [...variants.groups.keys()].join(", ");
      throw new RangeError(`Cannot run "${name}" again: choose from ${known}`);
    }
    const now = await runRecipe({ ...group[0]!.recipe, seed, epochs }, data);
    const then = group.find((result) => result.data === data.name && result.recipe.seed === seed);
    const point = then?.curve.find(([iter]) => iter === now.steps);
    rows.push({
      "run again": name,
      iteration: now.steps,
      "accuracy now": now.accuracy.toFixed(4),
      "in the sweep": point ? point[2].toFixed(4) : "–",
      ended: now.stopped ?? "as asked",
    });
  }
  return rows;
}

/**
 * Trains the original's recipe with some `changes`, and tells how it ended: the message of the
 * error that stopped it, or that none did. For trainings that are expected to fail.
 *
 * @throws {RangeError} if the recipe is invalid
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { Dataset } from "gradnets";
 * import { attempt } from "gradnets/notebook/variants.ts";
 *
 * const split = { images: new Uint8Array(20 * 4), labels: new Uint8Array(20), count: 20 };
 * const data: Dataset = { name: "black", source: "here", height: 2, width: 2, inputs: 4, classes: 2,
 *   train: split, validation: split, test: split };
 * const told = await attempt({ depth: 4, width: 8, batchSize: 5 }, { data, epochs: 1, seed: 1 });
 * assertEquals(told, "No failure in 4 iterations.");
 * ```
 */
export async function attempt(changes: Changes, options: RerunOptions): Promise<string> {
  const { data, epochs, seed } = options;
  const recipe = recipeOf({ ...changes, seed, epochs });
  await startBackend();
  const { trainer } = await trainingOf(recipe, data, { threads: 1 });
  try {
    for await (const _ of trainer.run({ epochs }));
    return `No failure in ${trainer.iter} iterations.`;
  } catch (error) {
    if (error instanceof Diverged) return error.message;
    throw error;
  } finally {
    trainer.dispose();
    trainer.net.dispose();
  }
}
