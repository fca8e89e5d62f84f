/** Recipes as trainers. */

import type { Dataset } from "../data/dataset.ts";
import type { Model } from "../model/model.ts";
import { meanOf } from "../model/share.ts";
import { ModelTrainer } from "../train/model_trainer.ts";
import {
  anneal,
  constant,
  decay,
  type LayerSchedule,
  ramp,
  type Schedule,
} from "../train/schedules.ts";
import { gradualKeep, held, perLayer, reversed, stopped, warmup } from "../train/shaped.ts";
import { build, type Built } from "./models.ts";
import { optimizerOf } from "./optimizer.ts";
import type { Recipe } from "./recipe.ts";

/** g, each kind as its type says. */
function scheduleOf({ g, epochs: all }: Recipe, hidden: number | undefined) {
  if (g.kind === "constant") return constant(g.value);
  if (g.kind === "ramp" || g.kind === "falling") {
    const up = ramp({ epochs: all, start: g.start, end: g.end });
    return g.kind === "ramp" ? up : reversed(up);
  }
  const { epochs } = g;
  switch (g.kind) {
    case "anneal":
      return anneal({ epochs, start: g.start });
    case "stopped":
      return stopped(anneal({ epochs }), { epoch: g.at });
    case "held":
      return held(anneal({ epochs }), g.value);
    case "per-layer":
      if (hidden) return perLayer({ schedule: anneal({ epochs }), hidden, lag: g.lag });
      throw new RangeError("Cannot give each layer a g of its own: this model has one for all");
  }
}

/** A trainer of a recipe, and what is measured of its model at the end. */
export interface Training extends Pick<Built, "measures"> {
  readonly trainer: ModelTrainer<Model>;
}

/** How {@linkcode trainingOf} builds. */
export interface TrainingOptions {
  /** Threads that evaluate; see `TrainerOptions`. */
  readonly threads?: 1 | 2;
  /** Where modules of one's own layers and models are looked for. Default: the working directory. */
  readonly base?: string | URL;
}

/**
 * The model and the trainer that a recipe says, for `data`.
 *
 * @throws {RangeError} if the recipe does not fit the data
 * @throws {TypeError} if a module of one's own has not what the recipe names
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { drawnDataset, recipeOf, startBackend } from "gradnets";
 * import { trainingOf } from "gradnets/sweep/build.ts";
 *
 * await startBackend();
 * const recipe = recipeOf({ model: "batch-norm", depth: 4, g: { kind: "constant", value: 0 } });
 * const { trainer } = await trainingOf(recipe, drawnDataset({ train: 100, test: 20 }));
 * assertEquals(trainer.step().g, 0);
 * trainer.dispose();
 * trainer.net.dispose();
 * ```
 */
export async function trainingOf(
  recipe: Recipe,
  data: Dataset,
  { threads, base }: TrainingOptions = {},
): Promise<Training> {
  const { batchSize, seed, l1, every, logEpsilon, keep } = recipe;
  const { warmup: iterations, ...rate } = recipe.learningRate;
  const built = await build(recipe, withImages(data, recipe.images), base);
  const { net } = built;
  try {
    const g: Schedule | LayerSchedule = scheduleOf(recipe, net.hidden);
    const mean: Schedule = (at) => meanOf(g(at));
    const trainer = new ModelTrainer({
      net,
      data: built.data,
      batchSize,
      seed,
      l1,
      every,
      logEpsilon,
      g,
      keep: typeof keep === "number" ? keep : gradualKeep({ rate: keep.rate, g: mean }),
      learningRate: warmup(decay(rate), { iterations }),
      optimizer: optimizerOf(recipe, mean),
      ...(threads && { threads }),
    });
    return { trainer, ...(built.measures && { measures: built.measures }) };
  } catch (error) {
    net.dispose();
    throw error;
  }
}

/** The same data with so many images to train on, the first ones; 0: all. */
function withImages(data: Dataset, count: number): Dataset {
  const { train } = data;
  if (count === 0 || count === train.count) return data;
  if (count > train.count) {
    throw new RangeError(`Cannot train on ${count} images: ${data.name} has ${train.count}`);
  }
  const images = train.images.subarray(0, count * data.inputs);
  return { ...data, train: { ...train, images, labels: train.labels.subarray(0, count), count } };
}
