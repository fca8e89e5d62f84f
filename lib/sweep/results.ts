/** Results of sweeps: one line of JSON per run, in files that `cat` can join. */

import { fileURLToPath } from "node:url";
import { appendWhole } from "../files/append.ts";
import { isObject, refusal } from "../validate.ts";
import { keyOf, type Recipe, recipeOf } from "./recipe.ts";

/** A measurement, rounded to four digits; null for numbers that are not finite. */
export type CurvePoint = readonly [
  iter: number,
  g: number,
  testAccuracy: number,
  loss: number | null,
  gradientNorm: number | null,
];

/** Result of a run. */
export interface Result {
  /** Recipe of the run. */
  readonly recipe: Recipe;
  /** Name of the data set. */
  readonly data: string;
  /** Test accuracy after the last step. */
  readonly accuracy: number;
  /** Validation accuracy after the last step, for model selection. Older rows lack it. */
  readonly validation?: number;
  /** Highest measured test accuracy, and its iteration. */
  readonly best: { readonly accuracy: number; readonly iter: number };
  /** Extra measures of the model at the end, by name. */
  readonly measures?: Readonly<Record<string, number>>;
  /** Reason for ending early; null if it did not. */
  readonly stopped: string | null;
  /** Number of trainable parameters. */
  readonly parameters: number;
  /** Number of steps. */
  readonly steps: number;
  /** Mean milliseconds per step, with measurements. */
  readonly msPerStep: number;
  /** Kernels in use; see `Trainer.kernels`. */
  readonly kernels: string;
  /** Versions of Deno and TensorFlow.js. */
  readonly versions: Readonly<Record<string, string>>;
  /** End of the run, ISO 8601. */
  readonly date: string;
  /** All measurements. */
  readonly curve: readonly CurvePoint[];
}

/** Identifies a run: by the name of the data and the recipe. */
export function resultKey(data: string, recipe: Recipe): string {
  return `${data} ${keyOf(recipe)}`;
}

/**
 * Parses results, one per line; of the same run it keeps the first. Skips an unfinished last line,
 * whose writer was killed.
 *
 * @param name name of the file, for messages
 * @throws {SyntaxError} if any other line is not a result
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseResults } from "gradnets/sweep/results.ts";
 *
 * const line = JSON.stringify({ recipe: { depth: 9 }, data: "MNIST", accuracy: .9,
 *   best: { accuracy: .91, iter: 0 }, stopped: null, parameters: 1, steps: 0, msPerStep: 1,
 *   kernels: "", versions: {}, date: "", curve: [[0, 0, .91, 115, 0]] });
 * const [first, ...others] = parseResults(`${line}\n${line}\n${line.slice(0, 30)}`);
 * assertEquals([first?.recipe.depth, first?.recipe.width, others], [9, 50, []]);
 * ```
 */
export function parseResults(text: string, name = "results"): Result[] {
  const lines = text.split("\n");
  const unfinished = lines.pop() ?? "";
  if (isWhole(unfinished)) lines.push(unfinished); // only its newline is missing
  const found = new Map<string, Result>();
  lines.forEach((line, i) => {
    if (line.trim() === "") return;
    const result = parseResult(line, `${name}, line ${i + 1}`);
    const key = resultKey(result.data, result.recipe);
    if (!found.has(key)) found.set(key, result);
  });
  return [...found.values()];
}

function isWhole(line: string): boolean {
  try {
    return isObject(JSON.parse(line));
  } catch {
    return false;
  }
}

function parseResult(line: string, where: string): Result {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new SyntaxError(`Cannot read ${where} as a result: it is no JSON. Remove that line`, {
      cause,
    });
  }
  try {
    if (!isObject(value)) throw refusal("it", "an object", value);
    for (const [name, type] of Object.entries<string>(TYPES)) {
      const found = typeof value[name];
      if (found !== type) throw refusal(name, `a ${type}`, value[name]);
    }
    if (!Array.isArray(value["curve"])) throw refusal("curve", "a list", value["curve"]);
    return { ...value, recipe: recipeOf(value["recipe"]) } as unknown as Result;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new SyntaxError(`Cannot read ${where} as a result: ${cause.message}`, { cause });
  }
}

const TYPES = {
  data: "string",
  accuracy: "number",
  best: "object",
  parameters: "number",
  steps: "number",
  msPerStep: "number",
  kernels: "string",
  date: "string",
} as const;

/**
 * Reads the results in a file, or in all files `*.jsonl` of a directory.
 *
 * @throws {SyntaxError} if a line other than an unfinished last one is not a result
 */
export async function readResults(path: string | URL): Promise<Result[]> {
  const { isDirectory } = await Deno.stat(path);
  if (!isDirectory) return parseResults(await Deno.readTextFile(path), shown(path));
  const base = path instanceof URL ? path.href : path;
  const names = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name)
    .filter((name) => name.endsWith(".jsonl")).sort();
  const found = new Map<string, Result>();
  for (const name of names) {
    const file = `${base.replace(/\/$/, "")}/${name}`;
    for (const result of await readResults(path instanceof URL ? new URL(file) : file)) {
      const key = resultKey(result.data, result.recipe);
      if (!found.has(key)) found.set(key, result);
    }
  }
  return [...found.values()];
}

const shown = (path: string | URL) => path instanceof URL ? fileURLToPath(path) : path;

/**
 * A file that results are appended to, each as a whole line at once. Locked while it is open.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { ResultFile } from "gradnets/sweep/results.ts";
 *
 * const path = Deno.makeTempFileSync();
 * {
 *   using _file = ResultFile.open(path);
 *   assertThrows(() => ResultFile.open(path), Error, "another sweep");
 * }
 * Deno.removeSync(path);
 * ```
 */
export class ResultFile implements Disposable {
  readonly #file: Deno.FsFile;

  private constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /**
   * Opens or creates the file; cuts off an unfinished last line.
   *
   * @throws {Error} if another sweep has locked it, or it cannot be opened
   */
  static open(path: string): ResultFile {
    const file = Deno.openSync(path, { read: true, append: true, create: true });
    try {
      if (!file.tryLockSync(true)) {
        throw new Error(
          `Cannot write to ${path}: another sweep is at it. Wait for it, or choose another --out`,
        );
      }
      mend(path, file);
      return new ResultFile(file);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /**
   * Appends a line in one write, so that readers find all of it or nothing.
   *
   * @throws {Error} Deno's, if it cannot be written, as on a full disk; earlier lines stay
   */
  add(result: object): void {
    appendWhole(this.#file, new TextEncoder().encode(JSON.stringify(result) + "\n"));
    this.#file.syncDataSync();
  }

  /** Closes and unlocks the file. */
  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** Completes a whole last line that lacks its newline, and cuts off any other. */
function mend(path: string, file: Deno.FsFile): void {
  const bytes = Deno.readFileSync(path);
  const end = bytes.lastIndexOf(10) + 1; // "\n"
  if (end === bytes.length) return;
  if (isWhole(new TextDecoder().decode(bytes.subarray(end)))) {
    file.writeSync(new Uint8Array([10]));
  } else file.truncateSync(end);
}
