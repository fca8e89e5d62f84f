/** The sweeps that are kept: every grid can be read, and every result belongs to its grid. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { loadSweep } from "gradnets/notebook/sweeps.ts";
import { readResults } from "gradnets/sweep/results.ts";
import { resultOf } from "../helpers/results.ts";
import { inDirectory } from "../helpers/files.ts";

const home = new URL("../../notebooks/sweeps/", import.meta.url);

Deno.test("loadSweep() has the results of its grid and data, in the grid's order", () =>
  inDirectory(async (directory) => {
    const grid = { about: "x", base: { epochs: 1 }, runs: [{ axes: { seed: [1, 2, 3] } }] };
    Deno.writeTextFileSync(`${directory}/x.json`, JSON.stringify(grid));
    const results = [
      resultOf({ seed: 3 }, 0.3),
      resultOf({ seed: 2 }, 0.2, { data: "other" }),
      resultOf({ seed: 1, depth: 9 }, 0.9),
      resultOf({ seed: 1 }, 0.1),
    ];
    const lines = results.map((result) => JSON.stringify(result) + "\n").join("");
    Deno.writeTextFileSync(`${directory}/x.jsonl`, lines);
    const sweep = await loadSweep("x", "MNIST", new URL(`file://${directory}/`));
    assertEquals(sweep.results.map(({ accuracy }) => accuracy), [0.1, 0.3]);
    assertEquals([sweep.missing, sweep.about, sweep.recipes.length], [1, "x", 3]);
    await assertRejects(
      () => loadSweep("y", "MNIST", new URL(`file://${directory}/`)),
      Deno.errors.NotFound,
    );
  }));

for (const { name } of [...Deno.readDirSync(home)].filter(({ name }) => name.endsWith(".json"))) {
  Deno.test(`notebooks/sweeps/${name} has a result for every run, and they are few bytes`, async () => {
    const { recipes, missing } = await loadSweep(
      name.slice(0, -".json".length),
      name === "fashion.json" ? "Fashion-MNIST" : "MNIST",
    );
    assert(recipes.length > 0);
    assertEquals(missing, 0);
    const results = new URL(`${name}l`, home);
    assert(Deno.statSync(results).size < 300_000);
    assertEquals((await readResults(results)).length, recipes.length); // and none of another grid
  });
}
