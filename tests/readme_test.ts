/** Figures that README quotes, against the rows that they come from. */

import { assertEquals } from "@std/assert";
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
