/** Writes a training's output directory: log.csv and TensorBoard's event files. */

import { join } from "node:path";
import { appendWhole } from "../files/append.ts";
import { Kept } from "../train/kept.ts";
import type { Values } from "../train/layer_values.ts";
import type { Point } from "../train/metrics.ts";
import { type SummaryOptions, SummaryWriter } from "../train/summaries.ts";
import { lineOf, LOG, openLog } from "./log_csv.ts";
import { checkDirectory, DirectoryLock, makeDirectory } from "./directory.ts";

/** Options of {@linkcode Output.create}. */
export interface OutputOptions extends SummaryOptions {
  /** Replaces what another training left there. Default false. */
  readonly force?: boolean;
}

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

/**
 * Locks a directory that a training is going to write to.
 *
 * @throws {Error} if another is writing to it
 */
export function lockOutput(directory: string): DirectoryLock {
  const lock = DirectoryLock.take(directory);
  if (!lock) throw busy(directory);
  return lock;
}

function refuseLeft(directory: string, force: boolean): void {
  const [there] = leftIn(directory);
  if (there && !force) {
    throw new Error(
      `Cannot write to --out ${directory}: ${there} of another training is there. ` +
        "Go on with that one by --resume, choose another directory, or replace what is there by --force.",
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
 * disk as soon as it is added. `kept` keeps checkpoints beside them.
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
  /** Checkpoints of the training. */
  readonly kept: Kept;
  readonly #files: DisposableStack;
  readonly #log: Deno.FsFile;
  readonly #summaries: SummaryWriter;
  #written = -1; // iteration of the last measurement

  private constructor(
    directory: string,
    kept: Kept,
    files: DisposableStack,
    points: readonly Point[],
    options: SummaryOptions,
  ) {
    const [path] = eventsIn(directory);
    this.kept = kept;
    this.#summaries = files.use(
      path === undefined
        ? SummaryWriter.create(directory, options)
        : SummaryWriter.reopen(join(directory, path), points, options),
    );
    if (path === undefined) { for (const point of points) this.#summaries.add(point); }
    this.#log = files.use(openLog(join(directory, LOG), points));
    this.#written = points.at(-1)?.iter ?? -1;
    this.#files = files.move();
  }

  /**
   * Creates the directory and its files, and locks it until they are closed.
   *
   * @throws {TypeError} if `directory` is not a directory
   * @throws {Error} if a training is writing to it, has left files in it and `force` is not given,
   *   or they cannot be created
   */
  static create(
    directory: string,
    { force = false, ...options }: OutputOptions = {},
  ): Output {
    makeDirectory(directory);
    using files = new DisposableStack();
    files.use(lockOutput(directory));
    refuseLeft(directory, force);
    const kept = keptIn(directory);
    kept.remove();
    for (const name of leftIn(directory)) Deno.removeSync(join(directory, name));
    return new Output(directory, kept, files, [], options);
  }

  /**
   * Goes on with the files of a training after `points`. What was written later is cut off: the
   * training writes it again.
   *
   * @param directory locked by {@linkcode lockOutput}
   * @param kept its checkpoints
   * @throws {Error} if the files cannot be written
   */
  static reopen(
    directory: string,
    kept: Kept,
    points: readonly Point[],
    options: SummaryOptions = {},
  ): Output {
    using files = new DisposableStack();
    kept.tidy();
    return new Output(directory, kept, files, points, options);
  }

  /** Iteration of the last measurement in the files, −1 if there is none. */
  get written(): number {
    return this.#written;
  }

  /**
   * Adds a measurement to both files, unless it is there.
   *
   * @param values of histograms in the event file; see {@linkcode SummaryWriter.add}
   * @throws {Error} Deno's, if writing fails, as on a full disk; earlier measurements stay
   */
  add(point: Point, values?: Values): void {
    if (point.iter <= this.#written) return;
    appendWhole(this.#log, lineOf(point));
    this.#summaries.add(point, values);
    this.#written = point.iter;
  }

  /** Closes the files and releases the directory. */
  [Symbol.dispose](): void {
    this.#files.dispose();
  }
}

/** Checkpoints of the training in a directory. */
export function keptIn(directory: string): Kept {
  return new Kept(directory, "checkpoint");
}

/** Event files in a directory, the newest first. */
function eventsIn(directory: string): string[] {
  return leftIn(directory).filter((name) => name.startsWith("events."));
}

const LEFT = /^(events\.out\.tfevents\..*|checkpoint(\.previous)?\.safetensors|log\.csv)$/;

/** Lists the files that a training left in `directory`, the log first. */
function leftIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name)
    .filter((name) => LEFT.test(name)).sort().reverse();
}
