/** What `deno task bench` can be told. */

import { Command, InvalidArgumentError, type OutputConfiguration } from "commander";
import { catalogue } from "./catalogue.ts";

/** One run of the bench, as asked for on the command line. */
export interface BenchOptions {
  /** File for the records. */
  readonly json?: string;
  /** Names of variants; absent: all. */
  readonly only?: readonly string[];
  readonly rounds: number;
  readonly growth: boolean;
  readonly long: boolean;
  /** Nothing but the check that all do the same work. */
  readonly check: boolean;
  /** Directory of four IDX files; absent: GRADNETS_DATA, else MNIST. */
  readonly data?: string;
}

/**
 * @param args without the program's name
 * @throws {CommanderError} if it asks for help, or for something unknown, after that was written
 */
export function parseOptions(args: readonly string[], output?: OutputConfiguration): BenchOptions {
  const names = catalogue.map(({ name }) => name);
  const command = new Command("deno task bench")
    .description("Times training steps and evaluations of this repository and its peers.")
    .option("--json <file>", "write the figures as JSON")
    .option("--only <names>", `some of ${names.join(", ")}`, known(names))
    .option("--rounds <n>", "rounds of the alternating run", whole, 20)
    .option("--check", "only check that all variants do the same work", false)
    .option("--growth", "also: tables over depth, width and batch", false)
    .option("--long", "also: the whole walkthrough of 22,000 steps", false)
    .option("--data <dir>", "directory of four IDX files (default: GRADNETS_DATA, else MNIST)")
    .addHelpText(
      "after",
      "\nVariants:\n" +
        catalogue.map(({ name, about }) => `  ${name.padEnd(20)} ${about}\n`).join(""),
    )
    .allowExcessArguments(false)
    .exitOverride();
  if (output) command.configureOutput(output);
  const given = args[0] === "--" ? args.slice(1) : args;
  return command.parse([...given], { from: "user" }).opts<BenchOptions>();
}

function known(names: readonly string[]): (text: string) => string[] {
  return (text) => {
    const asked = text.split(",").map((name) => name.trim());
    const unknown = asked.find((name) => !names.includes(name));
    if (unknown === undefined) return asked;
    throw new InvalidArgumentError(`"${unknown}" is none of ${names.join(", ")}.`);
  };
}

function whole(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new InvalidArgumentError("Allowed is a whole number from 1 up.");
}
