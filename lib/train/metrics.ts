/** Metrics of a training, as plain numbers. */

/** Metrics of a training step: one batch and one update. */
export type Step = {
  /** Index of the iteration, from 0. */
  readonly iter: number;
  /** Fractional epoch at its start: iter / iterations per epoch. */
  readonly epoch: number;
  /** Share of the late architecture, in [0, 1]; the mean over the hidden layers. */
  readonly g: number;
  readonly learningRate: number;
  /** Fraction of units that dropout keeps in the step. */
  readonly keep: number;
  /** Loss of the step: cross-entropy + l1 · weight norm, with dropout. */
  readonly loss: number;
  /** −Σ y·log(p + ε), summed over the batch, with dropout. */
  readonly crossEntropy: number;
  /** Mean of |W| over the hidden weight matrices, before the update. */
  readonly weightNorm: number;
  /** Mean of |∂ cross-entropy/∂W| over the hidden weight matrices, with dropout. */
  readonly gradientNorm: number;
};

/**
 * The original's measurement, every 100 iterations and before that iteration's update. All without
 * dropout, on the next batch; `testAccuracy` on the whole test set.
 */
export type Point = Step & {
  /** Accuracy on the batch. */
  readonly trainAccuracy: number;
  /** Accuracy on the test set. */
  readonly testAccuracy: number;
};
