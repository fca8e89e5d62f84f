/** The sweeps that are kept: every grid can be read, and every result belongs to its grid. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { loadSweep } from "gradnets/notebook/sweeps.ts";
import { readGrid } from "gradnets/sweep/grid.ts";
import { readResults } from "gradnets/sweep/results.ts";
import { resultOf } from "./helpers/results.ts";
import { inDirectory } from "./helpers/files.ts";

const home = new URL("../notebooks/sweeps/", import.meta.url);

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

for (const { name } of [...Deno.readDirSync(home)].sort((a, b) => a.name < b.name ? -1 : 1)) {
  Deno.test(`notebooks/sweeps/${name} can be read, and is small`, async () => {
    const url = new URL(name, home);
    assert(Deno.statSync(url).size < 300_000);
    if (name.endsWith(".json")) assert((await readGrid(url)).recipes.length > 0);
    else {
      const results = await readResults(url);
      assertEquals(new Set(results.map(({ data }) => data)), new Set(["MNIST"]));
    }
  });
}
