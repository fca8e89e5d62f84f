/** Parses the command line of `deno task train`. */

import { Command, InvalidArgumentError, Option, type OutputConfiguration } from "commander";
import { DRAWN, fromCaller } from "../files/caller.ts";
import { type LayerKind, layerKinds } from "../model/layers.ts";
import type { KernelChoice } from "../engine/choose.ts";

/** Options of one training. */
export interface TrainOptions {
  /** Directory of four IDX files, or "drawn". Default: GRADNETS_DATA, else MNIST. */
  readonly data?: string;
  readonly layer: LayerKind;
  readonly depth: number;
  readonly width: number;
  /** May be a fraction. */
  readonly epochs: number;
  /** τ: epochs over which g climbs from 0 to 1. */
  readonly tau: number;
  readonly batch: number;
  readonly seed: number;
  /** Kernels that compute the training step. */
  readonly kernels: KernelChoice;
  /** Directory for log.csv and the event files. Default: a new one in runs/. */
  readonly out?: string;
  /** Replaces what a training left in `out`. */
  readonly force: boolean;
  /** Goes on with the training in `out`. */
  readonly resume: boolean;
  /** Logs histograms of each layer with each measurement. */
  readonly histograms: boolean;
  /** Measurements from one checkpoint to the next. */
  readonly keepEvery: number;
  /** Names of the options that were given. */
  readonly given: readonly string[];
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
 * import { parseOptions } from "gradnets/cli/options.ts";
 *
 * const options = parseOptions(["--depth", "20", "--epochs=0.5"]);
 * assertEquals([options.depth, options.width, options.epochs], [20, 50, 0.5]);
 * ```
 */
export function parseOptions(args: readonly string[], output?: OutputConfiguration): TrainOptions {
  const command = new Command("deno task train")
    .description("Trains a GradNet as the 2015 notebook did, without a notebook.")
    .addOption(dataOption())
    .addOption(
      new Option("--layer <kind>", "hidden layers").choices(layerKinds).default("identity-grelu"),
    )
    .option("--depth <n>", "layers, first and last among them", integer(3), 50)
    .option("--width <n>", "units of a hidden layer", integer(1), 50)
    .option("--epochs <x>", "epochs to train, a fraction allowed", positive, 20)
    .option("--tau <x>", "epochs that g takes from 0 to 1", positive, 10)
    .option("--batch <n>", "images in a batch", integer(1), 50)
    .option("--seed <n>", "of weights, batches and dropout", integer(0, 2 ** 32 - 1), 1)
    .addOption(
      new Option("--kernels <kind>", "what computes").choices(["fused", "reference"]).default(
        "fused",
      ),
    )
    .option("--out <dir>", "where to write log.csv and event files (default: in runs/)", pathFrom)
    .addOption(
      new Option("--force", "replace what another training left in --out").default(false)
        .conflicts("resume"),
    )
    .option("--resume", "go on with the training in --out, or begin it", false)
    .option("--histograms", "log weights, gradients and activations of each layer, too", false)
    .addOption(keepEveryOption(10))
    .allowExcessArguments(false)
    .exitOverride();
  if (output) command.configureOutput(output);
  command.parse(given(args), { from: "user" });
  const options = command.opts<Omit<TrainOptions, "given">>();
  if (options.resume && options.out === undefined) {
    command.error("error: option '--resume' needs '--out <dir>', the directory of the training");
  }
  const names = Object.keys(options);
  return {
    ...options,
    given: names.filter((name) => command.getOptionValueSource(name) === "cli"),
  };
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i; // Number() takes "", " 7" and "0x7" too

/** Returns a parser of whole numbers from `min` to `max`. */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = NUMBER.test(text) ? Number(text) : NaN;
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    const range = max < Number.MAX_SAFE_INTEGER ? `${min} to ${max}` : `${min} up`;
    throw new InvalidArgumentError(`Allowed is a whole number from ${range}.`);
  };
}

function positive(text: string): number {
  const value = NUMBER.test(text) ? Number(text) : NaN;
  if (value > 0 && value < Infinity) return value;
  throw new InvalidArgumentError("Allowed is a number above 0.");
}

/** Parses a non-empty path, relative to the caller's working directory. */
export function pathFrom(text: string): string {
  if (text !== "") return fromCaller(text);
  throw new InvalidArgumentError("Allowed is a path.");
}

/** Makes the option --data, the same in every command: a directory, or "drawn". */
export function dataOption(): Option {
  return new Option(
    "--data <dir>",
    `directory of four IDX files, or "${DRAWN}" for digits drawn by this program ` +
      "(default: GRADNETS_DATA, else MNIST)",
  ).argParser((text) => text === DRAWN ? text : pathFrom(text));
}

/** Makes the option --keep-every. */
export function keepEveryOption(measurements: number): Option {
  return new Option("--keep-every <n>", "measurements from one checkpoint to the next")
    .argParser(integer(1)).default(measurements);
}

/** Drops the `--` that npm users put before options and `deno task` passes on. */
export function given(args: readonly string[]): string[] {
  const at = args.indexOf("--");
  return at === -1 ? [...args] : args.toSpliced(at, 1);
}
