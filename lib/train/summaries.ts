/** Writes TensorBoard logs, like the 2015 notebook. */

import { join } from "node:path";
import { appendWhole } from "../files/append.ts";
import { callable, optionsOf, text } from "../validate.ts";
import { encodeEvent, fileVersion, wallTimesOf } from "./events.ts";
import type { Point } from "./metrics.ts";

const clockOf = (options: SummaryOptions): () => number =>
  optionsOf("write TensorBoard logs", "SummaryOptions", {
    now: [callable<() => number>(), Date.now],
  }, options).now;

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
  }

  /**
   * Starts a new event file in `directory`, which it creates if needed. Keeps existing files.
   *
   * @throws {Error} if the directory or the file cannot be created; its cause is Deno's error
   */
  static create(directory: string, options: SummaryOptions = {}): SummaryWriter {
    text(directory, "Cannot write TensorBoard logs: directory");
    const now = clockOf(options);
    try {
      Deno.mkdirSync(directory, { recursive: true });
      const name = `events.out.tfevents.${seconds(now)}.${hostname()}`;
      const { path, file } = createNew(join(directory, name));
      const writer = new SummaryWriter(path, file, now);
      writer.#write(encodeEvent({ wallTime: now() / 1000, fileVersion }));
      return writer;
    } catch (cause) {
      throw new Error(
        `Cannot write TensorBoard logs to ${directory}: ${messageOf(cause)}. ` +
          "Choose a directory that can be made and written to.",
        { cause },
      );
    }
  }

  /**
   * Goes on with an event file after `points`: keeps their events, cuts off all from the first that
   * is another or not whole, and writes those that are missing.
   *
   * @throws {Error} Deno's, if the file cannot be opened or written
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { SummaryWriter } from "gradnets/train/summaries.ts";
   *
   * const point = { iter: 0, epoch: 0, g: 0, learningRate: 1e-3, keep: 1, loss: 118.9, crossEntropy: 115.3,
   *   weightNorm: 0.0725, gradientNorm: 0, trainAccuracy: 0.08, testAccuracy: 0.0931 };
   * const directory = Deno.makeTempDirSync();
   * const writer = SummaryWriter.create(directory);
   * writer.add(point);
   * const whole = Deno.readFileSync(writer.path);
   * writer.add({ ...point, iter: 100 }); // and it is killed
   * writer.close();
   * SummaryWriter.reopen(writer.path, [point]).close();
   * assertEquals(Deno.readFileSync(writer.path), whole);
   * Deno.removeSync(directory, { recursive: true });
   * ```
   */
  static reopen(
    path: string,
    points: readonly Point[],
    options: SummaryOptions = {},
  ): SummaryWriter {
    text(path, "Cannot write TensorBoard logs: path");
    const now = clockOf(options);
    const before = Deno.readFileSync(path), times = wallTimesOf(before);
    const events = [{ fileVersion }, ...points.map(eventOf)];
    let end = 0, kept = 0;
    for (const [i, event] of events.entries()) {
      const wallTime = times[i];
      const bytes = wallTime === undefined ? undefined : encodeEvent({ wallTime, ...event });
      if (!bytes?.every((byte, j) => byte === before[end + j])) break;
      end += bytes.length;
      kept++;
    }
    const writer = new SummaryWriter(path, Deno.openSync(path, { write: true }), now);
    writer.#file.truncateSync(end);
    for (const event of events.slice(kept)) {
      writer.#write(encodeEvent({ wallTime: now() / 1000, ...event }));
    }
    return writer;
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
    this.#write(encodeEvent({ wallTime, ...eventOf(point) }));
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
    appendWhole(this.#file, bytes);
  }
}

const eventOf = (point: Point) => ({ step: point.iter, scalars: scalarsOf(point) });

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
