/** What is measured while a GradNet trains, as plain numbers. */

/** One training step: one batch seen and one update made. */
export type Step = {
  /** Index of the iteration, from 0. */
  readonly iter: number;
  /** Fractional epoch at its start: iter / iterations per epoch. */
  readonly epoch: number;
  /** Share of the late architecture, in [0, 1]; the mean where each layer has one of its own. */
  readonly g: number;
  readonly learningRate: number;
  /** What the step descended: cross-entropy + l1 · weight norm, with dropout on. */
  readonly loss: number;
  /** −Σ y·log(p + ε), summed over the batch, with dropout on. */
  readonly crossEntropy: number;
  /** Mean of |W| over the hidden weight matrices, before the update. */
  readonly weightNorm: number;
  /** Mean of |∂ cross-entropy/∂W| over the hidden weight matrices, with dropout on. */
  readonly gradientNorm: number;
};

/**
 * The original's measurement, every 100 iterations and before that iteration's update. All of it
 * is without dropout: the first four on the batch that is about to be trained on, the last on the
 * whole test set.
 */
export type Point = Step & {
  /** Share of the batch that is classified right. */
  readonly trainAccuracy: number;
  /** Share of the test set that is classified right. */
  readonly testAccuracy: number;
};
