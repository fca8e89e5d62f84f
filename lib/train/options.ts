/** What a trainer is told, and what it cannot be told. */

import type { Dataset } from "../data/dataset.ts";
import type { GradNet } from "../model/gradnet.ts";
import { adam } from "./adam.ts";
import type { KernelChoice } from "../engine/engine.ts";
import { LOG_EPSILON } from "../engine/objective.ts";
import type { OptimizerRecipe } from "../engine/optimizer.ts";
import { anneal, constant, decay, type LayerSchedule, type Schedule } from "./schedules.ts";

/** What a `Trainer` is made of. The defaults are the 2015 notebook's recipe. */
export interface TrainerOptions {
  readonly net: GradNet;
  readonly data: Dataset;
  /** Images in a batch. Default 50. */
  readonly batchSize?: number;
  /** Seed of the order of the batches and of dropout. Default 1. */
  readonly seed?: number;
  /**
   * Share of the late architecture, of all hidden layers or of each. Default g = min(epoch/10, 1).
   */
  readonly g?: Schedule | LayerSchedule;
  /** Default 1e-3 · 0.8^((10 + iter)/1000). */
  readonly learningRate?: Schedule;
  /** What makes steps of gradients. Default {@linkcode adam}. */
  readonly optimizer?: OptimizerRecipe;
  /**
   * Share of units that dropout keeps, after the first layer and each hidden one: a number, or a
   * schedule such as `gradualKeep`. Default 0.95.
   */
  readonly keep?: number | Schedule;
  /** Weight of the norm penalty in the loss. Default 50. */
  readonly l1?: number;
  /** ε in the loss −Σ y·log(p + ε). Default 1e-9; 0 shows what it is for. */
  readonly logEpsilon?: number;
  /** Iterations from one measurement to the next in `Trainer.run`. Default 100. */
  readonly every?: number;
  /** Default false: the first epoch is in the file's order, as the original's was. */
  readonly shuffleFirstEpoch?: boolean;
  /**
   * "fused": SIMD kernels made for the net's sizes, some seven times faster, or, with a warning, the
   * reference where they cannot run. "reference": the readable form, as `layers.ts` shows it. The
   * two agree but for rounding. Default "fused"; `Trainer.kernels` says which it is.
   */
  readonly kernels?: KernelChoice;
  /**
   * Threads that evaluate, on the fused kernels; the predictions are the same. The second starts
   * with the first evaluation; what it does not finish in time the first does. Default: 2 where
   * there are as many cores and 2000 test images or more, else 1. `Trainer.kernels` says if it
   * cannot run.
   */
  readonly threads?: 1 | 2;
}

/** {@linkcode TrainerOptions} with everything in it but the number of threads. */
export type Complete =
  & Required<Omit<TrainerOptions, "threads" | "keep">>
  & { readonly threads?: 1 | 2; readonly keep: Schedule };

/**
 * The options with their defaults.
 *
 * @throws {RangeError} if one cannot be, or net and data do not fit each other
 */
export function complete(options: TrainerOptions): Complete {
  const { net, data, batchSize = 50, seed = 1, keep = 0.95, l1 = 50, every = 100 } = options;
  const { g = anneal({ epochs: 10 }), learningRate = decay(), optimizer = adam() } = options;
  const { logEpsilon = LOG_EPSILON, shuffleFirstEpoch = false, kernels = "fused" } = options;
  const { threads } = options;
  refuse(
    net.inputs !== data.inputs,
    `the net takes ${net.inputs} values an image, but ${data.name} has ${data.inputs}`,
  );
  refuse(
    net.classes < data.classes,
    `the net tells ${net.classes} classes apart, but ${data.name} has ${data.classes}`,
  );
  if (typeof keep === "number") refuse(!isKeep(keep), `keep must be ${KEEP}, but is ${keep}`);
  refuse(!(l1 >= 0 && l1 < Infinity), `l1 must be 0 or more, but is ${l1}`);
  refuse(
    !(logEpsilon >= 0 && logEpsilon < Infinity),
    `logEpsilon must be 0 or more, but is ${logEpsilon}`,
  );
  refuse(
    !(Number.isInteger(every) && every > 0),
    `every must be a whole number from 1 up, but is ${every}`,
  );
  refuse(
    !["fused", "reference"].includes(kernels),
    `kernels must be "fused" or "reference", but is "${kernels}"`,
  );
  refuse(![undefined, 1, 2].includes(threads), `threads must be 1 or 2, but is ${threads}`);
  return {
    ...{ net, data, batchSize, seed, l1, every, g, learningRate, optimizer },
    ...{ logEpsilon, shuffleFirstEpoch, kernels, ...(threads && { threads }) },
    keep: typeof keep === "number" ? constant(keep) : keep,
  };
}

/** What {@linkcode isKeep} asks, for people. */
export const KEEP = "above 0 and at most 1";

/** Whether dropout can keep that share of the units. */
export function isKeep(keep: number): boolean {
  return keep > 0 && keep <= 1;
}

function refuse(wrong: boolean, why: string): void {
  if (wrong) throw new RangeError(`Cannot make a Trainer: ${why}`);
}
