/** Runs our Trainer with fused or reference kernels. */

import { join } from "node:path";
import {
  type Dataset,
  decay,
  GradNet,
  SummaryWriter,
  Trainer,
  type TrainerOptions,
} from "gradnets";
import { netOptions } from "./recipe.ts";
import type { Setup } from "./setup.ts";
import type { Subject } from "./subject.ts";

/** @throws {Error} if the Trainer does not have these kernels */
export class Ours implements Subject {
  readonly #net: GradNet;
  readonly #trainer: Trainer;
  #log: SummaryWriter | undefined;
  readonly #data: Dataset;

  constructor(setup: Setup, data: Dataset, kernels: string, check: boolean, threads: 1 | 2 = 1) {
    const { seed, keep, l1, batch, tau, checkFrom } = setup;
    const { rate, factor, globalStep, decaySteps } = setup;
    const offset = check ? checkFrom : 0;
    const perEpoch = Math.floor(data.train.count / batch);
    const learningRate = decay({
      rate,
      factor,
      steps: decaySteps,
      globalStep: globalStep + offset,
    });
    this.#data = data;
    this.#net = new GradNet(netOptions(setup));
    this.#trainer = makeTrainer({
      net: this.#net,
      data,
      batchSize: batch,
      seed,
      keep,
      l1,
      learningRate,
      g: ({ iter }) => Math.min((iter + offset) / perEpoch / tau, 1),
      shuffleFirstEpoch: !check,
      kernels: kernels as "fused" | "reference",
      threads,
    });
  }

  step() {
    return this.#trainer.step();
  }

  evaluate(): number {
    return this.#trainer.evaluate().accuracy;
  }

  /** Returns the exact rate: the check's masks, given to the others, are this Trainer's own. */
  kept(): number {
    return this.#trainer.keep;
  }

  measure(): void {
    this.#log ??= SummaryWriter.create(join(this.#data.source, "log"));
    this.#log.add(this.#trainer.measure());
  }

  dispose(): void {
    this.#log?.close();
    this.#trainer.dispose();
    this.#net.dispose();
  }
}

/** Makes a Trainer with exactly the kernels asked for, refusing a fallback. */
export function makeTrainer(options: TrainerOptions & { kernels: "fused" | "reference" }): Trainer {
  const trainer = new Trainer(options);
  const { kernels } = trainer; // their name, followed by a description
  if (!kernels.startsWith(options.kernels)) {
    trainer.dispose();
    throw new Error(`asked for ${options.kernels} kernels, the trainer runs on ${kernels}`);
  }
  return trainer;
}
