/** The directory that a training leaves behind: log.csv and TensorBoard's event files. */

import { join } from "node:path";
import type { Point } from "../train/metrics.ts";
import { SummaryWriter } from "../train/summaries.ts";

/** How {@linkcode Output.create} goes about it. */
export interface OutputOptions {
  /** Replace what another training left there. Default false. */
  readonly force?: boolean;
  /** The time in milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** The columns of log.csv and what stands in them; `epoch` is the fractional one. */
const columns: Readonly<Record<string, (point: Point) => number>> = {
  iter: (point) => point.iter,
  epoch: (point) => point.epoch,
  train_accuracy: (point) => point.trainAccuracy,
  g: (point) => point.g,
  weight_norm: (point) => point.weightNorm,
  gradient_norm: (point) => point.gradientNorm,
  test_accuracy: (point) => point.testAccuracy,
  loss: (point) => point.loss,
  learning_rate: (point) => point.learningRate,
};

/**
 * Refuses a directory that {@linkcode Output.create} would refuse, without making anything, so
 * that nobody waits for data first.
 *
 * @throws {TypeError} if it is something else than a directory
 * @throws {Error} if another training's files are in it and `force` is not given
 */
export function checkOutput(directory: string, { force = false }: OutputOptions = {}): void {
  const stat = statOf(directory);
  if (!stat) return;
  if (!stat.isDirectory) {
    throw new TypeError(
      `Cannot write to --out ${directory}: found a file, expected a directory or nothing`,
    );
  }
  const [there] = leftIn(directory);
  if (there && !force) {
    throw new Error(
      `Cannot write to --out ${directory}: ${there} of another training is there. ` +
        "Choose another directory, or replace what is there by --force.",
    );
  }
}

/**
 * log.csv and an event file that grow with the training: a row and a summary for each
 * measurement, in the files as soon as it was added.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Output } from "gradnets/cli/output.ts";
 *
 * const directory = Deno.makeTempDirSync();
 * {
 *   using output = Output.create(directory);
 *   output.add({ iter: 0, epoch: 0, g: 0, learningRate: 1e-3, loss: 118.9, crossEntropy: 115.3,
 *     weightNorm: 0.0725, gradientNorm: 0, trainAccuracy: 0.08, testAccuracy: 0.0931 });
 * }
 * assertEquals(Deno.readTextFileSync(`${directory}/log.csv`).split("\n"), [
 *   "iter,epoch,train_accuracy,g,weight_norm,gradient_norm,test_accuracy,loss,learning_rate",
 *   "0,0,0.08,0,0.0725,0,0.0931,118.9,0.001",
 *   "",
 * ]);
 * Deno.removeSync(directory, { recursive: true });
 * ```
 */
export class Output implements Disposable {
  readonly #log: Deno.FsFile;
  readonly #summaries: SummaryWriter;

  private constructor(log: Deno.FsFile, summaries: SummaryWriter) {
    this.#log = log;
    this.#summaries = summaries;
    this.#write(Object.keys(columns));
  }

  /**
   * Makes the directory and its files.
   *
   * @throws {TypeError} if `directory` is something else
   * @throws {Error} if another training's files are in it and `force` is not given, or they cannot
   *   be made
   */
  static create(directory: string, options: OutputOptions = {}): Output {
    checkOutput(directory, options);
    for (const name of leftIn(directory)) Deno.removeSync(join(directory, name));
    const summaries = SummaryWriter.create(directory, options);
    try {
      const path = join(directory, "log.csv");
      return new Output(Deno.openSync(path, { write: true, createNew: true }), summaries);
    } catch (error) {
      summaries.close();
      throw error;
    }
  }

  /** Adds a measurement to both files. */
  add(point: Point): void {
    this.#write(Object.values(columns).map((value) => value(point)));
    this.#summaries.add(point);
  }

  /** Ends the files. */
  [Symbol.dispose](): void {
    this.#log.close();
    this.#summaries.close();
  }

  #write(row: readonly unknown[]): void {
    const bytes = new TextEncoder().encode(row.join(",") + "\n");
    for (let at = 0; at < bytes.length;) at += this.#log.writeSync(bytes.subarray(at));
  }
}

/** Names of the files that a training left in `directory`. */
function leftIn(directory: string): string[] {
  if (!statOf(directory)) return [];
  return [...Deno.readDirSync(directory)]
    .filter(({ name }) => name === "log.csv" || name.startsWith("events.out.tfevents."))
    .map(({ name }) => name).sort().reverse();
}

function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    const why = cause instanceof Error ? cause.message : cause;
    throw new Error(`Cannot write to --out ${path}: ${why}`, { cause });
  }
}
