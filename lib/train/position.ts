/** Where a training is: the next batch, and what was measured on the way there. */

import type { Batch, Batches } from "../data/batches.ts";
import type { Progress } from "../engine/progress.ts";
import type { Point, Step } from "./metrics.ts";

/** A {@linkcode Position} in plain values. */
export interface Place {
  /** Iterations trained, which is the index of the next. */
  readonly iter: number;
  /** Seed of dropout from here on. */
  readonly dropoutSeed: number;
  /** Metrics of all steps. */
  readonly steps: readonly Step[];
  /** All measurements. */
  readonly points: readonly Point[];
}

/** Moves through the batches, one step at a time, and back to any {@linkcode Place} before. */
export class Position {
  readonly #batches: Batches;
  #steps: Step[] = [];
  #points: Point[] = [];
  #next: Batch | undefined;
  #iter = 0;
  #dropoutSeed: number;

  /** @param dropoutSeed seed of dropout */
  constructor(batches: Batches, dropoutSeed: number) {
    this.#batches = batches;
    this.#dropoutSeed = dropoutSeed;
  }

  /** Index of the next iteration, and fractional epoch. */
  get progress(): Progress {
    return { iter: this.#iter, epoch: this.#iter / this.#batches.perEpoch };
  }

  /** Seed of dropout. */
  get dropoutSeed(): number {
    return this.#dropoutSeed;
  }

  /** Metrics of all steps. */
  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** All measurements. */
  get points(): readonly Point[] {
    return this.#points;
  }

  /** The next batch, however often it is asked for. */
  get batch(): Batch {
    return this.#next ??= this.#batches.next();
  }

  /** Goes on to the next iteration after a step. */
  advance(step: Step): void {
    this.#steps.push(step);
    this.#next = undefined;
    this.#iter++;
  }

  /** Adds a measurement. */
  add(point: Point): void {
    this.#points.push(point);
  }

  /** Copies it. */
  save(): Place {
    return {
      iter: this.#iter,
      dropoutSeed: this.#dropoutSeed,
      steps: [...this.#steps],
      points: [...this.#points],
    };
  }

  /** Goes to a place. The batches there depend only on its iteration. */
  load({ iter, dropoutSeed, steps, points }: Place): void {
    this.#batches.seek(iter);
    this.#next = undefined;
    this.#iter = iter;
    this.#dropoutSeed = dropoutSeed;
    this.#steps = [...steps];
    this.#points = [...points];
  }
}
