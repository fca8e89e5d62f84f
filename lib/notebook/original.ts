/**
 * The complete logs of the original's author (2015), to compare ours with: four runs on MNIST, 50
 * layers, batches of 50, each measured every 100 iterations, before that iteration's update.
 */

import adamAlone from "./original/gradnet_adam_first.csv" with { type: "text" };
import adam from "./original/gradnet_adam.csv" with { type: "text" };
import sgd from "./original/gradnet_sgd.csv" with { type: "text" };
import highway from "./original/highway_sgd.csv" with { type: "text" };

/** One evaluation of a run of 2015. What its log does not have is NaN. */
export interface OriginalPoint {
  /** Index of the iteration, from 0; the original has 1,100 per epoch. */
  readonly iter: number;
  /** Weight of the late architecture: min(iter / 11,000, 1). */
  readonly g: number;
  /** Fraction of the batch of 50 about to be trained on that was classified correctly. */
  readonly trainAccuracy: number;
  /** Fraction of the 10,000 test images classified correctly. */
  readonly testAccuracy: number;
  /** Mean of |W| over the 48 hidden weight matrices. */
  readonly weightNorm: number;
  /** Mean of |∂ cross-entropy/∂W| over the same, on one batch of 50 without dropout. */
  readonly gradientNorm: number;
}

/** The original's figures and where they come from. */
export interface Original {
  readonly source: string;
  /** All 220 evaluations of the notebook's own run. */
  readonly log: readonly OriginalPoint[];
  /** Nine of them, spread over the run, as in the README's table. */
  readonly table: readonly OriginalPoint[];
  /** These and the notebook's printout, iterations 0 to 700: few enough for a circle each. */
  readonly points: readonly OriginalPoint[];
  /** All four runs, by the names that the grid `author` has for their recipes. */
  readonly runs: {
    /** The same as {@linkcode Original.log}. */
    readonly "identity GReLU, tuned": readonly OriginalPoint[];
    /** 220 evaluations. */
    readonly "highway, SGD": readonly OriginalPoint[];
    /** 46 evaluations; the loss became NaN soon after the last. */
    readonly "identity GReLU, SGD": readonly OriginalPoint[];
    /** 18 evaluations; broken off by its author. */
    readonly "identity GReLU, Adam alone": readonly OriginalPoint[];
  };
}

const TABLE = [0, 100, 1100, 2200, 5500, 8800, 11_000, 16_500, 21_900];
const PRINTED = 700; // the last iteration of the notebook's printout

/** Reads a log: a line of names, then a line of numbers for each evaluation. */
function points(csv: string): OriginalPoint[] {
  const [names = [], ...rows] = csv.trim().split("\n").map((line) => line.split(","));
  return rows.map((row) => {
    const value = (name: string) => Number(row[names.indexOf(name)]); // of no such column: NaN
    return {
      iter: value("iter"),
      g: value("g"),
      trainAccuracy: value("train_accuracy"),
      testAccuracy: value("test_accuracy"),
      weightNorm: value("weight_norm"),
      gradientNorm: value("gradient_norm"),
    };
  });
}

const log = points(adam);

/**
 * The original GradNets notebook's figures (December 2015, log mnist_logs_1451550074), and those of
 * its author's three other runs.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { original } from "gradnets/notebook/original.ts";
 *
 * assertEquals(original.log.at(-1)!.testAccuracy, .9416);
 * assertEquals(original.log[0]!.gradientNorm, 0); // at g = 0 no data gradient reaches the weights
 * assertEquals(original.runs["identity GReLU, SGD"].at(-1)!.iter, 4500);
 * ```
 */
export const original: Original = {
  source: "TensorBoard logs of the original notebook's author, mnist_logs_1451550074 for `log`",
  log,
  table: log.filter(({ iter }) => TABLE.includes(iter)),
  points: log.filter(({ iter }) => iter <= PRINTED || TABLE.includes(iter)),
  runs: {
    "identity GReLU, tuned": log,
    "highway, SGD": points(highway),
    "identity GReLU, SGD": points(sgd),
    "identity GReLU, Adam alone": points(adamAlone),
  },
};
