/** Trains under a notebook's cell, for the reader to watch: a line, a figure, the log. */

import { dirname } from "node:path";
import { appendWhole } from "../files/append.ts";
import { originalLines } from "../train/lines.ts";
import type { Point } from "../train/metrics.ts";
import type { RunOptions } from "../train/running.ts";
import { refuseUnknown } from "../validate.ts";
import { type LiveFigure, type LiveText, shared } from "./display.ts";
import type { Figure } from "./figures/figure.ts";
import { trainingFigure } from "./figures/training.ts";
import type { OriginalPoint } from "./original.ts";
import { endText, type Progress, statusHtml, statusText } from "./status.ts";
import { stopButton } from "./stop.ts";

/** What is trained: a `Trainer`. */
export interface Trainable {
  /** Iterations trained. */
  readonly iter: number;
  /** Batches per epoch. */
  readonly iterationsPerEpoch: number;
  /** All measurements. */
  readonly points: readonly Point[];
  /** g and learning rate of the next iteration. */
  schedule(): { readonly g: number; readonly learningRate: number };
  /** Trains, and yields measurements. */
  run(options: RunOptions): AsyncGenerator<Point, void, void>;
}

/** Where a training shows how far it is: a notebook, or what stands for it. */
export interface LiveOutput {
  /** Shows a line that can be changed; `html` where a page can show it, else `text`. */
  text(text: string, html?: string): Promise<LiveText>;
  /** Shows a figure that can be redrawn. */
  live(figure: Figure): Promise<LiveFigure>;
}

/** Options of {@linkcode runLive}. */
export interface LiveRunOptions {
  /** Total epochs to reach. */
  readonly epochs: number;
  /** Above the figure. */
  readonly title?: string;
  /** Another run to lay over this one: `original.log`. */
  readonly original?: readonly OriginalPoint[];
  /** Prints the original's three lines of every n-th measurement; 1: of all. Default 10. */
  readonly linesEvery?: number;
  /** File that gets the three lines of every measurement, whole again at every run. */
  readonly log?: string;
  /** Default: that of this program's notebook. */
  readonly output?: LiveOutput;
  /** Prints a line. Default `console.log`. */
  readonly print?: (line: string) => void;
  /** Milliseconds since any fixed time. */
  readonly now?: () => number;
}

const OPTIONS: readonly (keyof LiveRunOptions)[] = [
  ...["epochs", "title", "original", "linesEvery", "log"] as const,
  ...["output", "print", "now"] as const,
];

/** The training was stopped on the way: what comes after it must wait. */
export class Stopped extends Error {
  /** Name of the error. */
  override readonly name = "Stopped";

  /**
   * Says how far it came.
   *
   * @param iter iterations trained
   * @param total those that were to be trained
   */
  constructor(iter: number, total: number) {
    super(`after ${iter} of ${total} iterations. Run this cell again, and the training goes on.`);
    this.stack = `${this.name}: ${this.message}`; // where in lib is of no interest
  }
}

/** Time between changes of the line, in ms. */
const TICK_MS = 250;

/** Seconds that trainings took in earlier runs. */
const earlier = new WeakMap<Trainable, number>();

/**
 * Trains up to `epochs` and yields every new measurement, as `trainer.run` does. Under the cell, a
 * line says how far it is, a figure of accuracy and g grows, and the log of the original is printed;
 * at the end all seven panels are there. The Stop button ends it; run again, it goes on.
 *
 * @throws {Stopped} if it was stopped, so that the cells after this one do not run
 * @throws {RangeError} if an option is unknown or invalid
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { drawnDataset, GradNet, startBackend, Trainer } from "gradnets";
 * import { runLive } from "gradnets/notebook/run_live.ts";
 *
 * await startBackend();
 * const net = new GradNet({ depth: 5, width: 16 });
 * const data = drawnDataset({ train: 500, validation: 10, test: 100 });
 * const trainer = new Trainer({ net, data, every: 5 });
 * const seen: number[] = [];
 * for await (const { iter } of runLive(trainer, { epochs: 1 })) seen.push(iter);
 * assertEquals(seen, [0, 5]);
 * trainer.dispose();
 * net.dispose();
 * ```
 */
export async function* runLive(
  trainer: Trainable,
  options: LiveRunOptions,
): AsyncGenerator<Point, void, void> {
  refuseUnknown(options, OPTIONS, "runLive");
  const { epochs, title = "Training", original = [], linesEvery = 10, log } = options;
  const { output = shared(), print = console.log, now = () => performance.now() } = options;
  if (!(Number.isInteger(linesEvery) && linesEvery > 0)) {
    throw new RangeError(
      `Cannot print the lines of every ${linesEvery}-th measurement: give a whole number from 1`,
    );
  }
  const { iterationsPerEpoch } = trainer, total = Math.round(epochs * iterationsPerEpoch);
  const known = trainer.points.length, from = trainer.iter, began = now();
  const before = earlier.get(trainer) ?? 0;
  const seconds = () => (now() - began) / 1000;
  const progress = (): Progress => ({
    ...{ iter: trainer.iter, total, iterationsPerEpoch, ...trainer.schedule() },
    accuracy: trainer.points.at(-1)?.testAccuracy,
  });
  const figure = (live: boolean) =>
    trainingFigure(trainer.points, {
      ...{ title, original, iterations: total, iterationsPerEpoch, live },
    });
  const tell = (point: Point, i: number) => {
    if (i % linesEvery === 0) print(originalLines(point).join("\n"));
  };
  using lines = log === undefined ? undefined : openLog(log);
  const write = (point: Point) => lines?.write(`${originalLines(point).join("\n")}\n`);

  using stop = stopButton();
  const start = statusText(progress(), { from, seconds: 0 });
  const line = await output.text(start, statusHtml(start, progress()));
  const plot = await output.live(figure(true));
  trainer.points.forEach((point, i) => {
    tell(point, i);
    write(point);
  });
  const tick = setInterval(() => {
    const at = progress(), text = statusText(at, { from, seconds: seconds() });
    void line.update(text, statusHtml(text, at));
  }, TICK_MS);
  try {
    for await (const point of trainer.run({ epochs, signal: stop.signal })) {
      const i = trainer.points.length - 1;
      if (i < known) continue; // it was stopped just after this measurement
      tell(point, i);
      write(point);
      yield point;
      await plot.update(() => figure(true));
    }
  } finally {
    clearInterval(tick);
    earlier.set(trainer, before + seconds());
    const at = progress(), text = endText(at, before + seconds());
    await line.update(text, statusHtml(text, at)); // first: a picture takes its time
    await plot.finish(figure(false));
  }
  if (trainer.iter < total) throw new Stopped(trainer.iter, total);
}

/** Opens a file for lines, empty; each is on disk when it is written. */
function openLog(path: string): { write(text: string): void } & Disposable {
  Deno.mkdirSync(dirname(path), { recursive: true });
  const file = Deno.openSync(path, { write: true, create: true, truncate: true });
  return {
    write: (text) => appendWhole(file, new TextEncoder().encode(text)),
    [Symbol.dispose]: () => file.close(),
  };
}
