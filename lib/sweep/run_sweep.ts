/** Runs a grid from a program or a cell of a notebook, on several cores at once. */

import { abortSignal, callable, integer, refuseUnknown } from "../validate.ts";
import { nameOf } from "./describe.ts";
import { parseGrid } from "./grid.ts";
import { runAll } from "./pool.ts";
import type { Start } from "./protocol.ts";
import { keyOf } from "./recipe.ts";
import type { Result } from "./results.ts";
import { startWorker } from "./worker.ts";

/** Options of {@linkcode runSweep}. */
export interface RunSweepOptions {
  /**
   * Directory with four IDX files, or "drawn", as `loadDataset` takes it: each process loads them.
   * Default: `GRADNETS_DATA`, else MNIST.
   */
  readonly dir?: string;
  /** Processes at a time. Default 2. */
  readonly jobs?: number;
  /** URL that names of modules in the grid are relative to. Default: the working directory. */
  readonly base?: string | URL;
  /** Called with each result, as runs end. */
  readonly onResult?: (result: Result) => void;
  /** Ends the sweep when aborted, by throwing the signal's reason. */
  readonly signal?: AbortSignal;
}

const OPTIONS: readonly (keyof RunSweepOptions)[] = ["dir", "jobs", "base", "onResult", "signal"];

/**
 * Trains every recipe of a grid, each in a process of its own, and returns the results in the grid's
 * order. Nothing is written: `deno task sweep` keeps results, and can be stopped and taken up again.
 *
 * @param grid as in a file of `deno task sweep`; see `parseGrid`
 * @throws {RangeError} if a name or a value of the grid or the options is invalid
 * @throws {Error} if runs failed, naming each; the others were finished first
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { runSweep } from "gradnets";
 *
 * const grid = (axis: string) => ({ about: "seeds", runs: [{ axes: { [axis]: [1, 2] } }] });
 * // const results = await runSweep(grid("seed"), { jobs: 2 });
 * await assertRejects(() => runSweep(grid("sede")), RangeError, "sede"); // before it starts anything
 * ```
 */
export async function runSweep(grid: unknown, options: RunSweepOptions = {}): Promise<Result[]> {
  refuseUnknown(options, OPTIONS, "Cannot run a sweep: RunSweepOptions");
  const { dir, jobs = 2, base, onResult = () => {}, signal } = options;
  integer(1)(jobs, "Cannot run a sweep: jobs");
  callable()(onResult, "Cannot run a sweep: onResult");
  if (signal !== undefined) abortSignal(signal, "Cannot run a sweep: signal");
  const { recipes } = parseGrid(grid);
  const start: Start = {
    ...dir !== undefined && { data: dir },
    ...base !== undefined && { base: String(base) },
  };
  const found = new Map<string, Result>(), failures: string[] = [];
  await runAll({
    recipes,
    jobs,
    start: () => startWorker(start),
    onResult(recipe, result) {
      found.set(keyOf(recipe), result);
      onResult(result);
    },
    onFailure: (recipe, { message }) => failures.push(`${nameOf(recipe)}: ${message}`),
    ...signal && { signal },
  });
  if (failures.length > 0) {
    throw new Error(
      `${failures.length} of the ${recipes.length} runs failed. ${failures.join("; ")}`,
    );
  }
  return recipes.flatMap((recipe) => found.get(keyOf(recipe)) ?? []);
}
