/** Makes the trainer of `deno task train`, and says what it does. */

import type { Dataset } from "../data/dataset.ts";
import type { Backend } from "../model/backend.ts";
import { GradNet } from "../model/gradnet.ts";
import { formatG } from "../train/lines.ts";
import { ModelTrainer } from "../train/model_trainer.ts";
import { anneal } from "../train/schedules.ts";
import type { TrainOptions } from "./options.ts";
import { clock } from "../train/clock.ts";

/**
 * Makes the trainer.
 *
 * @throws {RangeError} if an option does not fit the data
 */
export function makeTrainer(options: TrainOptions, data: Dataset): ModelTrainer {
  const { layer, depth, width, epochs, tau, batch, seed, kernels } = options;
  const { count } = data.train;
  if (batch > count) {
    throw new RangeError(
      `--batch ${batch} is impossible: ${data.name} has ${count} images to train on. ` +
        `Allowed is a whole number from 1 to ${count}.`,
    );
  }
  const perEpoch = Math.floor(count / batch);
  if (epochs * perEpoch < 0.5) {
    throw new RangeError(
      `--epochs ${epochs} is impossible: it is less than one batch. An epoch has ${perEpoch}; ` +
        `allowed is ${formatG(1 / perEpoch)} or more.`,
    );
  }
  const { inputs, classes } = data;
  const net = new GradNet({ inputs, width, depth, classes, layer, seed });
  return new ModelTrainer({
    net,
    data,
    batchSize: batch,
    seed,
    kernels,
    g: anneal({ epochs: tau }),
    warn() {}, // printed above the bar
  });
}

/** Prints what is going to be trained, with two lines of the original's. */
export function announce(options: TrainOptions, trainer: ModelTrainer, total: number): void {
  const { net, data, iterationsPerEpoch } = trainer;
  const parameters = net.parameterCount.toLocaleString("en");
  console.log(
    `${net.layer}, ${net.depth} layers of ${net.width}: ${parameters} parameters, ` +
      `seed ${options.seed}, kernels ${trainer.kernels}, on ${data.name} (${data.source})`,
  );
  // the original's two lines
  console.log(
    `Running ${options.epochs} epochs with mini batch size of ${options.batch}\n` +
      `With ${iterationsPerEpoch} iterations per epoch for a total of ${total} iterations`,
  );
}

/** The line of results. */
export function summary(
  options: TrainOptions,
  trainer: ModelTrainer,
  { versions }: Backend,
  elapsed: number,
): string {
  const { net, data, iter } = trainer;
  const { accuracy } = trainer.evaluate();
  return `final test accuracy ${formatG(accuracy)} after ${iter} iterations: ${data.name}, ` +
    `${net.layer} ${net.depth}x${net.width}, seed ${options.seed}, ` +
    `${clock(elapsed / 1000)} (${(elapsed / iter).toFixed(2)} ms/step, measurements included), ` +
    `Deno ${versions.deno}, TensorFlow.js ${versions.tfjs}, WASM backend ${versions.wasm}`;
}
