/**
 * Checks types, lint and format of notebooks. `deno check` and `deno lint` do not read notebooks,
 * so the code cells of each are joined into one module beside it, and findings are reported by cell
 * and line. `deno fmt` does, but the `--check` of 2.9.6 refuses any notebook with prose unless its
 * cache says that it formatted it, so this formats a copy and compares.
 *
 *     deno run -A notebooks/tools/check.ts [--fix] [NOTEBOOK ...=all in notebooks/]
 *
 * Cell n is the n-th code cell, `In [n]` once they have all run.
 */

import "gradnets/cli/require_deno.ts";
import { basename, dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { Command } from "commander";
import { given } from "gradnets/cli/options.ts";
import {
  codeCells,
  findNotebooks,
  formatNotebook,
  inSentences,
  KERNELSPEC,
  LANGUAGE_INFO,
  type Notebook,
  parseNotebook,
  readNotebook,
  ROOT,
  writeNotebook,
} from "./notebook.ts";
import { isTalk, placeOnSlides, slideOf } from "./slides.ts";

/** The cells as one module, and where each of its lines is from. */
interface Joined {
  readonly text: string;
  /** For each line of `text`, from 0: cell and line, both from 1; cell 0 for lines of no cell. */
  readonly origin: readonly { readonly cell: number; readonly line: number }[];
}

/** A finding as text, with its place in front. */
export type Problem = string;

/** Joins the first `cells` code cells. */
export function joinCells(notebook: Notebook, cells = Infinity): Joined {
  const lines = ["export {};"]; // a module, even without an import: top-level await needs one
  const origin = [{ cell: 0, line: 1 }];
  for (const [i, { source }] of codeCells(notebook).slice(0, cells).entries()) {
    for (const [j, line] of source.split("\n").entries()) {
      lines.push(line);
      origin.push({ cell: i + 1, line: j + 1 });
    }
    // so that a cell that starts with "(" is not taken as a call of the one before
    lines.push("void 0;");
    origin.push({ cell: i + 1, line: source.split("\n").length });
  }
  return { text: lines.join("\n") + "\n", origin };
}

async function deno(args: readonly string[], input?: string) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT, // whose deno.json sets line width and lint rules
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  if (input !== undefined) {
    await new Blob([input]).stream().pipeTo(child.stdin as WritableStream<Uint8Array>);
  }
  const { success, stdout, stderr } = await child.output();
  return {
    success,
    stdout: new TextDecoder().decode(stdout),
    stderr: new TextDecoder().decode(stderr),
  };
}

/**
 * Checks types, and lint and format unless told otherwise; returns all findings.
 *
 * @param options.cells number of code cells to read of each notebook
 */
export async function checkNotebooks(
  paths: readonly string[],
  { cells = Infinity, style = true }: { cells?: number; style?: boolean } = {},
): Promise<Problem[]> {
  const modules = new Map<string, { path: string; joined: Joined }>();
  try {
    for (const path of paths) {
      const joined = joinCells(await readNotebook(path), cells);
      // Beside the notebook, so that relative imports resolve as in the kernel.
      const file = await Deno.makeTempFile({
        dir: dirname(path),
        prefix: ".cells_",
        suffix: ".ts",
      });
      modules.set(pathToFileURL(file).href, { path, joined });
      await Deno.writeTextFile(file, joined.text);
    }
    const problems = await checkTypes(modules);
    if (style) {
      for (const { path, joined } of modules.values()) {
        problems.push(...await checkLint(path, joined), ...await checkFormat(path));
      }
    }
    return problems;
  } finally {
    for (const url of modules.keys()) await Deno.remove(fileURLToPath(url));
  }
}

function place(path: string, { origin }: Joined, line: number, column: number): string {
  const { cell, line: within } = origin[Math.min(line, origin.length) - 1]!;
  return `${basename(path)}, cell ${cell}, line ${within}, column ${column}`;
}

async function checkTypes(
  modules: ReadonlyMap<string, { path: string; joined: Joined }>,
): Promise<Problem[]> {
  if (modules.size === 0) return [];
  // Not `deno check`: that skips files ignored by git with a warning, and succeeds.
  const { success, stderr } = await deno(["cache", "--check", ...modules.keys()]);
  if (success) return [];
  let found = stderr.replace(/^(Check|Download|Warning) .*\n/gm, "")
    .replace(/\n*(Found \d+ errors?\.\n+)?error: Type checking failed\.[^]*$/, "")
    .replace(/\n*Stack backtrace:[^]*$/, "");
  for (const [url, { path, joined }] of modules) {
    found = found.replaceAll(
      new RegExp(`${RegExp.escape(url)}:(\\d+):(\\d+)`, "g"),
      (_, line, column) => place(path, joined, Number(line), Number(column)),
    ).replaceAll(url, basename(path));
  }
  // errors are separated by blank lines
  const problems = found.split(/\n{2,}/).map((text) => text.trim()).filter((text) => text !== "");
  return problems.length > 0 ? problems : ["The cells do not pass, and Deno does not say why."];
}

async function checkLint(path: string, joined: Joined): Promise<Problem[]> {
  const { success, stdout, stderr } = await deno(["lint", "--json", "--ext=ts", "-"], joined.text);
  if (success) return [];
  try {
    const report = JSON.parse(stdout) as {
      diagnostics: {
        range: { start: { line: number; col: number } };
        message: string;
        code: string;
        hint?: string;
      }[];
      errors: { message: string }[];
    };
    return [
      ...report.diagnostics.map(({ range: { start }, message, code, hint }) =>
        `lint(${code}): ${message}${hint ? `; ${hint}` : ""}\n` +
        // lint counts lines from 1, columns from 0
        `    at ${place(path, joined, start.line, start.col + 1)}`
      ),
      // syntax errors: the type check reports them with their place
      ...report.errors.map(({ message }) => `lint, ${basename(path)}: ${message.split("\n")[0]}`),
    ];
  } catch {
    return [`lint, ${basename(path)}: ${stderr.trim()}`];
  }
}

/** Formats the notebook as `deno fmt` does; leaves it as it is if that cannot parse it. */
async function formatted(path: string): Promise<Notebook> {
  const notebook = await readNotebook(path);
  // without this, deno fmt leaves the code alone
  Object.assign(notebook.metadata, { kernelspec: KERNELSPEC, language_info: LANGUAGE_INFO });
  const text = formatNotebook(notebook);
  const { success, stdout } = await deno(["fmt", "--ext=ipynb", "-"], text);
  const result = parseNotebook(success ? stdout : text, basename(path));
  if (isTalk(result)) placeOnSlides(result);
  return result;
}

async function checkFormat(path: string): Promise<Problem[]> {
  const { cells, metadata } = await readNotebook(path);
  const kernel = (metadata["kernelspec"] ?? {}) as { name?: unknown };
  if (kernel.name !== KERNELSPEC.name) {
    return [`format: ${basename(path)} does not name the Deno kernel; check.ts --fix does it`];
  }
  const wanted = (await formatted(path)).cells;
  let code = 0;
  return cells.flatMap(({ cell_type, source, metadata }, i) => {
    if (cell_type === "code") code++;
    const where = cell_type === "code" ? `cell ${code}` : `the prose after cell ${code}`;
    if (slideOf(metadata) !== slideOf(wanted[i]!.metadata)) {
      return [`slides: ${basename(path)}, ${where} has no slide type; check.ts --fix gives it one`];
    }
    if (source === wanted[i]!.source) return [];
    return [`format: ${basename(path)}, ${where} is not formatted; check.ts --fix does it`];
  });
}

if (import.meta.main) {
  const program = new Command("check").argument("[notebook...]", "default: all in notebooks/")
    .description("Checks types, lint and format of notebooks.")
    .option("--fix", "format them first, as deno fmt would")
    .parse(given(Deno.args), { from: "user" });
  await inSentences(async () => {
    const paths = findNotebooks(program.args);
    if (program.opts<{ fix?: boolean }>().fix) {
      for (const path of paths) await writeNotebook(path, await formatted(path));
    }
    const problems = await checkNotebooks(paths);
    for (const problem of problems) console.error(`${problem}\n`);
    const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
    console.error(
      problems.length === 0
        ? `Checked the cells of ${counted(paths.length, "notebook")}`
        : `${counted(problems.length, "problem")} in notebooks' cells`,
    );
    if (problems.length > 0) Deno.exit(1);
  });
}
