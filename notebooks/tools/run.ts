/**
 * Runs notebooks in the real Deno kernel, without Python, Jupyter or a browser; shows output as it
 * arrives, and keeps the executed copies, and a page of each (HTML) that needs nothing else.
 *
 *     deno run -A notebooks/tools/run.ts [NOTEBOOK ...=all in notebooks/]
 *       [--epochs N | --quick] [--data DIR] [--seed N] [--out DIR=runs] [--timeout SECONDS]
 */

import "gradnets/cli/require_deno.ts";
import { dirname, join, relative, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { dataOption, given, pathFrom } from "gradnets/cli/options.ts";
import { makeDirectory } from "gradnets/cli/directory.ts";
import { dataFromEnvironment, DRAWN } from "gradnets/files/caller.ts";
import { parseEpochs, parseSeed } from "gradnets/notebook/settings.ts";
import { findNotebooks, NOTEBOOKS, ROOT } from "./notebook.ts";
import { writeOtherPages, writePage } from "./pages.ts";
import { type Failure, runNotebook, type RunSettings } from "./runner.ts";
import { duration } from "./terminal.ts";

interface Options extends RunSettings {
  readonly out: string;
  readonly timeout?: number;
}

/** Accepts `text` unchanged if `parse` can read it. */
const checked =
  (parse: (text: string) => number | undefined, allowed: string) => (text: string) => {
    if (parse(text) === undefined) throw new InvalidArgumentError(`Allowed is ${allowed}.`);
    return text;
  };

/** Resolves an existing data directory to an absolute path; passes "drawn" through. */
function dataset(text: string): string {
  if (text === DRAWN) return text;
  const path = resolve(pathFrom(text));
  try {
    if (Deno.statSync(path).isDirectory) return path;
  } catch { /* not there */ }
  throw new InvalidArgumentError("There is no such directory.");
}

function seconds(text: string): number {
  const value = parseEpochs(text);
  if (value === undefined) throw new InvalidArgumentError("Allowed is a number above 0.");
  return value;
}

function command(): Command {
  return new Command("run")
    .description(
      "Runs notebooks in the Deno kernel and writes executed copies, also as HTML pages.",
    )
    .argument("[notebook...]", "paths or names, as 01_walkthrough (default: all in notebooks/)")
    .option(
      "--epochs <n>",
      "how long to train; fractions allowed (default: the notebook's)",
      checked(parseEpochs, "a number above 0"),
    )
    .addOption(
      new Option("--quick", "train 2 epochs where a notebook would train more").conflicts("epochs"),
    )
    .addOption(dataOption().argParser(dataset))
    .option(
      "--seed <n>",
      "of everything random (default: the notebook's)",
      checked(parseSeed, "a whole number from 0 to 4294967295"),
    )
    .option("--out <dir>", "where the executed copies go (default: runs)", pathFrom)
    .option("--timeout <seconds>", "what a cell may take at most (default: no limit)", seconds);
}

function report(path: string, { cell, line, error }: Failure): string {
  const told = `${error.ename}: ${error.evalue}`;
  const trace = error.traceback.filter((line) => line.trim() !== "");
  // JavaScript's stack starts with the error message
  const rest = trace[0]?.includes(error.evalue) ? trace : [told, ...trace];
  return `\n${path}: cell ${cell} failed.\n  ${line}\n\n${rest.join("\n")}\n`;
}

function write(text: string): void {
  for (let rest = new TextEncoder().encode(text); rest.length > 0;) {
    rest = rest.subarray(Deno.stdout.writeSync(rest));
  }
}

const here = (path: string) => relative(Deno.cwd(), path) || ".";

async function main(): Promise<number> {
  const program = command().parse(given(Deno.args), { from: "user" });
  const { out = join(ROOT, "runs"), timeout, ...asked } = program.opts<Partial<Options>>();

  const stop = new AbortController();
  let code = 0;
  const signals = { SIGINT: 130, SIGTERM: 143, ...Deno.build.os !== "windows" && { SIGHUP: 129 } };
  for (const [name, exit] of Object.entries(signals)) {
    Deno.addSignalListener(name as Deno.Signal, () => {
      if (stop.signal.aborted) Deno.exit(exit); // a second Ctrl-C ends at once
      code = exit;
      stop.abort(new Error(`Stopped by ${name}.`));
    });
  }
  try {
    const data = asked.data ?? dataFromEnvironment();
    const settings = {
      ...asked,
      ...data !== undefined && { data: data === DRAWN ? data : resolve(data) },
    };
    const paths = findNotebooks(program.args);
    makeDirectory(out); // before a notebook runs for an hour
    for (const path of paths) {
      const { failure, ...run } = await runNotebook(path, {
        out,
        settings,
        ...timeout !== undefined && { timeLimit: timeout },
        signal: stop.signal,
        write,
      });
      write("\n");
      if (failure) {
        console.error(report(here(path), failure));
        console.error(`What it wrote before that: ${here(run.written)}`);
        return 1;
      }
      console.log(`Ran ${here(path)}: ${run.cells} cells in ${duration(run.seconds)}.`);
      console.log(`Executed copy: ${here(run.written)}`);
      if (asked.quick) continue; // nobody reads what was shortened
      console.log(
        `The same as a page, for any browser: ${here(await writePage(run.written, out, path))}`,
      );
    }
    if (!asked.quick && paths.some((path) => dirname(path) === NOTEBOOKS)) {
      await writeOtherPages(out);
    }
    return 0;
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : error}`);
    return code || 1;
  }
}

if (import.meta.main) Deno.exit(await main());
