/** Recipes and grids: how they are read, and what they refuse. */

import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { parseGrid, readGrid } from "gradnets/sweep/grid.ts";
import { trainingOf } from "gradnets/sweep/build.ts";
import { keyOf, recipeOf } from "gradnets/sweep/recipe.ts";
import { differenceOf, nameOf } from "gradnets/sweep/describe.ts";
import { GradNet } from "gradnets/model/gradnet.ts";
import { startBackend } from "gradnets/model/backend.ts";
import { tinyDataset, withoutLeak } from "../helpers/close.ts";
import { inDirectory } from "../helpers/files.ts";

await startBackend();

Deno.test("recipeOf() of nothing is the original", async () => {
  const { layer, depth, width, epochs, batchSize, g, learningRate, keep, l1, stddev } = recipeOf(
    {},
  );
  assertEquals([layer, depth, width, epochs, batchSize], ["identity-grelu", 50, 50, 20, 50]);
  assertEquals([keep, l1, stddev], [0.95, 50, 0.1]);
  const { trainer } = await trainingOf(recipeOf({}), tinyDataset());
  try {
    // the original's log: g at iterations 100 and 21,900, and its learning rate at the first
    assertEquals(trainer.schedule({ iter: 100, epoch: 100 / 1100 }).g.toFixed(8), "0.00909091");
    assertEquals(trainer.schedule({ iter: 21_900, epoch: 21_900 / 1100 }).g, 1);
    assertEquals(trainer.schedule({ iter: 0, epoch: 0 }).learningRate, 1e-3 * 0.8 ** 0.01);
  } finally {
    trainer.dispose();
    trainer.net.dispose();
  }
  assertEquals(g.kind, "anneal");
  assertEquals(learningRate.steps, 1000);
});

Deno.test("recipeOf() refuses by name what is unknown or cannot be", () => {
  const refused: readonly (readonly [unknown, string])[] = [
    [
      { depht: 50 },
      "recipe has no field depht: did you mean depth? Known are model, layer, depth, width",
    ],
    [{ depth: 2 }, "recipe.depth must be a whole number from 3 up, but is 2"],
    [{ depth: "50" }, 'recipe.depth must be a whole number from 3 up, but is "50"'],
    [{ width: null }, "recipe.width must be a whole number from 1 up, but is null"],
    [{ seed: -1 }, "recipe.seed must be a whole number from 0 to 4294967295"],
    [{ layer: "relu" }, "recipe.layer must be one of "],
    [{ epochs: 0 }, "recipe.epochs must be a number above 0"],
    [{ keep: 1.1 }, "recipe.keep must be"],
    [{ l1: -1 }, "recipe.l1 must be a number from 0 up"],
    [{ every: 0 }, "recipe.every must be a whole number from 1 up"],
    [{ tau: 0 }, "recipe.tau must be a number above 0"],
    [{ tau: 5, g: { kind: "constant", value: 1 } }, "recipe.tau must be left out where g is given"],
    [{ g: { kind: "slowly" } }, "recipe.g.kind must be one of anneal, constant"],
    [{ g: { kind: "constant", value: 1.5 } }, "recipe.g.value must be a number from 0 to 1"],
    [{ g: { kind: "constant", epochs: 3 } }, "recipe.g has no field epochs: known are value"],
    [{ g: { kind: "stepped", epochs: 0 } }, "recipe.g.epochs must be a number above 0, but is 0"],
    [{ g: { kind: "stopped" } }, "recipe.g.at must be a number from 0 up"],
    [{ keep: { kind: "gradual", rate: 1 } }, "recipe.keep.rate must be from 0 to below 1"],
    [{ keep: 0 }, "recipe.keep must be above 0 and at most 1, but is 0"],
    [{ learningRate: { warmup: -1 } }, "recipe.learningRate.warmup must be"],
    [{ optimizer: "adagrad" }, "recipe.optimizer must be one of adam, sgd"],
    [{ adamEpsilon: -1 }, "recipe.adamEpsilon must be"],
    [{ logEpsilon: NaN }, "recipe.logEpsilon must be"],
    [{ g: { kind: "constant" } }, "recipe.g.value must be a number from 0 to 1, but is undefined"],
    [{ g: 0.5 }, "recipe.g must be an object, but is 0.5"],
    [{ learningRate: 0.1 }, "recipe.learningRate must be an object"],
    [{ learningRate: { rate: 0 } }, "recipe.learningRate.rate must be a number above 0"],
    [
      { hiddenInit: { kind: "he" } },
      "recipe.hiddenInit.kind must be one of truncated-normal, orth",
    ],
    [{ hiddenInit: { kind: "identity" } }, "recipe.hiddenInit.stddev must be a number above 0"],
    [{ carryBias: "-2" }, 'recipe.carryBias must be a number, but is "-2"'],
    [[], "recipe must be an object"],
  ];
  for (const [given, message] of refused) assertThrows(() => recipeOf(given), RangeError, message);
});

Deno.test("keyOf() is the same however a recipe was written, and for no two recipes", () => {
  const key = keyOf(recipeOf({ width: 50, tau: 5, depth: 9 }));
  const same = recipeOf({ depth: 9, g: { start: 0, epochs: 5, kind: "anneal" }, learningRate: {} });
  assertEquals(keyOf(same), key);
  assertEquals(keyOf(recipeOf(JSON.parse(JSON.stringify(same)))), key);
  for (const change of [{ depth: 10 }, { seed: 0 }, { l1: 0 }, { learningRate: { rate: 1 } }]) {
    assertNotEquals(keyOf(recipeOf({ width: 50, tau: 5, depth: 9, ...change })), key);
  }
});

Deno.test("nameOf() says what is not the original", () => {
  assertEquals(nameOf(recipeOf({})), "identity-grelu, depth 50, seed 1");
  assertEquals(
    nameOf(
      recipeOf({ width: 71, learningRate: { rate: 0.01 }, g: { kind: "constant", value: 1 } }),
    ),
    "identity-grelu, depth 50, seed 1, width 71, g constant value 1, learning rate 0.01",
  );
});

Deno.test("differenceOf() says what differs, an object by its parts", () => {
  const from = recipeOf({ depth: 200, hiddenInit: { kind: "orthogonal", gain: 1 } });
  const differs = (given: object) => differenceOf(recipeOf({ depth: 200, ...given }), from);
  assertEquals(differenceOf(from, from), "");
  assertEquals(
    differs({ hiddenInit: { kind: "orthogonal", gain: 2 } }),
    "hidden weights orthogonal gain 2",
  );
  assertEquals(differs({}), "hidden weights null");
  assertEquals(differenceOf(recipeOf({ seed: 2, l1: 0 }), undefined, ["seed"]), "l1 0");
  assertEquals(
    differenceOf(
      recipeOf({ learningRate: { rate: 0.1, warmup: 5 }, keep: { kind: "gradual", rate: 0.5 } }),
    ),
    "learning rate 0.1 warmup 5, keep gradual rate 0.5",
  );
  assertEquals(differenceOf(recipeOf({ learningRate: { steps: 500 } })), "learning rate steps 500");
});

Deno.test("trainingOf() builds the net that the recipe says", () =>
  withoutLeak(async () => {
    const recipe = recipeOf({
      layer: "highway",
      depth: 5,
      width: 4,
      batchSize: 10,
      stddev: 0.2,
      carryBias: -3,
      hiddenInit: { kind: "orthogonal" }, // gain 1
    });
    const { trainer } = await trainingOf(recipe, tinyDataset()), { net } = trainer;
    assert(net instanceof GradNet);
    const { firstW, hiddenW, gateB } = net.variables;
    assertEquals(Array.from(gateB!.dataSync()), Array(12).fill(-3));
    const [a, b, c, d] = hiddenW.dataSync();
    assert(Math.abs(Math.hypot(a!, b!, c!, d!) - 1) < 1e-6); // a row of an orthogonal matrix
    assert(firstW.dataSync().every((w) => Math.abs(w) <= 0.4)); // two standard deviations
    assert(firstW.dataSync().some((w) => Math.abs(w) > 0.2));
    trainer.dispose();
    net.dispose();
  }));

Deno.test("trainingOf() follows every kind of g, of learning rate and of keep", async () => {
  const schedules = async (given: unknown, epoch: number) => {
    const recipe = recipeOf({ depth: 5, width: 4, batchSize: 10, ...given as object });
    const { trainer } = await trainingOf(recipe, tinyDataset()); // 20 iterations an epoch
    const { g, gOfLayers, learningRate, keep } = trainer.schedule({ iter: epoch * 20, epoch });
    trainer.dispose();
    trainer.net.dispose();
    return { g, gOfLayers, learningRate, keep };
  };
  const g = async (recipe: unknown, epoch: number) => (await schedules({ g: recipe }, epoch)).g;
  assertEquals(await g({ kind: "anneal", epochs: 4, start: 1 }, 2), 0.25);
  const stepped = { kind: "stepped", epochs: 4 };
  assertEquals(await Promise.all([0.95, 1, 2.5, 9].map((t) => g(stepped, t))), [0, 0.25, 0.5, 1]);
  assertEquals(await g({ kind: "stopped", epochs: 4, at: 1 }, 3), 0.25);
  assertEquals(await g({ kind: "held", epochs: 4, value: 0.5 }, 3), 0.5);
  assertEquals(await g({ kind: "held", epochs: 4, value: 0.5 }, 1), 0.25);
  assertEquals(await g({ kind: "constant", value: 0.75 }, 9), 0.75);
  const lagging = { kind: "per-layer", epochs: 4, lag: 2 };
  assertEquals((await schedules({ g: lagging }, 3)).gOfLayers, [0.75, 0.5, 0.25]);
  const keep = { kind: "gradual", rate: 0.5 };
  assertEquals((await schedules({ keep, tau: 4 }, 1)).keep, 1 - 0.25 * 0.5);
  assertEquals((await schedules({ keep, g: lagging }, 3)).keep, 1 - 0.5 * 0.5);
  assertEquals((await schedules({ keep: 0.8 }, 3)).keep, 0.8);
  const learningRate = { rate: 0.5, factor: 1, warmup: 40 };
  assertEquals((await schedules({ learningRate }, 0)).learningRate, 0.5 / 40);
  assertEquals((await schedules({ learningRate }, 3)).learningRate, 0.5);
  const ramp = { kind: "ramp", start: 0.25, end: 0.75 }; // shares of the 8 epochs
  for (const [epoch, expected] of [[2, 0], [3, 0.25], [6, 1]] as const) {
    assertEquals((await schedules({ g: ramp, epochs: 8 }, epoch)).g, expected);
    const falling = { ...ramp, kind: "falling" };
    assertEquals((await schedules({ g: falling, epochs: 8 }, epoch)).g, 1 - expected);
    const second = { ...ramp, kind: "every-second" };
    const { gOfLayers } = await schedules({ g: second, epochs: 8 }, epoch);
    assertEquals(gOfLayers, [1, 1 - expected, 1]);
  }
});

Deno.test("trainingOf() leaves nothing behind when the recipe does not fit the data", () =>
  withoutLeak(async () => {
    const recipe = recipeOf({ depth: 4, width: 5, batchSize: 201 });
    await assertRejects(() => trainingOf(recipe, tinyDataset(200)), RangeError, "batch");
  }));

Deno.test("parseGrid() crosses the axes of each block, seeds first, and has no run twice", () => {
  const { recipes, about, base } = parseGrid({
    about: "blocks",
    base: { epochs: 1, tau: 5 },
    runs: [
      { axes: { seed: [2, 1], layer: ["plain", "identity-grelu"], depth: [10, 20] } },
      { base: { layer: "plain", depth: 10, seed: 1 } }, // once more
      { base: { g: { kind: "constant", value: 1 } }, axes: { l1: [0, 50] } },
    ],
  });
  assertEquals(about, "blocks");
  const shown = recipes.map(({ seed, layer, depth, g, l1 }) =>
    `${seed} ${layer} ${depth} ${g.kind} ${l1}`
  );
  assertEquals(shown, [
    "1 plain 10 anneal 50",
    "1 plain 20 anneal 50",
    "1 identity-grelu 10 anneal 50",
    "1 identity-grelu 20 anneal 50",
    "1 identity-grelu 50 constant 0",
    "1 identity-grelu 50 constant 50",
    "2 plain 10 anneal 50",
    "2 plain 20 anneal 50",
    "2 identity-grelu 10 anneal 50",
    "2 identity-grelu 20 anneal 50",
  ]);
  assert(recipes.every(({ epochs }) => epochs === 1));
  assertEquals(base, recipeOf({ epochs: 1, tau: 5 }));
});

Deno.test("parseGrid() refuses by its place what cannot be", () => {
  const refused: readonly (readonly [unknown, string])[] = [
    [[], "grid must be an object"],
    [{ runs: [{}] }, "grid.about must be text"],
    [{ about: "", runs: [] }, "grid.runs must be a list of blocks"],
    [
      { about: "", run: [] },
      "grid has no field run: did you mean runs? Known are about, base, runs",
    ],
    [
      { about: "", runs: [{ axis: {} }] },
      "grid.runs[0] has no field axis: did you mean axes? Known are name, axes, base",
    ],
    [{ about: "", runs: [{}, { axes: { depth: 5 } }] }, "grid.runs[1].axes.depth must be a list"],
    [{ about: "", runs: [{ axes: { depth: [] } }] }, "grid.runs[0].axes.depth must be a list"],
    [{ about: "", runs: [{ axes: { depth: [5, 2] } }] }, "grid.runs[0].depth must be a whole"],
    [{ about: "", runs: [{ axes: { dept: [5] } }] }, "grid.runs[0] has no field dept"],
    [{ about: "", base: { wide: 1 }, runs: [{}] }, "grid.base has no field wide"],
  ];
  for (const [given, message] of refused) assertThrows(() => parseGrid(given), RangeError, message);
});

Deno.test("readGrid() names the file that is no grid", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/g.json`;
    Deno.writeTextFileSync(path, '{"about": "half",');
    const broken = await readGrid(path).then(() => {}, (error) => error);
    assert(broken instanceof SyntaxError && broken.message.includes(path), String(broken));
    Deno.writeTextFileSync(path, '{"about": "x", "runs": [{"axes": {"epochs": [-1]}}]}');
    const wrong = await readGrid(path).then(() => {}, (error) => error);
    assert(wrong instanceof RangeError && wrong.message.includes(path), String(wrong));
    Deno.writeTextFileSync(path, '{"about": "x", "runs": [{}]}');
    assertEquals((await readGrid(path)).recipes, [recipeOf({})]);
  }));
