/**
 * Measurements of the original run of 2015, to compare ours with: the notebook's own printout for
 * the first points, and its complete TensorBoard log for the rest.
 */

/** One evaluation of the original, made before that iteration's update. */
export interface OriginalPoint {
  /** Index of the iteration, from 0; the original has 1,100 per epoch. */
  readonly iter: number;
  /** Weight of the late architecture: min(iter / 11,000, 1). */
  readonly g: number;
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
  /** Iterations per epoch: 55,000 training images in batches of 50. */
  readonly iterationsPerEpoch: number;
  /** Iterations of the whole run: 20 epochs. The last evaluation is 100 before the end. */
  readonly iterations: number;
  /** Nine evaluations of the complete log, spread over the run, as in the README's table. */
  readonly log: readonly OriginalPoint[];
  /** The first eight evaluations, as the notebook printed them: iterations 0 to 700. */
  readonly printed: readonly OriginalPoint[];
  /** Both together in order, each iteration once, as the figures overlay them. */
  readonly points: readonly OriginalPoint[];
  /** Best test accuracy of the whole log, and its iteration. */
  readonly best: { readonly iter: number; readonly testAccuracy: number };
  /** The first evaluations at which the test accuracy reached .90 and .94. */
  readonly firstAt: readonly { readonly iter: number; readonly testAccuracy: number }[];
  /** Difference between two runs of the same recipe: two seeds, tried in PyTorch. */
  readonly spread: number;
}

type Row = readonly [number, number, number, number, number];

function point([iter, g, testAccuracy, weightNorm, gradientNorm]: Row): OriginalPoint {
  return { iter, g, testAccuracy, weightNorm, gradientNorm };
}

// Rounded as in the log: accuracies to four places, norms to three figures.
const log = ([
  [0, 0, .0931, .0725, 0],
  [100, .009, .5870, .0269, .00076],
  [1100, .1, .8900, .0779, .0292],
  [2200, .2, .9235, .0768, .0089],
  [5500, .5, .9303, .0703, .0531],
  [8800, .8, .9381, .0672, .0339],
  [11000, 1, .9369, .0657, .0133],
  [16500, 1, .9407, .0639, .0230],
  [21900, 1, .9416, .0631, .0579],
] satisfies Row[]).map(point);

const printed = ([
  [0, 0, .0931, .0724656, 0],
  [100, .00909091, .587, .0269349, .000760927],
  [200, .0181818, .6761, .0280573, .00303799],
  [300, .0272727, .7225, .0468031, .00763341],
  [400, .0363636, .7521, .0602556, .00669258],
  [500, .0454545, .799, .0675551, .00844835],
  [600, .0545455, .8313, .0721122, .0108451],
  [700, .0636364, .8506, .0738767, .00968969],
] satisfies Row[]).map(point);

/**
 * The original GradNets notebook's figures (December 2015, log mnist_logs_1451550074).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { original } from "gradnets/notebook/original.ts";
 *
 * assertEquals(original.points.at(-1)!.testAccuracy, .9416);
 * assertEquals(original.log[0]!.gradientNorm, 0); // at g = 0 no data gradient reaches the weights
 * ```
 */
export const original: Original = {
  source: "the original notebook's printout and TensorBoard log, mnist_logs_1451550074 (2015)",
  iterationsPerEpoch: 1100,
  iterations: 22000,
  log,
  printed,
  points: [...printed, ...log.filter((row) => row.iter > 700)],
  best: { iter: 20900, testAccuracy: .9419 },
  firstAt: [{ iter: 1300, testAccuracy: .90 }, { iter: 9200, testAccuracy: .94 }],
  spread: .005,
};
