/** The trainer of any model of TensorFlow.js, which chooses the engine. */

import { chooseEngine, type KernelChoice } from "../engine/choose.ts";
import type { GradNet } from "../model/gradnet.ts";
import type { Model } from "../model/model.ts";
import { refuseUnknown, shown } from "../validate.ts";
import { optionNames } from "./options.ts";
import { Trainer, type TrainerOptions } from "./trainer.ts";

const NAMES = [...optionNames.filter((name) => name !== "engine"), "kernels"];

/** Options of {@linkcode ModelTrainer}. The defaults are the 2015 notebook's recipe. */
export interface ModelTrainerOptions<M extends Model = GradNet>
  extends Omit<TrainerOptions<M>, "engine"> {
  /**
   * "fused": SIMD kernels for the net's sizes, some seven times faster, or the reference where they
   * cannot run. "reference": the readable form of `layers.ts`. They agree up to rounding. Default
   * "fused"; `Trainer.kernels` tells which is used.
   */
  readonly kernels?: KernelChoice;
}

/**
 * Trains a {@linkcode GradNet}, or any other {@linkcode Model}, on `data.train`, to minimize
 * cross-entropy + l1 · weight norm, by default with Adam.
 *
 * Same seed, same numbers, however often it is stopped on the way.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { type Dataset, GradNet, startBackend, Trainer } from "gradnets";
 *
 * await startBackend();
 * const split = { images: new Uint8Array(20 * 4).fill(128), labels: new Uint8Array(20), count: 20 };
 * const data: Dataset = { name: "grey", source: "here", height: 2, width: 2, inputs: 4, classes: 2,
 *   train: split, validation: split, test: split };
 * const net = new GradNet({ inputs: 4, width: 8, depth: 5, classes: 2 });
 * const trainer = new Trainer({ net, data, batchSize: 10 });
 * const first = trainer.step(); // one batch
 * assertEquals([first.iter, first.g], [0, 0]);
 * for await (const point of trainer.run({ epochs: 50 })) assert(point.loss > 0);
 * assertEquals(trainer.evaluate().accuracy, 1);
 * trainer.dispose();
 * net.dispose();
 * ```
 */
export class ModelTrainer<M extends Model = GradNet> extends Trainer<M> {
  /**
   * Checks the options and chooses the engine.
   *
   * @throws {RangeError} if an option is unknown or invalid, or net and data do not match
   */
  constructor({ kernels = "fused", ...options }: ModelTrainerOptions<M>) {
    refuseUnknown(options, NAMES, "Cannot make a Trainer: TrainerOptions");
    if (kernels !== "fused" && kernels !== "reference") {
      throw new RangeError(
        `Cannot make a Trainer: kernels must be "fused" or "reference", but is ${shown(kernels)}`,
      );
    }
    super({ ...options, engine: (options) => chooseEngine(kernels, options) });
  }
}
