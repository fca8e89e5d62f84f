/**
 * `deno task sweep`: trains every run of a grid, one process per core, one line of results per run.
 *
 * Ctrl-C, or a cluster's SIGTERM, ends it with complete files and a checkpoint of each run that is
 * not at its end; the same command then does the rest.
 * If a run fails, the others still finish, and the exit code is 1.
 */

import "./require_deno.ts";
import { CommanderError } from "commander";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Dataset } from "../data/dataset.ts";
import { loadDataset } from "../files/mnist.ts";
import { readGrid } from "../sweep/grid.ts";
import { runAll } from "../sweep/pool.ts";
import type { Recipe } from "../sweep/recipe.ts";
import type { Start } from "../sweep/protocol.ts";
import { keptOf } from "../sweep/kept_run.ts";
import { readResults, type Result, ResultFile, resultKey } from "../sweep/results.ts";
import { chooseShard, type Shard, shardOf } from "../sweep/shard.ts";
import { nameOf } from "../sweep/describe.ts";
import { startWorker } from "../sweep/worker.ts";
import { cannotWrite, checkDirectory, makeDirectory, UNWRITTEN, Unwritten } from "./directory.ts";
import { Interrupted, interruptible } from "./interrupt.ts";
import { showProgress } from "./progress.ts";
import { parseSweepOptions, type SweepOptions } from "./sweep_options.ts";
import { Tally } from "./tally.ts";

/**
 * Runs a sweep from the command line.
 *
 * @param args without the program's name
 * @param now returns the time in milliseconds since 1970
 * @returns the exit code: 0; 1 after a reported error, 74 if it is that of a full disk; 130 after
 *   Ctrl-C, 143 after SIGTERM, 129 after SIGHUP
 */
export async function main(
  args: readonly string[],
  now: () => number = Date.now,
): Promise<number> {
  try {
    const options = parseSweepOptions(args);
    return await interruptible(
      (signal) => sweep(options, now, signal),
      ". The same command does what is left.",
    );
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode; // already reported
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    return error instanceof Unwritten ? UNWRITTEN : 1;
  }
}

async function sweep(
  options: SweepOptions,
  now: () => number,
  signal: AbortSignal,
): Promise<number> {
  const { out, jobs, data: dir } = options;
  const shard = chooseShard(options, (name) => Deno.env.get(name));
  checkDirectory(out);
  const grid = await readGrid(options.grid);
  const mine = shard ? shardOf(grid.recipes, shard) : grid.recipes;
  // loaded here first to download it only once; never falls back to other data than was asked for
  const data = await loadDataset({ signal, fallback: false, ...dir !== undefined && { dir } });
  signal.throwIfAborted();
  refuseMisfits(mine, data);
  const left = await unfinished(mine, data, out);
  announce(grid.about, { all: grid.recipes, mine, left }, shard, options);
  if (options.list) {
    for (const recipe of mine) {
      console.log(`${left.includes(recipe) ? "to do   " : "finished"}  ${nameOf(recipe)}`);
    }
    return 0;
  }
  makeDirectory(out);
  const path = join(
    out,
    shard ? `results-${shard.index}-of-${shard.count}.jsonl` : "results.jsonl",
  );
  const base = pathToFileURL(resolve(options.grid)).href;
  return await runLeft({
    left,
    finished: mine.filter((recipe) => !left.includes(recipe)),
    path,
    jobs,
    data,
    signal,
    now,
    start: {
      base,
      ...(dir !== undefined && { data: dir }),
      keep: { results: path, every: options.keepEvery },
    },
  });
}

interface Left {
  readonly left: readonly Recipe[];
  readonly finished: readonly Recipe[];
  readonly path: string;
  readonly jobs: number;
  readonly data: Dataset;
  readonly start: Start;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

async function runLeft(
  { left, finished, path, jobs, data, start, signal, now }: Left,
): Promise<number> {
  using file = ResultFile.open(path);
  const keptBy = (recipe: Recipe) => keptOf(path, data.name, recipe);
  for (const recipe of finished) keptBy(recipe).remove(); // it was killed after it wrote the row
  const begun = left.filter((recipe) => keptBy(recipe).tidy());
  if (begun.length > 0) console.log(`${begun.length} of them go on from a checkpoint`);
  const tally = new Tally(left, data, now);
  const progress = showProgress({ ...tally.progress, every: Infinity });
  const failures: string[] = [];
  const add = (result: Result) => {
    try {
      file.add(result);
    } catch (cause) {
      const advice = `Kept there: the results of ${tally.ended - failures.length} runs, and ` +
        "checkpoints of those that ran. Make room, then the same command does what is left.";
      throw cannotWrite(dirname(path), cause, advice, Unwritten);
    }
  };
  try {
    await runAll({
      recipes: left,
      jobs,
      signal,
      start: () => startWorker(start),
      onIter: (recipe, iter) => tally.at(recipe, iter),
      onResult(recipe, result) {
        add(result);
        keptBy(recipe).remove();
        tally.end(recipe);
        progress.print([`${tally.text()}: ${describe(result)}`]);
      },
      onFailure(recipe, { message }) {
        tally.end(recipe);
        const failure = `${nameOf(recipe)}: ${message}\n  ${JSON.stringify(recipe)}`;
        failures.push(failure);
        progress.print([`${tally.text()}: FAILED: ${failure}`]);
      },
    });
  } catch (error) {
    if (error !== signal.reason) throw error;
  } finally {
    progress.stop();
  }
  const succeeded = tally.ended - failures.length;
  console.log(
    `${signal.aborted ? "Stopped" : "Ended"}: ${succeeded} of ${left.length} runs finished` +
      (failures.length > 0 ? `, ${failures.length} failed` : "") + `. Results: ${path}`,
  );
  if (signal.reason instanceof Interrupted) {
    console.log("The same command does what is left.");
    return signal.reason.exitCode;
  }
  for (const failure of failures) console.error(`error: ${failure}`);
  return failures.length > 0 ? 1 : 0;
}

/** Returns those of `recipes` that have no result in `out` yet, from any shard. */
async function unfinished(recipes: readonly Recipe[], data: Dataset, out: string) {
  const results = await readResults(out).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  });
  const finished = new Set(results.map(({ data, recipe }) => resultKey(data, recipe)));
  return recipes.filter((recipe) => !finished.has(resultKey(data.name, recipe)));
}

function refuseMisfits(recipes: readonly Recipe[], { name, train }: Dataset): void {
  for (const { batchSize } of recipes) {
    if (batchSize > train.count) {
      throw new RangeError(
        `Cannot run a batchSize of ${batchSize}: ${name} has ${train.count} images to train on`,
      );
    }
  }
}

function announce(
  about: string,
  { all, mine, left }: Readonly<Record<"all" | "mine" | "left", readonly Recipe[]>>,
  shard: Shard | undefined,
  { out, jobs }: SweepOptions,
): void {
  const part = shard ? `, of which shard ${shard.index} of ${shard.count} has ${mine.length}` : "";
  console.log(about);
  console.log(
    `${all.length} runs${part}; ${mine.length - left.length} finished before, ` +
      `${left.length} to do by ${Math.min(jobs, left.length)} processes, into ${out}`,
  );
}

function describe({ recipe, accuracy, best, stopped, msPerStep }: Result): string {
  const end = stopped === null ? "" : `; stopped: ${stopped}`;
  return `${nameOf(recipe)}: ${accuracy} (best ${best.accuracy} at ${best.iter}), ` +
    `${msPerStep.toFixed(2)} ms/step${end}`;
}

if (import.meta.main) Deno.exitCode = await main(Deno.args);
