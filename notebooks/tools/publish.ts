/**
 * Copies executed notebooks into notebooks/ for committing: with outputs that a git host can show,
 * and without traces of the machine that they ran on.
 *
 *     deno run -A notebooks/tools/publish.ts [NOTEBOOK ...=all in notebooks/] [--from DIR=runs]
 *
 * Keeps text, and draws each figure as a sharp picture; drops HTML that needs scripts, and the empty
 * outputs that live plots leave. Refuses a notebook that was not run to its end, has changed since,
 * or was shortened (`--epochs`, `--quick`), one that names this machine's folders, and one larger
 * than 1.5 MB.
 */

import "gradnets/cli/require_deno.ts";
import { basename, dirname, join, relative, resolve } from "node:path";
import { homedir } from "node:os";
import { pathToFileURL } from "node:url";
import { Command } from "commander";
import { given, pathFrom } from "gradnets/cli/options.ts";
import { drawPictures } from "./draw.ts";
import {
  type Cell,
  codeCells,
  findNotebooks,
  firstLine,
  formatNotebook,
  inSentences,
  KERNELSPEC,
  mayFail,
  type MimeBundle,
  type Notebook,
  type Output,
  readNotebook,
  ROOT,
  writeNotebook,
} from "./notebook.ts";
import type { RunSettings } from "./runner.ts";
import { bytes } from "./terminal.ts";

const MAX_BYTES = 1_500_000;
const CELL_METADATA = ["tags", "jupyter", "collapsed", "name", "slideshow"];

/** Lists folders of this machine that no committed file may name. */
function privateFolders(): string[] {
  const above = dirname(ROOT);
  return [ROOT, above, homedir()].filter((path) => dirname(path) !== path);
}

/**
 * Makes the notebook to commit: prose and code from `notebook`, outputs from `executed`.
 *
 * @param folders absolute paths that must not be named
 * @throws {Error} with the reason if it must not be committed
 */
export function published(
  notebook: Notebook,
  executed: Notebook,
  folders: readonly string[] = privateFolders(),
): Notebook {
  const ours = codeCells(notebook);
  const theirs = codeCells(executed);
  const same = ours.length === theirs.length &&
    ours.every(({ source }, i) => source === theirs[i]!.source);
  if (!same) throw new Error("its code has changed since that run; run it again");
  for (const [i, cell] of theirs.entries()) {
    const where = `cell ${i + 1} (${firstLine(cell, 50)})`;
    if (cell.execution_count === null && cell.source.trim() !== "") {
      throw new Error(`${where} has not been run`);
    }
    const error = cell.outputs.find((output) => output.output_type === "error");
    if (error && !mayFail(cell)) throw new Error(`${where} failed: ${error.evalue}`);
  }
  const { epochs, quick } = (executed.metadata["gradnets"] ?? {}) as RunSettings;
  if (epochs !== undefined || quick) {
    const how = quick ? "--quick" : `--epochs ${epochs}`;
    throw new Error(`it was run with ${how}; run it with its own`);
  }

  let next = 0;
  const cells = notebook.cells.map((cell): Cell => {
    const metadata = pick(cell.metadata, CELL_METADATA);
    if (cell.cell_type !== "code") return { ...cell, metadata };
    const { outputs, execution_count } = theirs[next++]!;
    const kept = outputs.flatMap((output) => presentable(output));
    return { ...cell, metadata, outputs: kept, execution_count };
  });
  const metadata = {
    ...pick(notebook.metadata, ["title", "authors"]),
    ...pick(executed.metadata, ["language_info"]),
    kernelspec: KERNELSPEC,
  };
  const result = { ...notebook, metadata, cells };
  refusePaths(result, folders);
  refuseSize(result);
  return result;
}

function pick(from: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));
}

/** Reduces an output to what a git host can show; none if nothing is left. */
function presentable(output: Output): Output[] {
  if (output.output_type === "stream") return output.text === "" ? [] : [output];
  if (output.output_type === "error") {
    const root = `${pathToFileURL(ROOT).href}/`; // stack traces name files by their full URL
    return [{ ...output, traceback: output.traceback.map((line) => line.replaceAll(root, "")) }];
  }
  const data = Object.fromEntries(
    Object.entries(output.data).filter(([mime, value]) => keeps(mime, value)),
  );
  const seen = Object.values(data).some((value) => value !== "");
  return seen ? [{ ...output, data }] : [];
}

function keeps(mime: string, value: unknown): boolean {
  if (mime === "text/html") return typeof value === "string" && !/<script|javascript:/i.test(value);
  return /^(text|image)\//.test(mime) || mime === "application/json";
}

/** Yields all readable text of a cell, piece by piece. */
function* texts(cell: Cell): Generator<string> {
  yield cell.source;
  for (const output of cell.outputs ?? []) {
    if (output.output_type === "stream") yield output.text;
    else if (output.output_type === "error") yield [output.evalue, ...output.traceback].join("\n");
    else yield* bundleTexts(output.data);
  }
}

function* bundleTexts(data: MimeBundle): Generator<string> {
  for (const [mime, value] of Object.entries(data)) {
    if (/^image\/(?!svg)/.test(mime)) continue; // base64: a path in it is a coincidence
    yield typeof value === "string" ? value : JSON.stringify(value);
  }
}

function refusePaths(notebook: Notebook, folders: readonly string[]): void {
  const forms = folders.flatMap((path) => [path, path.replaceAll("\\", "/"), encodeURI(path)]);
  // Outside data is named relative to the notebook: a path that climbs this far names this
  // machine's folders.
  const path = new RegExp(
    `(?<![\\w.~-])(?:${
      [...new Set(forms)].map(RegExp.escape).join("|")
    })(?![\\w.-])|(?:\\.\\./){3}`,
  );
  for (const [i, cell] of notebook.cells.entries()) {
    for (const text of texts(cell)) {
      const found = path.exec(text);
      if (!found) continue;
      const around = text.slice(Math.max(0, found.index - 30), found.index + 60);
      throw new Error(
        `cell ${i + 1} of all (${firstLine(cell, 50)}) names a folder of this machine: ` +
          JSON.stringify(around),
      );
    }
  }
}

function refuseSize(notebook: Notebook): void {
  const size = new TextEncoder().encode(formatNotebook(notebook)).length;
  if (size <= MAX_BYTES) return;
  const largest = codeCells(notebook)
    .map((cell, i) => ({ cell: i + 1, size: JSON.stringify(cell.outputs).length }))
    .sort((a, b) => b.size - a.size).slice(0, 3)
    .map(({ cell, size }) => `cell ${cell}: ${bytes(size)}`);
  throw new Error(
    `it has ${bytes(size)}, and 1.5 MB is the limit; most is in ${largest.join(", ")}`,
  );
}

async function publish(path: string, from: string): Promise<void> {
  const name = basename(path);
  const executed = await readNotebook(join(from, name)).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const task = name.startsWith("01_") ? "deno task walkthrough" : `run.ts ${name}`;
    throw new Error(`there is no executed copy in ${from}; run it first: ${task}`);
  });
  await drawPictures(executed);
  const notebook = published(await readNotebook(path), executed);
  await writeNotebook(path, notebook);
  const { size } = await Deno.stat(path);
  console.log(`Published ${relative(Deno.cwd(), path)}: ${bytes(size)}`);
}

if (import.meta.main) {
  const program = new Command("publish").argument("[notebook...]", "default: all in notebooks/")
    .description("Takes executed notebooks into notebooks/, for committing.")
    .option("--from <dir>", "where the executed copies are (default: runs)", pathFrom)
    .parse(given(Deno.args), { from: "user" });
  const from = resolve(program.opts<{ from?: string }>().from ?? join(ROOT, "runs"));
  await inSentences(async () => {
    for (const path of findNotebooks(program.args)) {
      await publish(path, from).catch(({ message }: Error) => {
        throw new Error(`Cannot publish ${basename(path)}: ${message}.`);
      });
    }
  });
}
