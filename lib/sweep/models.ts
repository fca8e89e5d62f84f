/** Builders of the models that recipes can name. */

import { pathToFileURL } from "node:url";
import { at } from "../at.ts";
import * as tf from "../tf.ts";
import { splitImages } from "../data/batches.ts";
import { placeOnCanvas } from "../data/canvas.ts";
import type { Dataset } from "../data/dataset.ts";
import { GlimpseNet } from "../model/glimpse_net.ts";
import { GradNet } from "../model/gradnet.ts";
import type { Layer } from "../model/layers.ts";
import type { Model } from "../model/model.ts";
import { NormedNet } from "../model/normed_net.ts";
import { classifyInBatches } from "../model/own_statistics.ts";
import { Random } from "../random.ts";
import { accuracy } from "../train/accuracy.ts";
import { loadOwn } from "./own.ts";
import type { ModelRecipe, Recipe } from "./recipe.ts";

/** A model, its data, and extra measures for the end of a run, by name. */
export interface Built {
  readonly net: Model;
  readonly data: Dataset;
  readonly measures?: (g: number) => Readonly<Record<string, number>>;
}

/** Builds a custom model: the type of the export that "own" recipes name. */
export type BuildModel = (recipe: Recipe, data: Dataset) => Model | Promise<Model>;

type Builder<K extends ModelRecipe["kind"]> = (
  recipe: Recipe & { readonly model: Extract<ModelRecipe, { readonly kind: K }> },
  data: Dataset,
  base: string | URL,
) => Built | Promise<Built>;

const builders: { readonly [K in ModelRecipe["kind"]]: Builder<K> } = {
  async gradnet(recipe, data, base) {
    const { depth, width, seed, stddev, bias, hiddenInit, carryBias, layer: name } = recipe;
    const { inputs, classes } = data;
    const layer = name.includes("#") ? await loadOwn<Layer>(name, base, "object") : name;
    const net = new GradNet({
      inputs,
      width,
      depth,
      classes,
      layer: layer as Layer,
      seed,
      stddev,
      bias,
      carryBias,
      ...(hiddenInit && { hiddenInit }),
    });
    return { net, data };
  },
  "batch-norm"({ depth, width, seed, stddev }, data) {
    const { inputs, classes } = data;
    const net = new NormedNet({ inputs, width, hidden: depth - 1, classes, seed, stddev });
    return { net, data, measures: (g) => ownStatistics(net, data, seed, g) };
  },
  attention({ model: { canvas }, width, seed }, data) {
    const placed = placeOnCanvas(data, { canvas, seed });
    const net = new GlimpseNet({ canvas, width, classes: data.classes, seed });
    const offset = () => ({ distance: meanDistance(net, placed, (data.height - 1) / 2) });
    return { net, data: placed, measures: offset };
  },
  async own(recipe, data, base) {
    const make = await loadOwn<BuildModel>(recipe.model.from, base, "function");
    return { net: await make(recipe, data), data };
  },
};

/**
 * Builds the model of a recipe.
 *
 * @param base folder of modules with custom layers and models. Default: the working directory
 * @throws {RangeError} if the recipe does not match the data
 */
export async function build(
  recipe: Recipe,
  data: Dataset,
  base: string | URL = pathToFileURL(`${Deno.cwd()}/`),
): Promise<Built> {
  const builder = builders[recipe.model.kind] as Builder<ModelRecipe["kind"]>;
  return await builder(recipe as Parameters<typeof builder>[0], data, base);
}

const IMAGES = 2000, BATCH = 50;
const SHUFFLE = 0x5000_0000; // random stream of the test batches

/**
 * Measures on the first 2,000 test images: accuracy with the statistics of batches of 50, and of each
 * image alone, and the fraction whose class changes in another batch.
 */
function ownStatistics(net: NormedNet, { test }: Dataset, seed: number, g: number) {
  const order = Uint32Array.from({ length: Math.min(IMAGES, test.count) }, (_, i) => i);
  const others = new Random(seed, SHUFFLE).shuffle(order.slice());
  const inFile = classifyInBatches(net, test, { g, batchSize: BATCH, order });
  const shuffled = classifyInBatches(net, test, { g, batchSize: BATCH, order: others });
  const alone = classifyInBatches(net, test, { g, batchSize: 1, order });
  const changed = shuffled.filter((label, i) => label !== inFile[at(others, i)]).length;
  const labels = test.labels.subarray(0, order.length);
  return {
    batchOf50: accuracy(inFile, labels),
    alone: accuracy(alone, labels),
    changed: changed / order.length,
  };
}

/** Mean distance of window and digit centres in pixels, over 500 test canvases. */
function meanDistance(
  net: GlimpseNet,
  { test, corners }: ReturnType<typeof placeOnCanvas>,
  middle: number,
): number {
  const count = Math.min(500, test.count);
  const centres = tf.tidy(() =>
    net.centres(tf.tensor2d(splitImages(test, 0, count), [count, net.inputs]))
      .dataSync<"float32">()
  );
  const off = (i: number) => at(centres, i) - at(corners, i) - middle;
  const distances = Array.from(
    { length: count },
    (_, n) => Math.hypot(off(2 * n), off(2 * n + 1)),
  );
  return distances.reduce((sum, distance) => sum + distance, 0) / count;
}
