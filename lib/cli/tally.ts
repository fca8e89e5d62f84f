/** Measures a sweep's progress and estimates the time left. */

import { costOf } from "../sweep/shard.ts";
import type { Recipe } from "../sweep/recipe.ts";
import { clock } from "../train/clock.ts";
import type { ProgressOptions } from "./progress.ts";

/**
 * Tracks the progress of some runs. They differ widely in size, so the time left is estimated from
 * their work, not from their number.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Tally } from "gradnets/cli/tally.ts";
 * import { recipeOf } from "gradnets/sweep/recipe.ts";
 *
 * const short = recipeOf({ epochs: 1 }), long = recipeOf({ epochs: 3 });
 * let time = 0;
 * const tally = new Tally([short, long], { train: { count: 5000 } }, () => time);
 * time = 60_000;
 * tally.end(short);
 * assertEquals(tally.text(), "1/2 runs, 3:00 left");
 * tally.at(long, 150); // of 300 iterations
 * assertEquals(tally.text(), "1/2 runs, 0:36 left");
 * ```
 */
export class Tally {
  readonly #fractions = new Map<Recipe, number>(); // done, by run
  readonly #images: number;
  readonly #now: () => number;
  readonly #start: number;
  #ended = 0;

  /**
   * @param data whose number of training images counts
   * @param now returns milliseconds
   */
  constructor(
    recipes: readonly Recipe[],
    data: { readonly train: { readonly count: number } },
    now: () => number,
  ) {
    for (const recipe of recipes) this.#fractions.set(recipe, 0);
    this.#images = data.train.count;
    this.#now = now;
    this.#start = now();
  }

  /** Number of runs that have ended. */
  get ended(): number {
    return this.#ended;
  }

  /** Records how many iterations a run has done. */
  at(recipe: Recipe, iter: number): void {
    this.#fractions.set(recipe, Math.min(iter / this.#stepsOf(recipe), 1));
  }

  /** Records that a run has ended, whether it succeeded or not. */
  end(recipe: Recipe): void {
    this.#fractions.set(recipe, 1);
    this.#ended++;
  }

  /** Formats runs done and time left. */
  text(): string {
    const done = this.#sum(costOf), all = this.#all(costOf);
    const left = (this.#now() - this.#start) / 1000 * (all - done) / done;
    const time = Number.isFinite(left) ? clock(left) : "-";
    return `${this.#ended}/${this.#fractions.size} runs, ${time} left`;
  }

  /** Progress in iterations of all runs together. */
  get progress(): ProgressOptions {
    const steps = (recipe: Recipe) => this.#stepsOf(recipe);
    return {
      total: this.#all(steps),
      done: () => Math.round(this.#sum(steps)),
      elapsed: () => this.#now() - this.#start,
      text: () => this.text(),
    };
  }

  #stepsOf({ epochs, batchSize }: Recipe): number {
    return Math.round(epochs * Math.floor(this.#images / batchSize));
  }

  #sum(size: (recipe: Recipe) => number): number {
    return this.#fractions.entries().reduce((sum, [recipe, done]) => sum + done * size(recipe), 0);
  }

  #all(size: (recipe: Recipe) => number): number {
    return this.#fractions.keys().reduce((sum, recipe) => sum + size(recipe), 0);
  }
}
