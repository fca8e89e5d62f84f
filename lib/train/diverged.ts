/** The error of a training whose loss is not finite any more. */

import type { Progress } from "../engine/progress.ts";

/** Where and why a training {@linkcode Diverged}. */
export interface DivergedAt extends Progress {
  /** The loss: NaN or ±Infinity. */
  readonly loss: number;
  /** Share of the late architecture; the mean over the hidden layers. */
  readonly g: number;
  /** Learning rate of that iteration. */
  readonly learningRate: number;
  /** The cause, in plain words. */
  readonly why: string;
}

/**
 * Thrown by a step or a measurement whose loss is not finite; the parameters are as before it.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Diverged, drawnDataset, GradNet, startBackend, Trainer } from "gradnets";
 *
 * await startBackend();
 * const net = new GradNet({ depth: 5, width: 16 });
 * const data = drawnDataset({ train: 200, validation: 10, test: 100 });
 * const trainer = new Trainer({ net, data, learningRate: 1e30, l1: 0 });
 * try {
 *   for (;;) trainer.step();
 * } catch (error) {
 *   assert(error instanceof Diverged && error.iter > 0 && error.learningRate === 1e30);
 * }
 * trainer.dispose();
 * net.dispose();
 * ```
 */
export class Diverged extends Error implements DivergedAt {
  /** Name of the error. */
  override readonly name = "Diverged";
  readonly iter: number;
  readonly epoch: number;
  readonly loss: number;
  /** Share of the late architecture; the mean over the hidden layers. */
  readonly g: number;
  /** Learning rate of that iteration. */
  readonly learningRate: number;
  readonly why: string;

  /** Makes the message from the fields. */
  constructor({ iter, epoch, loss, g, learningRate, why }: DivergedAt) {
    const what =
      `the loss became ${loss} at iteration ${iter} (g ${g}, learning rate ${learningRate})`;
    super(`Training stopped: ${what}. The parameters are as before that step. ${why}`);
    this.iter = iter;
    this.epoch = epoch;
    this.loss = loss;
    this.g = g;
    this.learningRate = learningRate;
    this.why = why;
  }

  /** The message without the state of the parameters, for rows of results. */
  get reason(): string {
    const { loss, iter, g, learningRate, why } = this;
    return `the loss became ${loss} at iteration ${iter} (g ${g}, learning rate ${learningRate}). ${why}`;
  }
}
