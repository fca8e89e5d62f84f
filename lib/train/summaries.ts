/** Writes TensorBoard logs, like the 2015 notebook. */

import { at } from "../at.ts";
import { appendWhole } from "../files/append.ts";
import type { GradNet } from "../model/gradnet.ts";
import { callable, refuseUnknown, text } from "../validate.ts";
import { createEventFile, type OpenFile } from "./event_file.ts";
import {
  encodeEvent,
  type Event,
  type EventRecord,
  fileVersion,
  type Hparams,
  recordsOf,
} from "./events.ts";
import { graphOf } from "./graph.ts";
import { type Histogram, histogramOf } from "./histogram.ts";
import type { Point } from "./metrics.ts";
import { scalarsOf } from "./scalars.ts";

/** Options of {@linkcode SummaryWriter.create}. */
export interface SummaryOptions {
  /** Net whose graph is logged. Default: no graph. */
  readonly net?: GradNet;
  /** Hyper-parameters of the run, by name, for the table of runs. Default: none. */
  readonly hparams?: Hparams;
  /** Clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

const OPTIONS: readonly (keyof SummaryOptions)[] = ["net", "hparams", "now"];

function checkOptions(options: SummaryOptions): void {
  refuseUnknown(options, OPTIONS, "Cannot write TensorBoard logs: SummaryOptions");
  const { now = Date.now } = options;
  callable()(now, "Cannot write TensorBoard logs: now");
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
 * A TensorBoard event file that grows with the training: `tensorboard --logdir DIR` follows it
 * live, and a run that is killed keeps every point it added.
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
  readonly #options: SummaryOptions;
  #closed = false;

  private constructor({ path, file }: OpenFile, options: SummaryOptions) {
    this.path = path;
    this.#file = file;
    this.#options = options;
  }

  /**
   * Starts a new event file in `directory`, which it creates if needed, with the graph and the
   * hyper-parameters, if they are given. Keeps existing files.
   *
   * @throws {Error} if the directory or the file cannot be created; its cause is Deno's error
   */
  static create(directory: string, options: SummaryOptions = {}): SummaryWriter {
    text(directory, "Cannot write TensorBoard logs: directory");
    checkOptions(options);
    const file = createEventFile(directory, seconds(options.now ?? Date.now));
    const writer = new SummaryWriter(file, options);
    writer.#begin();
    return writer;
  }

  /**
   * Goes on with an event file after `points`: keeps their events, cuts off all from the first that
   * is another or not whole, and writes those that are missing, without histograms. Writes all of it
   * again if its beginning is not whole.
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
    checkOptions(options);
    const head = 1 + [options.net, options.hparams].filter((given) => given !== undefined).length;
    const { end, kept } = beginning(recordsOf(Deno.readFileSync(path)), head, points);
    const file = Deno.openSync(path, { write: true });
    const writer = new SummaryWriter({ path, file }, options);
    file.truncateSync(end);
    if (end === 0) writer.#begin();
    for (const point of points.slice(kept)) writer.add(point);
    return writer;
  }

  /**
   * Writes the scalars of a measurement at step `point.iter`, see {@linkcode scalarsOf}, to the file
   * before it returns.
   *
   * @param values by tag, to make histograms of: those of `layerValues`, or any others. A tag whose
   *   values are all not finite is left out. Default: none
   * @throws {Error} if this writer was closed, or the file cannot be written
   *
   * @example
   * ```ts
   * import { drawnDataset, GradNet, layerValues, startBackend, SummaryWriter, Trainer } from "gradnets";
   *
   * await startBackend();
   * const net = new GradNet({ width: 8, depth: 4 });
   * const trainer = new Trainer({ net, data: drawnDataset({ train: 100, test: 20 }), every: 1 });
   * const directory = Deno.makeTempDirSync();
   * {
   *   using writer = SummaryWriter.create(directory, { net, hparams: { depth: 4 } });
   *   for await (const point of trainer.run({ epochs: 1 })) writer.add(point, layerValues(trainer));
   * }
   * trainer.dispose();
   * net.dispose();
   * Deno.removeSync(directory, { recursive: true });
   * ```
   */
  add(point: Point, values: Readonly<Record<string, ArrayLike<number>>> = {}): void {
    if (this.#closed) {
      throw new Error(`Cannot add iteration ${point.iter} to ${this.path}: it was closed`);
    }
    const histograms: Record<string, Histogram> = {};
    for (const [tag, of] of Object.entries(values)) {
      const histogram = histogramOf(of);
      if (histogram) histograms[tag] = histogram;
    }
    this.#write({ step: point.iter, scalars: scalarsOf(point), histograms });
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

  #begin(): void {
    const { net, hparams } = this.#options;
    this.#write({ fileVersion });
    if (net) this.#write({ graph: graphOf(net) });
    if (hparams) this.#write({ hparams });
  }

  // Unbuffered, so that others can follow.
  #write(event: Omit<Event, "wallTime">): void {
    const { now = Date.now } = this.#options;
    appendWhole(this.#file, encodeEvent({ wallTime: now() / 1000, ...event }));
  }
}

/**
 * Where the records of a file stop being those of `points`, and of how many points they are.
 *
 * @param head records before the first point: the version, the graph, the hyper-parameters
 */
function beginning(records: readonly EventRecord[], head: number, points: readonly Point[]) {
  const isHead = ({ scalars }: EventRecord) => Object.keys(scalars).length === 0;
  const whole = records[0]?.fileVersion === fileVersion && records.length >= head &&
    records.slice(0, head).every(isHead);
  if (!whole) return { end: 0, kept: 0 };
  const of = records.slice(head);
  const other = of.findIndex((record, i) => !isOf(points[i], record));
  const kept = other === -1 ? of.length : other;
  return { end: at(records, head + kept - 1).end, kept };
}

function isOf(point: Point | undefined, { step, scalars }: EventRecord): boolean {
  if (!point) return false;
  const expected = Object.entries(scalarsOf(point));
  return step === point.iter && Object.keys(scalars).length === expected.length &&
    expected.every(([tag, value]) => Object.is(scalars[tag], Math.fround(value)));
}

function seconds(now: () => number): number {
  return Math.floor(now() / 1000);
}
