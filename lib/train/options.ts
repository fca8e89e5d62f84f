/** What a trainer is told, and what it cannot be told. */

import type { Dataset } from "../data/dataset.ts";
import { type EngineFactory, LOG_EPSILON } from "../engine/engine.ts";
import type { OptimizerRecipe } from "../engine/optimizer.ts";
import type { Network } from "../model/model.ts";
import { refuseUnknown } from "../validate.ts";
import { adam } from "./adam.ts";
import { anneal, constant, decay, type LayerSchedule, type Schedule } from "./schedules.ts";

/** What a `Trainer` is made of. The defaults are the 2015 notebook's recipe. */
export interface TrainerOptions<N extends Network = Network> {
  /** The network that is trained. */
  readonly net: N;
  /** What it is trained and measured on. */
  readonly data: Dataset;
  /** What computes. */
  readonly engine: EngineFactory<N>;
  /** Images in a batch. Default 50. */
  readonly batchSize?: number;
  /** Seed of the order of the batches and of dropout. Default 1. */
  readonly seed?: number;
  /**
   * Share of the late architecture, of all hidden layers or of each: a number, or a schedule.
   * Default g = min(epoch/10, 1).
   */
  readonly g?: number | Schedule | LayerSchedule;
  /** A number, or a schedule. Default 1e-3 · 0.8^((10 + iter)/1000). */
  readonly learningRate?: number | Schedule;
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
   * Threads that evaluate, on the fused kernels; the predictions are the same. The second starts
   * with the first evaluation; what it does not finish in time the first does. Default: 2 where
   * there are as many cores and 2000 images or more, else 1. `Trainer.kernels` says if it cannot
   * run.
   */
  readonly threads?: 1 | 2;
}

/** The names of all options. */
export const optionNames: readonly (keyof TrainerOptions)[] = [
  "net",
  "data",
  "engine",
  "batchSize",
  "seed",
  "g",
  "learningRate",
  "optimizer",
  "keep",
  "l1",
  "logEpsilon",
  "every",
  "shuffleFirstEpoch",
  "threads",
];

/** What the schedules of a trainer say. */
export interface Schedules {
  readonly g: Schedule | LayerSchedule;
  readonly learningRate: Schedule;
  readonly keep: Schedule;
}

/** {@linkcode TrainerOptions} with everything in it but the number of threads. */
export type WholeOptions<N extends Network> =
  & Required<Omit<TrainerOptions<N>, "threads" | keyof Schedules>>
  & Schedules
  & Pick<TrainerOptions<N>, "threads">;

/**
 * The options with their defaults.
 *
 * @throws {RangeError} if one is unknown or cannot be, or net and data do not fit each other
 */
export function withDefaults<N extends Network>(options: TrainerOptions<N>): WholeOptions<N> {
  refuseUnknown(options, optionNames, "Cannot make a Trainer: its options");
  const { net, data, engine, batchSize = 50, seed = 1, keep = 0.95, l1 = 50, every = 100 } =
    options;
  const { g = anneal({ epochs: 10 }), learningRate = decay(), optimizer = adam() } = options;
  const { logEpsilon = LOG_EPSILON, shuffleFirstEpoch = false, threads } = options;
  if (!net || !data) refuse(true, `expected a net and data, found ${net ? "no data" : "no net"}`);
  refuse(
    net.inputs !== data.inputs,
    `the net takes ${net.inputs} values an image, but ${data.name} has ${data.inputs}`,
  );
  refuse(
    net.classes < data.classes,
    `the net tells ${net.classes} classes apart, but ${data.name} has ${data.classes}`,
  );
  for (const split of ["train", "validation", "test"] as const) {
    const wrong = data[split].labels.findIndex((label) => label >= net.classes);
    refuse(
      wrong >= 0,
      `the net tells ${net.classes} classes apart, but ${split} image ${wrong} of ${data.name} ` +
        `has the label ${data[split].labels[wrong]}`,
    );
  }
  refuse(!isNotNegative(l1), `l1 must be a number from 0 up, but is ${l1}`);
  refuse(!isNotNegative(logEpsilon), `logEpsilon must be a number from 0 up, but is ${logEpsilon}`);
  refuse(
    !(Number.isInteger(every) && every > 0),
    `every must be a whole number from 1 up, but is ${every}`,
  );
  refuse(![undefined, 1, 2].includes(threads), `threads must be 1 or 2, but is ${threads}`);
  refuse(
    typeof optimizer?.make !== "function",
    `optimizer must be one such as adam() or sgd(), but is ${JSON.stringify(optimizer)}`,
  );
  refuse(typeof engine !== "function", "engine must be a function that makes one");
  return {
    net,
    data,
    engine,
    batchSize,
    seed,
    l1,
    every,
    optimizer,
    logEpsilon,
    shuffleFirstEpoch,
    ...(threads && { threads }),
    g: scheduleOf("g", g, isG, G_RANGE),
    learningRate: scheduleOf("learningRate", learningRate, isRate, RATE_RANGE),
    keep: scheduleOf("keep", keep, isKeep, KEEP_RANGE),
  };
}

/** A number stands for the schedule that always gives it. */
function scheduleOf<S extends Schedule | LayerSchedule>(
  name: string,
  given: number | S,
  isRight: (value: unknown) => boolean,
  expected: string,
): S | Schedule {
  if (typeof given === "function") return given;
  const found = typeof given === "number" ? given : JSON.stringify(given); // JSON has no NaN
  refuse(!isRight(given), `${name} must be a schedule or ${expected}, but is ${found}`);
  return constant(given);
}

/** What {@linkcode isG} asks, for people. */
export const G_RANGE = "a number from 0 to 1";

/** Whether g can be that. */
export const isG = (g: unknown): boolean => isNumber(g) && g >= 0 && g <= 1;

/** What {@linkcode isRate} asks, for people. */
export const RATE_RANGE = "a number above 0";

/** Whether a learning rate can be that. */
export const isRate = (rate: unknown): boolean => isNumber(rate) && rate > 0 && rate < Infinity;

/** What {@linkcode isKeep} asks, for people. */
export const KEEP_RANGE = "a number above 0 and at most 1";

/** Whether dropout can keep that share of the units. */
export const isKeep = (keep: unknown): boolean => isNumber(keep) && keep > 0 && keep <= 1;

const isNotNegative = (value: unknown): boolean =>
  isNumber(value) && value >= 0 && value < Infinity;

const isNumber = (value: unknown): value is number => typeof value === "number";

function refuse(wrong: boolean, why: string): void {
  if (wrong) throw new RangeError(`Cannot make a Trainer: ${why}`);
}
