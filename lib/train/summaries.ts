/** Writes TensorBoard logs, like the 2015 notebook. */

import { join } from "node:path";
import { encodeEvent, fileVersion } from "./events.ts";
import type { Point } from "./metrics.ts";

/** Options of {@linkcode SummaryWriter.create}. */
export interface SummaryOptions {
  /** Clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/**
 * The original's name for a log directory: the start time in seconds.
 *
 * @param now clock, in milliseconds since 1970
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { logPath } from "gradnets/train/summaries.ts";
 *
 * assertEquals(logPath(() => 1451550074_999), "mnist_logs_1451550074/");
 * ```
 */
export function logPath(now: () => number = Date.now): string {
  return `mnist_logs_${seconds(now)}/`;
}

/**
 * The scalars of a measurement for TensorBoard: the original's four under its names, and three more.
 *
 * `loss` is, as in the original, the cross-entropy of the batch ALONE, without the norm penalty.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { scalarsOf } from "gradnets/train/summaries.ts";
 *
 * const scalars = scalarsOf({ iter: 0, epoch: 0, g: 0, learningRate: 1e-3, keep: 0.95, loss: 118.9,
 *   crossEntropy: 115.3, weightNorm: 0.0725, gradientNorm: 0, trainAccuracy: 0.08,
 *   testAccuracy: 0.0931 });
 * assertEquals(scalars.loss, 115.3);
 * assertEquals(scalars.accuracy, 0.08);
 * ```
 */
export function scalarsOf(point: Point) {
  return {
    loss: point.crossEntropy,
    weight_norm: point.weightNorm,
    gradient_norm: point.gradientNorm,
    accuracy: point.trainAccuracy,
    // not in the original's log
    test_accuracy: point.testAccuracy,
    g: point.g,
    learning_rate: point.learningRate,
  };
}

/**
 * A TensorBoard event file that grows with the training: `tensorboard --logdir DIR` follows it
 * live, and a run that is killed keeps every point it added. The original's drawing of its graph
 * is not written.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SummaryWriter } from "gradnets/train/summaries.ts";
 *
 * const directory = Deno.makeTempDirSync();
 * {
 *   using writer = SummaryWriter.create(directory, { now: () => 1451550074_250 });
 *   writer.add({ iter: 0, epoch: 0, g: 0, learningRate: 1e-3, keep: 0.95, loss: 118.9, crossEntropy: 115.3,
 *     weightNorm: 0.0725, gradientNorm: 0, trainAccuracy: 0.08, testAccuracy: 0.0931 });
 * }
 * const [file] = [...Deno.readDirSync(directory)];
 * assertEquals(file?.name.startsWith("events.out.tfevents.1451550074."), true);
 * Deno.removeSync(directory, { recursive: true });
 * ```
 */
export class SummaryWriter implements Disposable {
  /** The event file. */
  readonly path: string;
  readonly #file: Deno.FsFile;
  readonly #now: () => number;
  #closed = false;

  private constructor(path: string, file: Deno.FsFile, now: () => number) {
    this.path = path;
    this.#file = file;
    this.#now = now;
    this.#write(encodeEvent({ wallTime: now() / 1000, fileVersion }));
  }

  /**
   * Starts a new event file in `directory`, which it creates if needed. Keeps existing files.
   *
   * @throws {Error} if the directory or the file cannot be created; its cause is Deno's error
   */
  static create(directory: string, { now = Date.now }: SummaryOptions = {}): SummaryWriter {
    try {
      Deno.mkdirSync(directory, { recursive: true });
      const name = `events.out.tfevents.${seconds(now)}.${hostname()}`;
      const { path, file } = createNew(join(directory, name));
      return new SummaryWriter(path, file, now);
    } catch (cause) {
      throw new Error(
        `Cannot write TensorBoard logs to ${directory}: ${messageOf(cause)}. ` +
          "Choose a directory that can be made and written to.",
        { cause },
      );
    }
  }

  /**
   * Writes the scalars of a measurement at step `point.iter`, see {@linkcode scalarsOf}, to the file
   * before it returns.
   *
   * @throws {Error} if this writer was closed, or the file cannot be written
   */
  add(point: Point): void {
    if (this.#closed) {
      throw new Error(`Cannot add iteration ${point.iter} to ${this.path}: it was closed`);
    }
    const wallTime = this.#now() / 1000;
    this.#write(encodeEvent({ wallTime, step: point.iter, scalars: scalarsOf(point) }));
  }

  /** Closes the file. Does nothing if it is closed. */
  close(): void {
    if (!this.#closed) this.#file.close();
    this.#closed = true;
  }

  /** {@linkcode close} by `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  // Unbuffered, so that others can follow.
  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
  }
}

// Two runs may start in the same directory and second: give each its own file.
function createNew(name: string): { path: string; file: Deno.FsFile } {
  for (let i = 0;; i++) {
    const path = i === 0 ? name : `${name}.${i}`;
    try {
      return { path, file: Deno.openSync(path, { write: true, createNew: true }) };
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}

function hostname(): string {
  try {
    return Deno.hostname() || "gradnets";
  } catch { // without --allow-sys: the name is only informative
    return "gradnets";
  }
}

function seconds(now: () => number): number {
  return Math.floor(now() / 1000);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
