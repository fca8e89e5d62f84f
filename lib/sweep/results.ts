/** The results of sweeps: one line of JSON for each run, in files that can be joined by `cat`. */

import { isObject, refusal } from "../validate.ts";
import { keyOf, type Recipe, recipeOf } from "./recipe.ts";

/** A measurement, rounded to four digits; null where a number was not finite. */
export type CurvePoint = readonly [
  iter: number,
  g: number,
  testAccuracy: number,
  loss: number | null,
  gradientNorm: number | null,
];

/** What came out of one run. */
export interface Result {
  /** What was run. */
  readonly recipe: Recipe;
  /** The data set's name. */
  readonly data: string;
  /** On the test set, after the last step. */
  readonly accuracy: number;
  /** On the validation set, after the last step: what to choose by. Rows of 2026-11-23 have none. */
  readonly validation?: number;
  /** The highest test accuracy measured, and when. */
  readonly best: { readonly accuracy: number; readonly iter: number };
  /** What else is measured of the model at the end, by name; absent where there is nothing. */
  readonly measures?: Readonly<Record<string, number>>;
  /** Why it ended early; null if it did not. */
  readonly stopped: string | null;
  /** How many numbers the network learned. */
  readonly parameters: number;
  /** Steps done. */
  readonly steps: number;
  /** Milliseconds a step took in the mean, measurements included. */
  readonly msPerStep: number;
  /** What computed it; see `Trainer.kernels`. */
  readonly kernels: string;
  /** Of the programs that computed it. */
  readonly versions: Readonly<Record<string, string>>;
  /** When it ended, ISO 8601. */
  readonly date: string;
  /** Every measurement. */
  readonly curve: readonly CurvePoint[];
}

/** What runs are told apart by: the data's name and the recipe. */
export function resultKey(data: string, recipe: Recipe): string {
  return `${data} ${keyOf(recipe)}`;
}

/**
 * The results in `text`, one line each, of the same run the first. A last line that was not
 * finished, because its writer was killed, is left out.
 *
 * @param name of the file, for errors
 * @throws {SyntaxError} if another line is no result
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
  const unfinished = lines.pop()!;
  if (isWhole(unfinished)) lines.push(unfinished); // only the end of the line is missing
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
 * The results in a file, or in all files `*.jsonl` of a directory.
 *
 * @throws {SyntaxError} if a line, other than an unfinished last one, is no result
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

const shown = (path: string | URL) => path instanceof URL ? path.pathname : path;

/**
 * A file of results that grows: each is there, as a whole line, as soon as it was added. While it
 * is open no other program can open it so.
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
   * Opens or makes it; an unfinished last line is cut off.
   *
   * @throws {Error} if another sweep has it open, or it cannot be opened
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

  /** Adds a line, in one write: whoever reads finds all of it or nothing. */
  add(result: object): void {
    const bytes = new TextEncoder().encode(JSON.stringify(result) + "\n");
    const written = this.#file.writeSync(bytes);
    if (written !== bytes.length) throw new Error("Cannot write a result: the disk is full");
    this.#file.syncDataSync();
  }

  /** Closes it, and lets others have it. */
  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** A last line without its end is finished if it is integer, else cut off. */
function mend(path: string, file: Deno.FsFile): void {
  const bytes = Deno.readFileSync(path);
  const end = bytes.lastIndexOf(10) + 1; // the byte of "\n"
  if (end === bytes.length) return;
  if (isWhole(new TextDecoder().decode(bytes.subarray(end)))) {
    file.writeSync(new Uint8Array([10]));
  } else file.truncateSync(end);
}
