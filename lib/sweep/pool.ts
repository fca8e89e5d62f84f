/** Runs recipes on several workers at once; failures stay isolated. */

import type { Recipe } from "./recipe.ts";
import type { Result } from "./results.ts";
import type { Worker } from "./worker.ts";

/** Options of {@linkcode runAll}. */
export interface PoolOptions {
  readonly recipes: readonly Recipe[];
  /** Workers at a time. */
  readonly jobs: number;
  /** Makes a worker. */
  readonly start: () => Promise<Worker>;
  /** Called with each result, as runs end. */
  readonly onResult: (recipe: Recipe, result: Result) => void;
  /** Called with the error of each failed run; the others continue. */
  readonly onFailure: (recipe: Recipe, error: Error) => void;
  /** Called with the iterations done of a run. */
  readonly onIter?: (recipe: Recipe, iter: number) => void;
  /** Ends everything when aborted; unfinished runs are lost. */
  readonly signal?: AbortSignal;
}

/**
 * Runs every recipe once, in order, each on the next free worker. Replaces workers that end.
 *
 * @throws {Error} if a worker cannot be started, or `onResult` or `onFailure` throws; the
 *   signal's reason if it is aborted. By then all workers have ended.
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
