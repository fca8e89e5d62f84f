/**
 * `deno task transitions`: trains every variant of every transition on several seeds and adds a line
 * of results for each to a file. What is in the file already is not trained again, so it can be
 * stopped, or killed, at any time: the same command does what is left.
 */

import { Command, CommanderError, InvalidArgumentError } from "commander";
import { loadDataset } from "../files/mnist.ts";
import { parseSeed } from "../notebook/settings.ts";
import { ResultFile } from "../sweep/results.ts";
import { transitions } from "../transitions/catalogue.ts";
import { parseTrials, trialKey } from "../transitions/table.ts";
import { runTrial, type Transition } from "../transitions/trial.ts";
import { interruptible } from "./interrupt.ts";

interface Options {
  readonly out: string;
  readonly seeds: readonly number[];
  readonly only?: string;
  readonly steps?: number;
  readonly data?: string;
}

const all: Readonly<Record<string, Transition>> = transitions;
const names = Object.keys(all).join("; ");

function command(): Command {
  return new Command("transitions")
    .description(
      "Measures dropout, batch norm, depth, the optimizer and attention, put in gradually.",
    )
    .option("--out <file>", "where lines are added", "notebooks/sweeps/transitions.jsonl")
    .option("--seeds <list>", "which seeds, as 1,2,3", seedList, [1, 2, 3])
    .option("--only <name>", `one of: ${names} (default: all)`, known)
    .option("--steps <n>", "steps of each training (default: each transition's own)", count)
    .option("--data <dir>", "directory of four IDX files (default: MNIST)")
    .exitOverride();
}

function seedList(text: string): number[] {
  return text.split(",").map((part) => {
    const seed = parseSeed(part.trim());
    if (seed === undefined) throw new InvalidArgumentError("Allowed are seeds, as 1,2,3.");
    return seed;
  });
}

function known(name: string): string {
  if (!Object.hasOwn(all, name)) throw new InvalidArgumentError(`Allowed is one of: ${names}.`);
  return name;
}

function count(text: string): number {
  const value = parseSeed(text);
  if (!value) throw new InvalidArgumentError("Allowed is a whole number from 1 up.");
  return value;
}

/** All that are asked for: seed after seed, so that what is broken off has every row once. */
function trialsOf({ seeds, only, steps }: Options) {
  const asked = Object.entries(all).filter(([name]) => only === undefined || name === only);
  return seeds.flatMap((seed) =>
    asked.flatMap(([transition, of]) =>
      Object.entries(of.variants).map(([variant, made]) => ({
        ...{ transition, variant, made, seed, steps: steps ?? of.steps },
      }))
    )
  );
}

async function measure(options: Options, signal: AbortSignal): Promise<number> {
  const { out, data: dir } = options;
  const data = await loadDataset({ signal, ...dir !== undefined && { dir } });
  using file = ResultFile.open(out);
  const done = new Set(parseTrials(Deno.readTextFileSync(out), out).map(trialKey));
  const left = trialsOf(options).filter((trial) =>
    !done.has(trialKey({ ...trial, data: data.name }))
  );
  for (const [i, trial] of left.entries()) {
    const result = await runTrial(trial.made, { ...trial, data, signal });
    file.add(result);
    const { transition, variant, seed, steps } = trial;
    console.log(
      `${
        i + 1
      } of ${left.length}: ${transition}, ${variant}, seed ${seed}: accuracy ${result.accuracy} ` +
        `after ${steps} steps of ${result.msPerStep.toFixed(2)} ms`,
    );
  }
  console.log(`${out} has all of it.`);
  return 0;
}

/**
 * Runs what is not in the file yet.
 *
 * @param args without the program's name
 * @returns the exit code: 0, 1 after an error that was said, 130 after Ctrl-C
 */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const options = command().parse([...args], { from: "user" }).opts<Options>();
    return await interruptible(
      (signal) => measure(options, signal),
      "Stopped. The same command does what is left.",
    );
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode; // it has said why
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
