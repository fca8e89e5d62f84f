/** Runs recipes on several workers at once; one that fails takes no other along. */

import type { Recipe } from "./recipe.ts";
import type { Result } from "./results.ts";
import type { Worker } from "./worker.ts";

/** What {@linkcode runAll} does, and whom it tells. */
export interface PoolOptions {
  readonly recipes: readonly Recipe[];
  /** Workers at a time. */
  readonly jobs: number;
  /** Makes a worker. */
  readonly start: () => Promise<Worker>;
  /** Is told what came out, in the order of the ends. */
  readonly onResult: (recipe: Recipe, result: Result) => void;
  /** Is told what went wrong with a run; the others go on. */
  readonly onFailure: (recipe: Recipe, error: Error) => void;
  /** Is told how many iterations of a run are done. */
  readonly onIter?: (recipe: Recipe, iter: number) => void;
  /** Ends everything when aborted; runs that were not finished are lost. */
  readonly signal?: AbortSignal;
}

/**
 * Runs every recipe once, in their order, each on the next worker that is free. A worker that ends
 * is replaced by a new one.
 *
 * @throws {Error} if a worker cannot be started, or `onResult` or `onFailure` throws; the
 *   signal's reason if it is aborted. All workers have ended then.
 */
export async function runAll(options: PoolOptions): Promise<void> {
  const { recipes, jobs, start, onResult, onFailure, onIter = () => {}, signal } = options;
  const queue = recipes.values();
  const workers = new Set<Worker>();
  const over = new AbortController();
  const endAll = () => Promise.all([...workers].map((worker) => worker.end()));
  const stop = () => {
    over.abort(signal?.reason);
    void endAll();
  };
  const lane = async () => {
    let worker: Worker | undefined;
    for (const recipe of queue) {
      if (over.signal.aborted) return;
      if (!worker || worker.ended) {
        if (worker) workers.delete(worker);
        worker = await start();
        workers.add(worker);
        if (over.signal.aborted) return;
      }
      let result: Result;
      try {
        result = await worker.run(recipe, (iter) => onIter(recipe, iter));
      } catch (error) {
        if (over.signal.aborted) return;
        onFailure(recipe, error instanceof Error ? error : new Error(String(error)));
        continue;
      }
      onResult(recipe, result);
    }
  };
  signal?.throwIfAborted();
  signal?.addEventListener("abort", stop);
  try {
    const lanes = Array.from({ length: Math.min(jobs, recipes.length) }, lane);
    await Promise.all(lanes).catch(async (error) => {
      over.abort(error);
      await endAll();
      await Promise.allSettled(lanes);
      throw error;
    });
    signal?.throwIfAborted();
  } finally {
    signal?.removeEventListener("abort", stop);
    await endAll();
  }
}
