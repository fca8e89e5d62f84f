/** Figures that README quotes, against the rows that they come from. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { original } from "gradnets/notebook/original.ts";
import { spread } from "gradnets/notebook/results.ts";
import { loadSweep } from "gradnets/notebook/sweeps.ts";
import { variantsAbout } from "gradnets/notebook/variants.ts";

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

Deno.test("README's table of the original's four runs is what the rows of that sweep say", async () => {
  const sweep = await loadSweep("author");
  assertEquals(sweep.missing, 0);
  const { groups } = variantsAbout(sweep, "author");
  const digits = (value: number) => value.toFixed(4).slice(1);
  const range = (values: readonly number[], text: (value: number) => string) =>
    `${text(Math.min(...values))} to ${text(Math.max(...values))}`;
  const runs = (name: string) => groups.get(name) ?? [];
  const diverged = (name: string) =>
    runs(name).flatMap(({ stopped }) => stopped?.match(/iteration (\d+)/)?.[1] ?? []).map(Number);
  const tuned = runs("identity GReLU, tuned").map(({ accuracy }) => accuracy);
  const iteration = (value: number) => value.toLocaleString("en");
  for (
    const cell of [
      `last ${range(tuned, digits)}, n = ${tuned.length}`,
      `NaN at iteration ${range(diverged("identity GReLU, SGD"), iteration)}, 5 of 5`,
      `NaN at iteration ${range(diverged("identity GReLU, Adam alone"), iteration)}, 5 of 5`,
      `best ${range(runs("highway, SGD").map(({ best }) => best.accuracy), digits)}, ` +
      `NaN in ${diverged("highway, SGD").length} of 5`,
    ]
  ) assertStringIncludes(readme, cell);
  assertEquals(tuned.filter((accuracy) => accuracy > original.log.at(-1)!.testAccuracy).length, 7); // "seven of our eight"
});

Deno.test("README's figures of the original are its logs', to the digits given", () => {
  const cells = (line: string) => line.split("|").slice(1, -1).map((cell) => cell.trim());
  const section = readme.slice(readme.indexOf("## The original and ours"));
  const [, , ...rows] = section.slice(section.indexOf("| ")).split("\n\n")[0]!.split("\n").map(
    cells,
  );
  const { runs, table } = original;
  assertEquals(rows.length, table.length);
  const rounded = (value: number, like: string) => value.toFixed(like.split(".")[1]?.length ?? 0);
  for (const [i, { iter, g, testAccuracy, weightNorm, gradientNorm }] of table.entries()) {
    const row = rows[i]!;
    assertEquals(row[0], iter.toLocaleString("en"));
    for (const [column, value] of [[1, g], [2, testAccuracy], [4, weightNorm], [6, gradientNorm]]) {
      const cell = row[column!]!;
      assertEquals(cell, rounded(value!, cell).replace(/^0\./, "."), `iteration ${iter}`);
    }
  }
  const digits = (value: number) => value.toFixed(4).slice(1);
  const ends = (name: keyof typeof runs) => {
    const accuracies = runs[name].map(({ testAccuracy }) => testAccuracy);
    return { best: digits(Math.max(...accuracies)), last: digits(accuracies.at(-1)!) };
  };
  const highway = ends("highway, SGD");
  const broken = runs["identity GReLU, Adam alone"].at(-1)!;
  for (
    const cell of [
      `| last ${ends("identity GReLU, tuned").last} `,
      `| best ${highway.best}, last ${highway.last} `,
      `NaN soon after iteration ${runs["identity GReLU, SGD"].at(-1)!.iter.toLocaleString("en")} `,
      `| ${digits(broken.testAccuracy)} where he broke off, at ${
        broken.iter.toLocaleString("en")
      } `,
    ]
  ) assertStringIncludes(readme, cell);
});
