/** The checkpoint of a run of a sweep: beside the results while it runs, gone with its row. */

import { createHash } from "node:crypto";
import { basename, dirname } from "node:path";
import { Kept } from "../train/kept.ts";
import type { Trainer } from "../train/trainer.ts";
import type { Recipe } from "./recipe.ts";
import { resultKey } from "./results.ts";

/** How the runs of a sweep are kept. */
export interface KeepRuns {
  /** File of the results; checkpoints have its name, then a hash of the run. */
  readonly results: string;
  /** Measurements from one checkpoint to the next. */
  readonly every: number;
}

/** The checkpoints of a run. */
export function keptOf(results: string, data: string, recipe: Recipe): Kept {
  const hash = createHash("sha256").update(resultKey(data, recipe)).digest("hex").slice(0, 16);
  return new Kept(dirname(results), `${basename(results, ".jsonl")}.${hash}`);
}

/** Takes a trainer from checkpoint to checkpoint. */
export class KeptRun {
  readonly #kept: Kept;
  readonly #trainer: Trainer;
  readonly #every: number;
  #unsaved = 0;

  /** @param every measurements from one checkpoint to the next */
  constructor(kept: Kept, trainer: Trainer, every: number) {
    this.#kept = kept;
    this.#trainer = trainer;
    this.#every = every;
  }

  /**
   * Takes the trainer to the last good checkpoint, if there is one of this training.
   *
   * @returns milliseconds that the run took up to there
   */
  async takeUp(): Promise<number> {
    try {
      const found = await this.#kept.load();
      if (!found) return 0;
      this.#trainer.rewind(found.mark);
      return Number(found.mark.notes?.["elapsed"] ?? 0);
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof SyntaxError)) throw error;
      console.error(`A run begins anew. ${error.message}`);
      this.#kept.remove();
      return 0;
    }
  }

  /** Counts a measurement, and saves where it is time to. */
  async onPoint(elapsed: number): Promise<void> {
    if (++this.#unsaved >= this.#every) await this.save(elapsed);
  }

  /** Saves. A full disk does not end the run: its result may still find room. */
  async save(elapsed: number): Promise<void> {
    this.#unsaved = 0;
    try {
      await this.#kept.save({ ...this.#trainer.checkpoint(), notes: { elapsed } });
    } catch (error) {
      console.error(`Cannot write a checkpoint of a run: ${error}. The run goes on`);
    }
  }
}
