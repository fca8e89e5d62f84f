/** Defines what the bench measures in TypeScript. */

/** A variant in TypeScript; these calls are timed. */
export interface Subject {
  /** Does one training step and returns its loss and both norms. */
  step(): { loss: number; weightNorm: number; gradientNorm: number };
  /** Returns the test accuracy. */
  evaluate(): number;
  /** Returns the fraction of units that its own dropout keeps. */
  kept(): number;
  /** Measures and logs as the walkthrough does every 100 iterations. */
  measure?(): void;
  dispose(): void;
}
