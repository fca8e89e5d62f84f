/** Progress of a training. */

/** Progress of a training at the start of an iteration. */
export interface Progress {
  /** Index of the iteration, from 0. */
  readonly iter: number;
  /** Fractional epoch: iter / iterations per epoch. */
  readonly epoch: number;
}
