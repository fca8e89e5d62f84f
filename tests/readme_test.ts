/** Figures that README quotes, against the rows that they come from. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { spread } from "gradnets/notebook/results.ts";
import { loadSweep } from "gradnets/notebook/sweeps.ts";

const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));

Deno.test("README's table without dropout is what the rows of that sweep say", async () => {
  const { results, missing } = await loadSweep("dropout");
  assertEquals(missing, 0);
  const lines = readme.slice(readme.indexOf("| no dropout")).split("\n");
  const [head, , ...rows] = lines.slice(0, lines.indexOf(""))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  const depths = head!.slice(1).map((cell) => parseInt(cell));
  assertEquals([depths, rows.length], [[10, 50, 100, 200], 5]);
  for (const [layer, ...cells] of rows) {
    const expected = depths.map((depth) => {
      const accuracies = results
        .filter(({ recipe }) => recipe.layer === layer && recipe.depth === depth)
        .map(({ accuracy }) => accuracy);
      assertEquals(accuracies.length, 3);
      const digits = (value: number) => value.toFixed(4).slice(1);
      return `${digits(Math.min(...accuracies))} to ${digits(Math.max(...accuracies))}`;
    });
    assertEquals(cells, expected, layer!);
  }
});

Deno.test("README's figures of a depth that gains nothing are what the rows of g frozen say", async () => {
  const { results, missing } = await loadSweep("frozen");
  assertEquals(missing, 0);
  const [deep, shallow] = [null, 0].map((value) =>
    spread(
      results.filter(({ recipe: { g, keep } }) =>
        keep === 1 && (g.kind === "constant" ? g.value : null) === value
      ).map(({ accuracy }) => accuracy),
    )
  );
  const digits = (value: number) => value.toFixed(3).slice(1);
  const text = readme.replace(/\s+/g, " ");
  assertStringIncludes(text, `50 layers end at ${digits(deep!.mean)}, and`);
  assertStringIncludes(text, `one of two layers, at ${digits(shallow!.mean)} (`);
  assertStringIncludes(
    text,
    `${deep!.n} seeds, standard deviations ${digits(deep!.deviation)} and ${
      digits(shallow!.deviation)
    })`,
  );
});
