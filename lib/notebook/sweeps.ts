/** The sweeps whose grids and results are kept beside the notebooks. */
import { type Grid, readGrid } from "../sweep/grid.ts";
import { readResults, type Result, resultKey } from "../sweep/results.ts";

/** A grid and what is known of it. */
export interface Sweep extends Grid {
  /** The results of its runs, in the grid's order; of runs on other data, none. */
  readonly results: readonly Result[];
  /** How many of its runs have no result. */
  readonly missing: number;
  /** The command that made them. */
  readonly command: string;
}

/**
 * A sweep by the name of its files in `notebooks/sweeps/`: NAME.json and NAME.jsonl.
 *
 * @param data on which it was run. Default "MNIST"
 * @param home the directory. Default: `notebooks/sweeps/` of this repository
 * @throws {Error} if a file is not there, or is not what it should be
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadSweep } from "gradnets/notebook/sweeps.ts";
 *
 * const home = new URL(`file://${await Deno.makeTempDir()}/`);
 * await Deno.writeTextFile(new URL("one.json", home), '{ "about": "one", "runs": [{}] }');
 * await Deno.writeTextFile(new URL("one.jsonl", home), "");
 * const { command, results, missing } = await loadSweep("one", "MNIST", home);
 * assertEquals([command, results.length, missing], ["deno task sweep notebooks/sweeps/one.json", 0, 1]);
 * await Deno.remove(home, { recursive: true });
 * ```
 */
export async function loadSweep(
  name: string,
  data = "MNIST",
  home = new URL("../../notebooks/sweeps/", import.meta.url),
): Promise<Sweep> {
  const grid = await readGrid(new URL(`${name}.json`, home));
  const all = await readResults(new URL(`${name}.jsonl`, home));
  const known = new Map(all.map((result) => [resultKey(result.data, result.recipe), result]));
  const results = grid.recipes.flatMap((recipe) => known.get(resultKey(data, recipe)) ?? []);
  return {
    ...grid,
    results,
    missing: grid.recipes.length - results.length,
    command: `deno task sweep notebooks/sweeps/${name}.json`,
  };
}
