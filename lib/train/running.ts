/** The run loop of trainers: pause, resume, stop, and yield to the event loop. */

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

/** The part of a trainer that {@linkcode Running} needs. */
export interface Stepwise {
  readonly iter: number;
  readonly iterationsPerEpoch: number;
  readonly every: number;
  step(): Step;
  measure(): Point;
}

// Time between yields to the event loop, by a macrotask: only then can a kernel answer, a plot update
// and the Stop button work.
const YIELD_MS = 30;

/** Runs a trainer, one run at a time. */
export class Running {
  readonly #trainer: Stepwise;
  #current: symbol | undefined; // the current run; any other was stopped
  #paused: PromiseWithResolvers<void> | undefined;

  /** @param trainer trainer to run */
  constructor(trainer: Stepwise) {
    this.#trainer = trainer;
  }

  /** Idle, running, or running and paused. */
  get state(): "idle" | "running" | "paused" {
    return this.#current ? this.#paused ? "paused" : "running" : "idle";
  }

  /** See `Trainer.run`. */
  run(options: RunOptions): AsyncGenerator<Point, void, void> {
    return this.#loop(this.#end(options), options.signal);
  }

  /** See `Trainer.start`. */
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

  /** See `Trainer.pause`. */
  pause(): void {
    if (this.#current) this.#paused ??= Promise.withResolvers();
  }

  /** See `Trainer.resume`. */
  resume(): void {
    this.#paused?.resolve();
    this.#paused = undefined;
  }

  /** See `Trainer.stop`. */
  stop(): void {
    this.#current = undefined;
    this.resume();
  }

  async *#loop(end: number, signal?: AbortSignal): AsyncGenerator<Point, void, void> {
    this.#refuseSecond();
    const current = this.#current = Symbol("run");
    const ended = () => signal?.aborted || this.#current !== current;
    const trainer = this.#trainer;
    const wake = () => this.resume();
    signal?.addEventListener("abort", wake);
    try {
      let yielded = performance.now();
      while (trainer.iter < end) {
        if (performance.now() - yielded > YIELD_MS) {
          await new Promise((resolve) => setTimeout(resolve, 0));
          yielded = performance.now();
        }
        await this.#paused?.promise;
        if (ended()) return;
        if (trainer.iter % trainer.every === 0) {
          const point = trainer.measure();
          yield point;
          if (ended()) return;
          if (trainer.iter !== point.iter) continue; // it was rewound in between
        }
        trainer.step();
      }
    } finally {
      signal?.removeEventListener("abort", wake);
      if (this.#current === current) this.stop();
    }
  }

  #end({ epochs, iterations }: RunOptions): number {
    if ((epochs === undefined) === (iterations === undefined)) {
      throw new RangeError("Cannot run: say how far, by either epochs or iterations");
    }
    const end = iterations ?? Math.round((epochs ?? NaN) * this.#trainer.iterationsPerEpoch);
    if (!(end >= 0 && end < Infinity)) {
      const asked = iterations === undefined ? `epochs ${epochs}` : `iterations ${iterations}`;
      throw new RangeError(`Cannot run up to ${asked}: it must be a number from 0 up`);
    }
    return end;
  }

  #refuseSecond(): void {
    if (this.#current) {
      throw new Error(
        `This trainer is ${this.state} already, at iteration ${this.#trainer.iter}: ` +
          "stop() it before it is run again",
      );
    }
  }
}
