/**
 * Reads and writes notebook files (nbformat 4): strictly, and stably, as Jupyter itself writes them
 * (sorted keys, one space of indentation, a newline at the end), so that saving one in JupyterLab
 * changes no line.
 *
 * Source: nbformat.readthedocs.io/en/latest/format_description.html.
 */

import { basename, dirname, join } from "node:path";
import { fromCaller } from "gradnets/files/caller.ts";

/** An output by MIME type: text, base64, or JSON. */
export type MimeBundle = Record<string, unknown>;

/** One output of a code cell. */
export type Output =
  | { output_type: "stream"; name: string; text: string }
  | { output_type: "display_data"; data: MimeBundle; metadata: Record<string, unknown> }
  | {
    output_type: "execute_result";
    execution_count: number | null;
    data: MimeBundle;
    metadata: Record<string, unknown>;
  }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

/** A cell; `outputs` and `execution_count` only if its type is "code". */
export interface Cell {
  cell_type: string;
  id?: string;
  metadata: Record<string, unknown>;
  source: string;
  outputs?: Output[];
  execution_count?: number | null;
}

/** A code cell. */
export type CodeCell = Cell & { outputs: Output[]; execution_count: number | null };

/** A notebook. Multi-line strings are joined, though the file may hold them as lists of lines. */
export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

/** Kernel of every notebook here, which `deno task lab` provides. */
export const KERNELSPEC = { name: "deno", display_name: "Deno", language: "typescript" } as const;

/** Language as this version of that kernel reports it. */
export const LANGUAGE_INFO = {
  name: "typescript",
  version: Deno.version.typescript,
  mimetype: "text/x.typescript",
  file_extension: ".ts",
  pygments_lexer: "typescript",
  codemirror_mode: "typescript",
  nbconvert_exporter: "script",
} as const;

/** The repository's folder, and the one that its notebooks are in. */
export const ROOT = dirname(dirname(import.meta.dirname!));
export const NOTEBOOKS = join(ROOT, "notebooks");

/** Returns the code cells in order; messages of the tools count them from 1. */
export function codeCells(notebook: Notebook): CodeCell[] {
  return notebook.cells.filter((cell): cell is CodeCell => cell.cell_type === "code");
}

/** Whether the cell has Jupyter's tag for failing on purpose. */
export function mayFail(cell: Cell): boolean {
  return tagged(cell, "raises-exception");
}

/** Whether the cell has the tag. */
export function tagged(cell: Cell, tag: string): boolean {
  const tags = cell.metadata["tags"];
  return Array.isArray(tags) && tags.includes(tag);
}

/** Returns the first non-blank line of a cell, cut to `width`. */
export function firstLine(cell: Cell, width = 80): string {
  const line = cell.source.split("\n").find((line) => line.trim() !== "")?.trim() ?? "(empty)";
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}

/**
 * Finds all notebooks in `notebooks/`, in order, or the given ones: by path, or by name as in
 * `01_walkthrough`.
 *
 * @throws {Error} naming what is missing
 */
export function findNotebooks(names: readonly string[]): string[] {
  if (names.length === 0) {
    return [...Deno.readDirSync(NOTEBOOKS)]
      .filter((entry) => entry.isFile && entry.name.endsWith(".ipynb"))
      .map((entry) => join(NOTEBOOKS, entry.name))
      .sort();
  }
  return names.map((name) => {
    const path = [fromCaller(name), join(NOTEBOOKS, name), join(NOTEBOOKS, `${name}.ipynb`)].find(
      (path) => {
        try {
          return path.endsWith(".ipynb") && Deno.statSync(path).isFile;
        } catch {
          return false;
        }
      },
    );
    if (path === undefined) {
      throw new Error(`Cannot find the notebook "${name}": no such file, here or in notebooks/.`);
    }
    return Deno.realPathSync(path);
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string | string[] =>
  typeof value === "string" ||
  Array.isArray(value) && value.every((line) => typeof line === "string");
const whole = (value: string | string[]) => typeof value === "string" ? value : value.join("");

/**
 * @throws {SyntaxError} if `json` is not a notebook of nbformat 4
 */
export function parseNotebook(json: string, name: string): Notebook {
  const bad = (found: string) => new SyntaxError(`Cannot read ${name} as a notebook: ${found}.`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw bad(`it is no JSON (${(error as Error).message})`);
  }
  if (!isRecord(value) || !Array.isArray(value["cells"])) throw bad("it has no list of cells");
  if (value["nbformat"] !== 4) throw bad(`its nbformat is ${value["nbformat"]}, not 4`);
  const cells = value["cells"].map((cell, i): Cell => {
    if (!isRecord(cell) || !isText(cell["source"]) || typeof cell["cell_type"] !== "string") {
      throw bad(`cell ${i + 1} of all has no type or no source`);
    }
    const common = { metadata: {}, ...cell, cell_type: cell["cell_type"] };
    const source = whole(cell["source"]);
    if (cell["cell_type"] !== "code") return { ...common, source };
    const outputs = Array.isArray(cell["outputs"]) ? cell["outputs"].map(parseOutput) : [];
    const count = cell["execution_count"];
    return {
      ...common,
      source,
      outputs,
      execution_count: typeof count === "number" ? count : null,
    };
  });
  const metadata = isRecord(value["metadata"]) ? value["metadata"] : {};
  return { nbformat_minor: 5, ...value, nbformat: 4, metadata, cells };
}

function parseOutput(output: Record<string, unknown>): Output {
  const joined: Record<string, unknown> = { ...output };
  if (isText(output["text"])) joined["text"] = whole(output["text"]);
  if (isRecord(output["data"])) {
    joined["data"] = Object.fromEntries(
      Object.entries(output["data"]).map(([mime, value]) => [
        mime,
        isText(value) ? whole(value) : value,
      ]),
    );
  }
  return joined as Output;
}

/** Splits text as nbformat keeps it in files: a list of lines, each with its newline. */
const lines = (text: string) => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
const isJson = (mime: string) => /^application\/(.*\+)?json$/.test(mime);

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]));
}

/** Formats the notebook as the text of a file. The same notebook gives the same text. */
export function formatNotebook(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: lines(cell.source),
    ...cell.outputs && { outputs: cell.outputs.map(formatOutput) },
  }));
  return JSON.stringify(sorted({ ...notebook, cells }), null, 1) + "\n";
}

function formatOutput(output: Output): unknown {
  if (output.output_type === "stream") return { ...output, text: lines(output.text) };
  if (output.output_type === "error") return output;
  const data = Object.entries(output.data).map(([mime, value]) => {
    const text = typeof value === "string" && !isJson(mime) && !/^(image|audio|video)\/(?!svg)/
      .test(mime);
    return [mime, text ? lines(value) : value];
  });
  return { ...output, data: Object.fromEntries(data) };
}

/** Reads a notebook. */
export async function readNotebook(path: string): Promise<Notebook> {
  return parseNotebook(await Deno.readTextFile(path), basename(path));
}

/** Writes a notebook atomically: under a temporary name, then renamed. */
export async function writeNotebook(path: string, notebook: Notebook): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const temporary = await Deno.makeTempFile({ dir: dirname(path), suffix: ".part" });
  try {
    await Deno.writeTextFile(temporary, formatNotebook(notebook));
    await Deno.chmod(temporary, 0o644).catch(() => {}); // a temporary file is private
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

/** Does `work`; prints only the message of an error, and sets exit code 1. */
export async function inSentences(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
