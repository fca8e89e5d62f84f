/** What the bench measures in TypeScript. */

/** What a variant in TypeScript must be able to do; the clock stands here. */
export interface Subject {
  /** One training step: its loss and both norms, as numbers. */
  step(): { loss: number; weightNorm: number; gradientNorm: number };
  /** Share of the test images classified right. */
  evaluate(): number;
  /** Share of units that its own dropout keeps. */
  kept(): number;
  /** An iteration of the walkthrough's measurement and its log. */
  measure?(): void;
  dispose(): void;
}
