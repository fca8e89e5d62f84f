/** Builds models and trainers of recipes. */

import type { Dataset } from "../data/dataset.ts";
import type { Model } from "../model/model.ts";
import { meanG } from "../model/g.ts";
import { ModelTrainer } from "../train/model_trainer.ts";
import {
  anneal,
  constant,
  decay,
  type LayerSchedule,
  ramp,
  type Schedule,
} from "../train/schedules.ts";
import {
  capped,
  everySecond,
  frozen,
  gradualKeep,
  perLayer,
  reversed,
  warmup,
} from "../train/shaped.ts";
import { build, type Built } from "./models.ts";
import { optimizerOf } from "./optimizer.ts";
import type { Recipe } from "./recipe.ts";

/** Makes the schedule of g; see `GRecipe`. */
function scheduleOf({ g, epochs: all }: Recipe, hidden: number | undefined) {
  if (g.kind === "constant") return constant(g.value);
  if (g.kind === "ramp" || g.kind === "falling" || g.kind === "every-second") {
    const up = ramp({ epochs: all, start: g.start, end: g.end });
    if (g.kind === "ramp") return up;
    if (g.kind === "falling") return reversed(up);
    return everySecond({ schedule: reversed(up), hidden: layered(hidden) });
  }
  const { epochs } = g;
  switch (g.kind) {
    case "anneal":
      return anneal({ epochs, start: g.start });
    case "stepped":
      return anneal({ epochs, whole: true });
    case "stopped":
      return frozen(anneal({ epochs }), { epoch: g.at });
    case "held":
      return capped(anneal({ epochs }), g.value);
    case "per-layer":
      return perLayer({ schedule: anneal({ epochs }), hidden: layered(hidden), lag: g.lag });
  }
}

function layered(hidden: number | undefined): number {
  if (hidden) return hidden;
  throw new RangeError("Cannot give each layer a g of its own: this model has one for all");
}

/** The trainer of a recipe, and the extra measures of its model. */
export interface Training extends Pick<Built, "measures"> {
  readonly trainer: ModelTrainer<Model>;
}

/** Options of {@linkcode trainingOf}. */
export interface TrainingOptions {
  /** Threads for evaluation; see `TrainerOptions`. */
  readonly threads?: 1 | 2;
  /** Folder of modules with custom layers and models. Default: the working directory. */
  readonly base?: string | URL;
}

/**
 * Builds the model and the trainer of a recipe.
 *
 * @throws {RangeError} if the recipe does not match the data
 * @throws {TypeError} if a module lacks the export that the recipe names
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
    const mean: Schedule = (progress) => meanG(g(progress));
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
      warn() {}, // a row says how a run ended
      ...(threads && { threads }),
    });
    return { trainer, ...(built.measures && { measures: built.measures }) };
  } catch (error) {
    net.dispose();
    throw error;
  }
}

/** Keeps only the first `count` training images; 0 keeps all. */
function withImages(data: Dataset, count: number): Dataset {
  const { train } = data;
  if (count === 0 || count === train.count) return data;
  if (count > train.count) {
    throw new RangeError(`Cannot train on ${count} images: ${data.name} has ${train.count}`);
  }
  const images = train.images.subarray(0, count * data.inputs);
  return { ...data, train: { ...train, images, labels: train.labels.subarray(0, count), count } };
}
