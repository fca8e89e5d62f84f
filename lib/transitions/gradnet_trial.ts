/** Trials that a GradNet and its trainer can do as they are: dropout, depth, the optimizer. */

import type { Dataset } from "../data/dataset.ts";
import { GradNet, type GradNetOptions } from "../model/gradnet.ts";
import { accuracy } from "../engine/evaluate.ts";
import { Trainer, type TrainerOptions } from "../train/trainer.ts";
import type { Runner } from "./trial.ts";

/** What a {@linkcode GradNetTrial} is made of. */
export interface GradNetTrialOptions {
  readonly data: Dataset;
  /** Of weights, batches and dropout. */
  readonly seed: number;
  readonly net: Omit<GradNetOptions, "seed" | "inputs" | "classes">;
  readonly training: Omit<TrainerOptions, "net" | "data" | "seed" | "threads">;
}

/** A `Trainer`, as a trial wants it. */
export class GradNetTrial implements Runner {
  readonly trainer: Trainer;

  constructor({ data, seed, net: size, training }: GradNetTrialOptions) {
    const { inputs, classes } = data;
    const net = new GradNet({ ...size, inputs, classes, seed });
    this.trainer = new Trainer({ ...training, net, data, seed, threads: 1 });
  }

  get parameters(): number {
    return this.trainer.net.parameterCount;
  }

  get g(): number {
    return this.trainer.schedule().g;
  }

  step(): void {
    this.trainer.step();
  }

  accuracy(most = Infinity): number {
    const { labels } = this.trainer.data.test;
    const { predictions } = this.trainer.evaluate();
    return accuracy(predictions.subarray(0, most), labels.subarray(0, most));
  }

  /** None but the accuracy. */
  measures(): Record<string, number> {
    return {};
  }

  dispose(): void {
    this.trainer.dispose();
    this.trainer.net.dispose();
  }
}
