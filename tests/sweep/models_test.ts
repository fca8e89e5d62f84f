/** Models of recipes, the transitions of lesson 07, and named blocks of grids. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "gradnets";
import { splitImages } from "gradnets/data/batches.ts";
import { placeOnCanvas } from "gradnets/data/canvas.ts";
import { GlimpseNet } from "gradnets/model/glimpse_net.ts";
import { NormedNet } from "gradnets/model/normed_net.ts";
import { classifyInBatches, probabilitiesAmong } from "gradnets/model/own_statistics.ts";
import { variantRows } from "gradnets/notebook/show_variants.ts";
import { variantsAbout } from "gradnets/notebook/variants.ts";
import { trainingOf } from "gradnets/sweep/build.ts";
import { parseGrid, readGrid } from "gradnets/sweep/grid.ts";
import { type Recipe, recipeOf } from "gradnets/sweep/recipe.ts";
import { runRecipe } from "gradnets/sweep/run.ts";
import { assertClose, tinyDataset, withoutLeak } from "../helpers/close.ts";
import { resultOf } from "../helpers/results.ts";

await startBackend();

const data = tinyDataset();
const transitions = await readGrid(
  new URL("../../notebooks/sweeps/transitions.json", import.meta.url),
);

/** The mean g of the first and of the last iteration, and of all 12 that are trained between. */
async function goes(recipe: Recipe): Promise<readonly [first: number, last: number]> {
  const { trainer } = await trainingOf({ ...recipe, images: 0, epochs: 3 }, data);
  const first = trainer.schedule().g;
  for (let step = 0; step < 12; step++) trainer.step();
  const last = trainer.schedule().g;
  trainer.dispose();
  trainer.net.dispose();
  return [first, last];
}

Deno.test("every transition of the grid trains, goes from where to where it says, and frees all", async () => {
  const { warn } = console;
  console.warn = () => {}; // of optimizers that run on the reference
  const ends: Readonly<Record<string, readonly [number, number]>> = {
    "dropout, all images: none": [0, 0],
    "dropout, all images: from the start": [1, 1],
    "dropout, all images: gradual": [0, 1],
    "dropout, 2,000 images: none": [0, 0],
    "dropout, 2,000 images: from the start": [1, 1],
    "dropout, 2,000 images: gradual": [0, 1],
    "batch norm: none": [1, 1],
    "batch norm: kept": [0, 0],
    "batch norm: gradual": [0, 1],
    "depth: from the start": [1, 1],
    "depth: all at once": [0, 1],
    "depth: shallow first": [0, 1],
    "depth: deepest first": [0, 1],
    "optimizer: sgd": [0, 0],
    "optimizer: adam": [1, 1],
    "optimizer: sgd → adam": [0, 1],
    "optimizer: adam → sgd": [0, 1],
    "attention, canvas 40: none": [0, 0],
    "attention, canvas 40: from the start": [1, 1],
    "attention, canvas 40: gradual": [0, 1],
    "attention, canvas 60: none": [0, 0],
    "attention, canvas 60: from the start": [1, 1],
    "attention, canvas 60: gradual": [0, 1],
  };
  try {
    for (const [name, expected] of Object.entries(ends)) {
      const [recipe] = transitions.named.get(name) ?? [];
      assert(recipe, `the grid has a block "${name}"`);
      await withoutLeak(async () => assertEquals(await goes(recipe), expected, name));
    }
  } finally {
    console.warn = warn;
  }
});

Deno.test("a recipe of batch norm gives its measures of the test-time problem", async () => {
  const recipe = (value: number) =>
    recipeOf({
      model: "batch-norm",
      depth: 3,
      width: 20,
      batchSize: 20,
      epochs: 3,
      every: 30,
      g: { kind: "constant", value },
    });
  const kept = await runRecipe(recipe(0), data), gone = await runRecipe(recipe(1), data);
  assertEquals(Object.keys(kept.measures!), ["batchOf50", "alone", "changed"]);
  assert(kept.measures!["alone"]! < 0.8, "every image alone looks the same");
  assert(kept.measures!["changed"]! > 0 && kept.measures!["batchOf50"]! > kept.measures!["alone"]!);
  assertEquals([gone.measures!["changed"], gone.measures!["alone"]], [0, gone.accuracy]);
});

Deno.test("classifyInBatches() and probabilitiesAmong() depend on the batch below g = 1 alone", async () => {
  const { trainer } = await trainingOf(
    recipeOf({ model: "batch-norm", depth: 3, width: 20, g: { kind: "constant", value: 0 } }),
    data,
  );
  const { net } = trainer, { test } = data;
  assert(net instanceof NormedNet);
  for (let step = 0; step < 30; step++) trainer.step();
  const order = Uint32Array.from({ length: 60 }, (_, i) => 3 * i);
  const back = order.slice().reverse();
  const among = (g: number) => {
    const at = [[], [1, 2, 3], [4, 5, 6]].map((others) =>
      probabilitiesAmong(net, test, 0, others, g)
    );
    for (const p of at) assertClose([p.reduce((a, b) => a + b)], [1]);
    return at.map((p) => p.join());
  };
  const classes = (g: number, order: Uint32Array) =>
    classifyInBatches(net, test, { g, batchSize: 7, order });
  assertEquals(new Set(among(0)).size, 3);
  assertEquals(new Set(among(1)).size, 1);
  assert(classes(0, order).some((label, i) => label !== classes(0, back)[59 - i]));
  assertEquals(classes(1, order), classes(1, back).reverse());
  // whole batches in the split's order, and a last one that is not whole
  const all = classifyInBatches(net, test, { g: 0, batchSize: 150 });
  const expected = [[0, 150], [150, 200]].flatMap(([from, to]) =>
    tf.tidy(() => {
      const x = tf.tensor2d(splitImages(test, from!, to!), [to! - from!, 4]);
      return [...tf.argMax(net.logits(x, { g: 0, statistics: "batch" }), 1).dataSync()];
    })
  );
  assertEquals([...all], expected);
  trainer.dispose();
  net.dispose();
});

Deno.test("placeOnCanvas() keeps test digits where they are and moves training digits every time", () => {
  const placed = placeOnCanvas(data, { canvas: 40, seed: 3 });
  assertEquals([placed.height, placed.width, placed.inputs], [40, 40, 1600]);
  assertEquals(placeOnCanvas(data, { canvas: 40, seed: 3 }).test, placed.test);
  assert(
    placeOnCanvas(data, { canvas: 40, seed: 4 }).corners.some((c, i) => c !== placed.corners[i]),
  );
  const many = tinyDataset(600), last = placeOnCanvas(many, { canvas: 40 }); // places are drawn 250 at once
  const [bottom, right] = last.corners.subarray(2 * 599);
  const pixel = last.test.images[599 * 1600 + bottom! * 40 + right!];
  assertEquals(pixel, many.test.images[599 * 4]);
  for (
    const [n, split] of [[0, placed.test], [199, placed.test], [7, placed.validation]] as const
  ) {
    const canvas = split.images.subarray(n * 1600, (n + 1) * 1600);
    const ink = canvas.filter((pixel) => pixel > 0);
    const digit = data.test.images.subarray(n * 4, (n + 1) * 4);
    assertEquals([...ink], [...digit.filter((pixel) => pixel > 0)]);
    if (split === placed.validation) continue;
    const [row, column] = placed.corners.subarray(2 * n);
    const at = [0, 1, 40, 41].map((by) => canvas[row! * 40 + column! + by]);
    assertEquals(at, [...digit]);
  }
  const { train } = placed, batch = data.train.images.subarray(0, 40);
  const [first, same, other] = [5, 5, 6].map((iter) => train.augment!(batch, iter));
  assertEquals(first, same);
  assert(first!.some((pixel, i) => pixel !== other![i]));
  assertThrows(() => placeOnCanvas({ ...data, width: 3 }), RangeError, "expected squares");
});

Deno.test("a recipe of attention measures how far from the digit it looks", async () => {
  const { trainer, measures } = await trainingOf(
    recipeOf({
      model: { kind: "attention", canvas: 40 },
      width: 8,
      g: { kind: "constant", value: 1 },
    }),
    data,
  );
  const { net } = trainer, { corners, test } = placeOnCanvas(data, { canvas: 40 });
  assert(net instanceof GlimpseNet);
  // before it has learned anything it looks at about the middle: far from most digits
  let expected = 0;
  for (let n = 0; n < 200; n++) {
    expected += Math.hypot(corners[2 * n]! + 0.5 - 19.5, corners[2 * n + 1]! + 0.5 - 19.5) / 200;
  }
  assertClose([measures!(1)["distance"]!], [expected], { rel: 0.05 });
  const canvases = splitImages(test, 0, 3), windows = net.windows(canvases);
  const centres = tf.tidy(() => net.centres(tf.tensor2d(canvases, [3, 1600])).arraySync());
  windows.forEach(({ top, left, height, width }, n) => {
    assertEquals([height, width], [20, 20]);
    assertClose([top + height / 2 - 0.5, left + width / 2 - 0.5], centres[n]!, { rel: 1e-6 });
  });
  trainer.dispose();
  net.dispose();
});

const runs = [
  { name: "turn: a", base: { depth: 9 }, axes: { seed: [1, 2] } },
  { name: "turn: b", base: { depth: 8 } },
  { base: { depth: 7 } },
  { name: "turn: b", base: { depth: 8, l1: 0 } },
  { name: "other: b", base: { depth: 6 } },
];

Deno.test("parseGrid() has the runs of named blocks by their names, those of one name together", () => {
  const { named, recipes } = parseGrid({ about: "", runs });
  const shown = [...named].map(([name, found]) =>
    `${name} ${found.map(({ depth, seed, l1 }) => `${depth}/${seed}/${l1}`).join(" ")}`
  );
  assertEquals(shown, ["turn: a 9/1/50 9/2/50", "turn: b 8/1/50 8/1/0", "other: b 6/1/50"]);
  assertEquals(recipes.length, 6);
  assertThrows(
    () => parseGrid({ about: "", runs: [{ name: 7 }] }),
    RangeError,
    "grid.runs[0].name must be text, but is 7",
  );
});

Deno.test("variantsAbout() gives the runs about something by variant, and variantRows() a row each", () => {
  const grid = parseGrid({ about: "a test", runs });
  const results = [
    resultOf({ epochs: 20, depth: 9, seed: 2 }, 0.5, { measures: { d: 1 / 3 } }),
    resultOf({ epochs: 20, depth: 9 }, 0.7, { measures: { d: 2 / 3 } }),
    resultOf({ epochs: 20, depth: 7 }, 0.9),
    resultOf({ epochs: 20, depth: 8, l1: 0 }, 0.6, { measures: { d: 0.25 } }),
  ];
  const found = variantsAbout({ ...grid, results }, "turn");
  assertEquals([...found.groups.keys()], ["a", "b"]);
  assertEquals(found.groups.get("a")!.map(({ accuracy }) => accuracy), [0.7, 0.5]);
  assertEquals(found.results.map(found.name), ["a", "a", "b"]);
  assertEquals(found.name(results[2]!), "");
  assertEquals(variantRows(found, { d: "distance" }), [
    {
      variant: "a",
      seeds: 2,
      "accuracy, mean": "0.6000",
      "min to max": "0.5000 to 0.7000",
      distance: "0.500",
    },
    {
      variant: "b",
      seeds: 1,
      "accuracy, mean": "0.6000",
      "min to max": "0.6000 to 0.6000",
      distance: "0.250",
    },
  ]);
  assertThrows(
    () => variantsAbout({ ...grid, results }, "tur"),
    RangeError,
    'Cannot find "tur" in the grid "a test": it is about turn; other',
  );
});
