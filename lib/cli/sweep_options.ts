/** Parses the command line of `deno task sweep`. */

import { basename } from "node:path";
import { Command, Option, type OutputConfiguration } from "commander";
import { dataOption, given, integer, keepEveryOption, pathFrom } from "./options.ts";

/** Options of one sweep. */
export interface SweepOptions {
  /** File of the grid; see `parseGrid`. */
  readonly grid: string;
  /** Directory for the results. */
  readonly out: string;
  /** Directory of four IDX files, or "drawn". Default: GRADNETS_DATA, else MNIST. */
  readonly data?: string;
  /**
   * Child processes at a time. Default: SLURM_CPUS_PER_TASK, else the cores that this process may
   * use, by its CPU affinity and its cgroup's quota.
   */
  readonly jobs: number;
  /** "I/N". */
  readonly shard?: string;
  /** Number of shards, where the environment says which one this is. */
  readonly shards?: number;
  /** Measurements from one checkpoint of a run to the next. */
  readonly keepEvery: number;
  /** Only lists what would be run. */
  readonly list: boolean;
}

/**
 * Parses a command line.
 *
 * @param args without the program's name
 * @param output receives help and errors; by default stdout and stderr
 * @throws {CommanderError} after printing the help, or the error in the command line; its
 *   `exitCode` is the program's
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseSweepOptions } from "gradnets/cli/sweep_options.ts";
 *
 * const { grid, out, jobs } = parseSweepOptions(["/sweeps/depth.json", "--jobs", "2"]);
 * assertEquals([grid, out, jobs], ["/sweeps/depth.json", "runs/sweeps/depth", 2]);
 * ```
 */
export function parseSweepOptions(
  args: readonly string[],
  output?: OutputConfiguration,
): SweepOptions {
  const command = new Command("deno task sweep")
    .description(
      "Runs every recipe of a grid, a process for each core, and adds a line of JSON to --out for " +
        "each that is finished. Broken off, the same command goes on where it stood.",
    )
    .argument("<grid>", "JSON file of the runs", pathFrom)
    .option("--out <dir>", "directory for results*.jsonl (default: runs/sweeps/NAME)", pathFrom)
    .addOption(dataOption())
    .addOption(
      new Option("--jobs <n>", "processes at a time; one for each core that this program may use")
        .argParser(integer(1, 4096)).env("SLURM_CPUS_PER_TASK")
        // respects the CPU affinity and the quota of a cgroup, of version 1 or 2, rounded down
        .default(navigator.hardwareConcurrency),
    )
    .option("--shard <i/n>", "only part I of N, from 1/N to N/N; results of all join by cat")
    .addOption(
      new Option(
        "--shards <n>",
        "how many parts there are, of which SLURM_ARRAY_TASK_ID (from 1) or " +
          "JOB_COMPLETION_INDEX (from 0) says which this is",
      ).argParser(integer(1, 999_999_999)).conflicts("shard"),
    )
    .addOption(keepEveryOption(1))
    .option("--list", "only list the runs and which are finished", false)
    .exitOverride();
  if (output) command.configureOutput(output);
  command.parse(given(args), { from: "user" });
  const [grid = ""] = command.processedArgs as string[];
  const out = `runs/sweeps/${basename(grid, ".json")}`;
  return { grid, out, ...command.opts<Omit<SweepOptions, "grid" | "out">>() };
}
