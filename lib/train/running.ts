/** The run loop of trainers: pause, resume, stop, and yield to the event loop. */

import { abortSignal, shown } from "../validate.ts";
import type { Point, Step } from "./metrics.ts";

/** End of a run. Give either `epochs` or `iterations`. */
export interface RunOptions {
  /** Total epochs to reach, rounded to whole batches. */
  readonly epochs?: number;
  /** Total iterations to reach. */
  readonly iterations?: number;
  /** Ends the run before its next step when aborted, without an error. */
  readonly signal?: AbortSignal;
}

// Time between yields to the event loop, by a macrotask: only then can a kernel answer, a plot update
// and the Stop button work.
const YIELD_MS = 30;

/** The run loop of a trainer, one run at a time. */
export abstract class Running {
  #current: symbol | undefined; // the current run; any other was stopped
  #paused: PromiseWithResolvers<void> | undefined;

  /** Index of the next iteration, which is the number trained so far. */
  abstract get iter(): number;
  /** Batches per epoch. */
  abstract readonly iterationsPerEpoch: number;
  /** Iterations from one measurement to the next. */
  abstract readonly every: number;
  /** Trains on one batch. */
  abstract step(): Step;
  /** Measures at the current iteration. */
  abstract measure(): Point;

  /** Idle, running, or running and paused. */
  get state(): "idle" | "running" | "paused" {
    return this.#current ? this.#paused ? "paused" : "running" : "idle";
  }

  /**
   * Trains up to a total of `epochs` or `iterations`, and yields a measurement every `every`
   * iterations, before that iteration's update. Lets other cells and the Stop button work in between.
   * Break out of it or abort it by `signal`, and a later call continues.
   *
   * @throws {RangeError} if neither or both of `epochs` and `iterations` are given
   * @throws {Error} if this trainer is already running
   * @throws {Diverged} if the loss is not a finite number
   */
  run(options: RunOptions): AsyncGenerator<Point, void, void> {
    return this.#loop(this.#end(options), options.signal);
  }

  /**
   * {@linkcode run}s in the background. The promise resolves at the end of the run.
   *
   * @param onPoint called with every measurement
   */
  start(options: RunOptions, onPoint?: (point: Point) => void | Promise<void>): Promise<void> {
    this.#refuseSecond();
    const run = this.run(options);
    const running = (async () => {
      for await (const point of run) await onPoint?.(point);
    })();
    // Kernels do not report a rejected promise that is not awaited: log the error, and still reject.
    running.catch((error) => console.error(error));
    return running;
  }

  /** Pauses a run before its next step, until {@linkcode resume}. */
  pause(): void {
    if (this.#current) this.#paused ??= Promise.withResolvers();
  }

  /** Continues a paused run. */
  resume(): void {
    this.#paused?.resolve();
    this.#paused = undefined;
  }

  /** Ends a run before its next step. It can be {@linkcode run} again. */
  stop(): void {
    this.#current = undefined;
    this.resume();
  }

  async *#loop(end: number, signal?: AbortSignal): AsyncGenerator<Point, void, void> {
    this.#refuseSecond();
    const current = this.#current = Symbol("run");
    const ended = () => signal?.aborted || this.#current !== current;
    const wake = () => this.resume();
    signal?.addEventListener("abort", wake);
    try {
      let yielded = performance.now();
      while (this.iter < end) {
        if (performance.now() - yielded > YIELD_MS) {
          await new Promise((resolve) => setTimeout(resolve, 0));
          yielded = performance.now();
        }
        await this.#paused?.promise;
        if (ended()) return;
        if (this.iter % this.every === 0) {
          const point = this.measure();
          yield point;
          if (ended()) return;
          if (this.iter !== point.iter) continue; // it was rewound in between
        }
        this.step();
      }
    } finally {
      signal?.removeEventListener("abort", wake);
      if (this.#current === current) this.stop();
    }
  }

  #end({ epochs, iterations, signal }: RunOptions): number {
    if (signal !== undefined) abortSignal(signal, "Cannot run: signal");
    if ((epochs === undefined) === (iterations === undefined)) {
      throw new RangeError("Cannot run: say how far, by either epochs or iterations");
    }
    const [name, asked] = iterations === undefined
      ? ["epochs", epochs]
      : ["iterations", iterations];
    if (typeof asked !== "number" || !(asked >= 0 && asked < Infinity)) {
      throw new RangeError(
        `Cannot run up to ${name} ${shown(asked)}: it must be a number from 0 up`,
      );
    }
    return iterations ?? Math.round(asked * this.iterationsPerEpoch);
  }

  #refuseSecond(): void {
    if (this.#current) {
      throw new Error(
        `This trainer is ${this.state} already, at iteration ${this.iter}: ` +
          "stop() it before it is run again",
      );
    }
  }
}
