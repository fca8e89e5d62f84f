/** Options of trainers, with defaults and checks. */

import type { Dataset } from "../data/dataset.ts";
import { type EngineFactory, LOG_EPSILON } from "../engine/engine.ts";
import type { OptimizerRecipe } from "../engine/optimizer.ts";
import type { G } from "../model/g.ts";
import type { Network } from "../model/model.ts";
import {
  callable,
  flag,
  integer,
  isObject,
  nonNegative,
  refuseUnknown,
  shown,
} from "../validate.ts";
import { adam } from "./adam.ts";
import { limit, type Manual } from "./manual.ts";
import { anneal, constant, decay, type LayerSchedule, type Schedule } from "./schedules.ts";
import {
  G_RANGE,
  isG,
  isKeep,
  isRate,
  KEEP_RANGE,
  RATE_RANGE,
  type Schedules,
} from "./scheduled.ts";

/** Options of `Trainer`. The defaults are the 2015 notebook's recipe. */
export interface TrainerOptions<N extends Network = Network> {
  /** Network to train. */
  readonly net: N;
  /** Data to train and evaluate on. */
  readonly data: Dataset;
  /** Makes the engine that computes. */
  readonly engine: EngineFactory<N>;
  /** Images per batch. Default 50. */
  readonly batchSize?: number;
  /** Seed of the order of the batches and of dropout. Default 1. */
  readonly seed?: number;
  /**
   * Share of the late architecture: a number, a schedule, or a schedule for each hidden layer.
   * Default g = min(epoch/10, 1).
   */
  readonly g?: number | Schedule | LayerSchedule | Manual<G>;
  /** Learning rate: a number or a schedule. Default 1e-3 · 0.8^((10 + iter)/1000). */
  readonly learningRate?: number | Schedule;
  /** Optimizer. Default {@linkcode adam}. */
  readonly optimizer?: OptimizerRecipe;
  /**
   * Fraction of units that dropout keeps, after the first layer and each hidden one: a number or a
   * schedule, such as `gradualKeep`. Default 0.95.
   */
  readonly keep?: number | Schedule;
  /** Weight of the norm penalty in the loss. Default 50. */
  readonly l1?: number;
  /** ε in the loss −Σ y·log(p + ε). Default 1e-9. */
  readonly logEpsilon?: number;
  /** Iterations from one measurement to the next in `Trainer.run`. Default 100. */
  readonly every?: number;
  /** Shuffle the first epoch too. Default false: file order, as in the original. */
  readonly shuffleFirstEpoch?: boolean;
  /**
   * Threads for evaluation, on the fused kernels; the predictions are the same. The second starts at
   * the first evaluation, and the first takes over what it does not finish in time. Default: 2 with
   * two cores and 2000 images or more, else 1. `Trainer.kernels` tells if it cannot run.
   */
  readonly threads?: 1 | 2;
  /**
   * Is told of a training that goes wrong, at measurements and once for each kind of trouble; see
   * `Trainer.warnings`. Default: `console.warn`.
   */
  readonly warn?: (text: string) => void;
}

/** Names of all options. */
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
  "warn",
];

/** {@linkcode TrainerOptions} with defaults filled in, except the number of threads. */
export type WholeOptions<N extends Network> =
  & Required<Omit<TrainerOptions<N>, "threads" | keyof Schedules>>
  & Schedules
  & Pick<TrainerOptions<N>, "threads">;

/** The same without what makes the engine. */
export type Settings<N extends Network = Network> = Omit<WholeOptions<N>, "engine">;

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {RangeError} if an option is unknown or invalid, or net and data do not match
 */
export function withDefaults<N extends Network>(options: TrainerOptions<N>): WholeOptions<N> {
  refuseUnknown(options, optionNames, "Cannot make a Trainer: TrainerOptions");
  const { net, data, engine, batchSize = 50, seed = 1, keep = 0.95, l1 = 50, every = 100 } =
    options;
  const { g = anneal({ epochs: 10 }), learningRate = decay(), optimizer = adam() } = options;
  const { logEpsilon = LOG_EPSILON, shuffleFirstEpoch = false, threads } = options;
  const { warn = (text) => console.warn(text) } = options;
  refuse(!isObject(net), () => `net must be a model, such as a GradNet, but is ${shown(net)}`);
  refuse(
    !isObject(data),
    () => `data must be a data set, as loadDataset() gives, but is ${shown(data)}`,
  );
  refuse(
    net.inputs !== data.inputs,
    () => `the net takes ${net.inputs} values an image, but ${data.name} has ${data.inputs}`,
  );
  refuse(
    net.classes < data.classes,
    () => `the net tells ${net.classes} classes apart, but ${data.name} has ${data.classes}`,
  );
  for (const split of ["train", "validation", "test"] as const) {
    const wrong = data[split].labels.findIndex((label) => label >= net.classes);
    refuse(
      wrong >= 0,
      () =>
        `the net tells ${net.classes} classes apart, but ${split} image ${wrong} of ${data.name} ` +
        `has the label ${data[split].labels[wrong]}`,
    );
  }
  nonNegative(l1, "Cannot make a Trainer: l1");
  nonNegative(logEpsilon, "Cannot make a Trainer: logEpsilon");
  integer(1)(every, "Cannot make a Trainer: every");
  flag(shuffleFirstEpoch, "Cannot make a Trainer: shuffleFirstEpoch");
  refuse(
    ![undefined, 1, 2].includes(threads),
    () => `threads must be 1 or 2, but is ${shown(threads)}`,
  );
  refuse(
    typeof optimizer?.make !== "function",
    () => `optimizer must be one such as adam() or sgd(), but is ${shown(optimizer)}`,
  );
  refuse(typeof engine !== "function", () => "engine must be a function that makes one");
  callable("a function that takes a text")(warn, "Cannot make a Trainer: warn");
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
    warn,
    ...(threads && { threads }),
    g: scheduleOf("g", g, isG, G_RANGE),
    learningRate: scheduleOf("learningRate", learningRate, isRate, RATE_RANGE),
    keep: scheduleOf("keep", keep, isKeep, KEEP_RANGE),
  };
}

/** Turns a number into a constant schedule. */
function scheduleOf<S extends Schedules[keyof Schedules]>(
  name: string,
  given: number | S,
  isRight: (value: unknown) => boolean,
  expected: string,
): S | Schedule {
  if (typeof given === "function") {
    limit(given, { name, isRight, expected });
    return given;
  }
  refuse(
    !isRight(given),
    () => `${name} must be a schedule or ${expected}, but is ${shown(given)}`,
  );
  return constant(given);
}

/** `why` is asked only if something is wrong: to show a data set takes seconds. */
function refuse(wrong: boolean, why: () => string): void {
  if (wrong) throw new RangeError(`Cannot make a Trainer: ${why()}`);
}
