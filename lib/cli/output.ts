/** Writes a training's output directory: log.csv and TensorBoard's event files. */

import { join } from "node:path";
import type { Point } from "../train/metrics.ts";
import { SummaryWriter } from "../train/summaries.ts";
import { cannotWrite, checkDirectory, DirectoryLock, makeDirectory } from "./directory.ts";

/** Options of {@linkcode Output.create}. */
export interface OutputOptions {
  /** Replaces what another training left there. Default false. */
  readonly force?: boolean;
  /** Returns the time in milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** Columns of log.csv and their values; `epoch` is fractional. */
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
 * Refuses a directory that {@linkcode Output.create} would refuse, without creating anything, so
 * that nobody waits for data first.
 *
 * @throws {TypeError} if it is not a directory
 * @throws {Error} if a training is writing to it, or has left files in it and `force` is not given
 */
export function checkOutput(directory: string, { force = false }: OutputOptions = {}): void {
  if (!checkDirectory(directory)) return;
  if (DirectoryLock.isTaken(directory)) throw busy(directory);
  refuseLeft(directory, force);
}

function refuseLeft(directory: string, force: boolean): void {
  const [there] = leftIn(directory);
  if (there && !force) {
    throw new Error(
      `Cannot write to --out ${directory}: ${there} of another training is there. ` +
        "Choose another directory, or replace what is there by --force.",
    );
  }
}

function busy(directory: string): Error {
  return new Error(
    `Cannot write to --out ${directory}: a training is writing there. ` +
      "Wait for it, or choose another directory.",
  );
}

/**
 * Writes log.csv and an event file while a training runs: a row and a summary per measurement, on
 * disk as soon as it is added.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Output } from "gradnets/cli/output.ts";
 *
 * const directory = Deno.makeTempDirSync();
 * {
 *   using output = Output.create(directory);
 *   output.add({ iter: 0, epoch: 0, g: 0, learningRate: 1e-3, keep: 0.95, loss: 118.9, crossEntropy: 115.3,
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
  readonly #directory: string;
  readonly #files: DisposableStack;
  readonly #log: Deno.FsFile;
  readonly #summaries: SummaryWriter;

  private constructor(directory: string, files: DisposableStack, options: OutputOptions) {
    this.#directory = directory;
    this.#summaries = files.use(SummaryWriter.create(directory, options));
    const path = join(directory, "log.csv");
    this.#log = files.use(Deno.openSync(path, { write: true, createNew: true }));
    this.#write(Object.keys(columns));
    this.#files = files.move();
  }

  /**
   * Creates the directory and its files, and locks it until they are closed.
   *
   * @throws {TypeError} if `directory` is not a directory
   * @throws {Error} if a training is writing to it, has left files in it and `force` is not given,
   *   or they cannot be created
   */
  static create(directory: string, options: OutputOptions = {}): Output {
    makeDirectory(directory);
    using files = new DisposableStack();
    const lock = DirectoryLock.take(directory);
    if (!lock) throw busy(directory);
    files.use(lock);
    refuseLeft(directory, options.force ?? false);
    for (const name of leftIn(directory)) Deno.removeSync(join(directory, name));
    return new Output(directory, files, options);
  }

  /**
   * Adds a measurement to both files.
   *
   * @throws {Error} if writing fails, as on a full disk; earlier measurements stay
   */
  add(point: Point): void {
    try {
      this.#write(Object.values(columns).map((value) => value(point)));
      this.#summaries.add(point);
    } catch (error) {
      throw cannotWrite(this.#directory, error, "What was measured before is there.");
    }
  }

  /** Closes the files and releases the directory. */
  [Symbol.dispose](): void {
    this.#files.dispose();
  }

  #write(row: readonly unknown[]): void {
    const bytes = new TextEncoder().encode(row.join(",") + "\n");
    for (let at = 0; at < bytes.length;) at += this.#log.writeSync(bytes.subarray(at));
  }
}

/** Lists the files that a training left in `directory`. */
function leftIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)]
    .filter(({ name }) => name === "log.csv" || name.startsWith("events.out.tfevents."))
    .map(({ name }) => name).sort().reverse();
}
