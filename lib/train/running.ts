/** How a training runs on: paused, resumed, stopped, in the background, never blocking the rest. */

import type { Point, Step } from "./metrics.ts";

/** When a run ends. One of `epochs` and `iterations` must be given. */
export interface RunOptions {
  /** Ends when this many epochs have been trained in all; a fraction is rounded to a batch. */
  readonly epochs?: number;
  /** Ends when this many iterations have been trained in all. */
  readonly iterations?: number;
  /** Ends the run, quietly and before its next step, when aborted. */
  readonly signal?: AbortSignal;
}

/** What {@linkcode Running} asks of a trainer. */
export interface Stepwise {
  readonly iter: number;
  readonly iterationsPerEpoch: number;
  readonly every: number;
  step(): Step;
  measure(): Point;
}

// How long a run may keep the event loop to itself. A kernel answers, a plot moves and the Stop
// button works only in between, and only a macrotask lets them.
const YIELD_MS = 30;

/** The one run that a trainer can be in. */
export class Running {
  readonly #trainer: Stepwise;
  #current: symbol | undefined; // names the run that may go on; any other has been stopped
  #paused: PromiseWithResolvers<void> | undefined;

  /** @param trainer what is run */
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
    // A kernel shows nothing of a promise that nobody awaits: say it, and still reject.
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
    const end = iterations ?? Math.round(epochs! * this.#trainer.iterationsPerEpoch);
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
