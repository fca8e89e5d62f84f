/** Parses the command line of `deno task bench`. */

import { Command, InvalidArgumentError, type OutputConfiguration } from "commander";
import { dataOption, given, integer, pathFrom } from "../cli/options.ts";
import { catalogue } from "./catalogue.ts";

/** Options of one run of the bench. */
export interface BenchOptions {
  /** File for the records. */
  readonly json?: string;
  /** Names of variants. Default: all. */
  readonly only?: readonly string[];
  readonly rounds: number;
  readonly growth: boolean;
  readonly long: boolean;
  /** Only checks that all do the same work. */
  readonly check: boolean;
  /** Directory of four IDX files, or "drawn". Default: GRADNETS_DATA, else MNIST. */
  readonly data?: string;
}

/**
 * @param args without the program's name
 * @throws {CommanderError} after printing the help, or the error in the command line
 */
export function parseOptions(args: readonly string[], output?: OutputConfiguration): BenchOptions {
  const names = catalogue.map(({ name }) => name);
  const command = new Command("deno task bench")
    .description("Times training steps and evaluations of this repository and its peers.")
    .option("--json <file>", "write the figures as JSON", pathFrom)
    .option("--only <names>", `some of ${names.join(", ")}`, known(names))
    .option("--rounds <n>", "rounds of the alternating run", integer(1), 20)
    .option("--check", "only check that all variants do the same work", false)
    .option("--growth", "also: tables over depth, width and batch", false)
    .option("--long", "also: the whole walkthrough of 22,000 steps", false)
    .addOption(dataOption())
    .addHelpText(
      "after",
      "\nVariants:\n" +
        catalogue.map(({ name, about }) => `  ${name.padEnd(20)} ${about}\n`).join(""),
    )
    .allowExcessArguments(false)
    .exitOverride();
  if (output) command.configureOutput(output);
  return command.parse(given(args), { from: "user" }).opts<BenchOptions>();
}

function known(names: readonly string[]): (text: string) => string[] {
  return (text) => {
    const asked = text.split(",").map((name) => name.trim());
    const unknown = asked.find((name) => !names.includes(name));
    if (unknown === undefined) return asked;
    throw new InvalidArgumentError(`"${unknown}" is none of ${names.join(", ")}.`);
  };
}
