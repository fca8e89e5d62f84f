/** runSweep(), in real processes on four small files. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadDataset, recipeOf, type Result, runRecipe, runSweep } from "gradnets";
import { inDirectory, writeBlots } from "../helpers/files.ts";

const base = { depth: 4, width: 6, batchSize: 10, epochs: 1 };
const ROOT = new URL("../../", import.meta.url);

Deno.test("runSweep() gives the rows of runRecipe(), in the grid's order, custom layers too", () =>
  inDirectory(async (within) => {
    const directory = join(within, "blots");
    writeBlots(directory);
    const layer = ["plain", "notebooks/your_layer.ts#learnedLeak"], ended: Result[] = [];
    const grid = { about: "two", base, runs: [{ axes: { layer, seed: [1, 2] } }] };
    const results = await runSweep(grid, {
      dir: directory,
      base: ROOT,
      jobs: 2,
      onResult: (result) => ended.push(result),
    });
    assertEquals(results.map(({ recipe }) => [recipe.seed, recipe.layer]), [
      [1, layer[0]],
      [1, layer[1]],
      [2, layer[0]],
      [2, layer[1]],
    ]);
    assertEquals(new Set(ended), new Set(results));
    const data = await loadDataset({ dir: directory, log() {} });
    const here = await runRecipe(recipeOf({ ...base, layer: "plain" }), data);
    assertEquals(results[0]?.curve, here.curve);
    assertEquals(results[0]?.data, data.name);
  }));

Deno.test("runSweep() names the runs that failed, after the others have ended", () =>
  inDirectory(async (within) => {
    const directory = join(within, "blots");
    writeBlots(directory);
    const ended: string[] = [];
    const layer = ["nowhere.ts#layer", "plain"];
    const error = await assertRejects(
      () =>
        runSweep({ about: "one fails", base, runs: [{ axes: { layer } }] }, {
          dir: directory,
          base: pathToFileURL(join(directory, "grid.json")),
          jobs: 1,
          onResult: ({ recipe }) => ended.push(recipe.layer),
        }),
      Error,
      "1 of the 2 runs failed",
    );
    assert(error.message.includes("nowhere.ts#layer"), error.message);
    assertEquals(ended, ["plain"]);
  }));

Deno.test("runSweep() refuses before it starts anything", async () => {
  const grid = { about: "none", runs: [{}] }, start = performance.now();
  const wrong: readonly (readonly [unknown, object, string])[] = [
    [{ about: "x", runs: [{ axes: { depht: [1] } }] }, {}, "depht"],
    [grid, { jobs: 0 }, "jobs"],
    [grid, { data: "drawn" }, "data"],
    [grid, { onResult: 1 }, "onResult"],
    [grid, { signal: 1 }, "signal"],
  ];
  for (const [of, options, why] of wrong) {
    await assertRejects(() => runSweep(of, options), RangeError, why);
  }
  const stopped = AbortSignal.abort(new Error("no more"));
  await assertRejects(() => runSweep(grid, { signal: stopped }), Error, "no more");
  assert(performance.now() - start < 5000);
});
