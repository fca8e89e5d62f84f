/** Loads the sweeps whose grids and results are kept beside the notebooks. */
import { type Grid, readGrid } from "../sweep/grid.ts";
import { readResults, type Result, resultKey } from "../sweep/results.ts";

/** A grid with its results. */
export interface Sweep extends Grid {
  /** Results of its runs on the chosen data, in the grid's order. */
  readonly results: readonly Result[];
  /** Number of runs without a result. */
  readonly missing: number;
  /** Command that makes them. */
  readonly command: string;
}

/**
 * Loads a sweep by the name of its files in `notebooks/sweeps/`: NAME.json and NAME.jsonl.
 *
 * @param data name of the data set. Default "MNIST"
 * @param home directory. Default: `notebooks/sweeps/` of this repository
 * @throws {Error} if a file is missing or malformed
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
    command: `deno task sweep notebooks/sweeps/${name}.json` +
      (data === "MNIST" ? "" : ` --data ${data}`),
  };
}
