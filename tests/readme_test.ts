/** Figures that README's pages quote, against the rows that they come from. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { original } from "gradnets/notebook/original.ts";
import { spread } from "gradnets/notebook/results.ts";
import { loadSweep } from "gradnets/notebook/sweeps.ts";
import { variantsAbout } from "gradnets/notebook/variants.ts";
import { textOf } from "./helpers/repo.ts";

const results = await textOf("lib/docs/results.md");
const ours = await textOf("lib/docs/original.md");

const digits = (value: number) => value.toFixed(4).slice(1);
const range = (values: readonly number[]) =>
  `${digits(Math.min(...values))} to ${digits(Math.max(...values))}`;

Deno.test("The results' table of five kinds by three recipes is what the rows say", async () => {
  const [full, rivals, starts] = await Promise.all(
    ["full", "rivals", "starts"].map((name) => loadSweep(name)),
  );
  const of = (sweep: typeof full, layer: string, keep: number, n: number) => {
    const found = sweep!.results.filter(({ recipe }) =>
      recipe.depth === 50 && recipe.layer === layer && recipe.keep === keep
    ).map(({ accuracy }) => accuracy);
    assertEquals(found.length, n);
    return range(found);
  };
  const lines = results.slice(results.indexOf("| 50 layers ")).split("\n");
  const rows = lines.slice(2, lines.indexOf(""))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  assertEquals(rows.length, 5);
  for (const [layer = "", ...cells] of rows) {
    const learns = starts!.results.filter(({ recipe, validation }) =>
      recipe.depth === 50 && recipe.layer === layer && (validation ?? 0) > .5
    ).length;
    const expected = [of(full, layer, .95, 3), of(full, layer, 1, 5), of(rivals, layer, 1, 5)];
    assertEquals(cells, [...expected, String(learns)], layer);
  }
});

Deno.test("The results' figures of 200 layers are what the rows say", async () => {
  const [dropout, rivals] = await Promise.all(["dropout", "rivals"].map((name) => loadSweep(name)));
  const text = results.replace(/\s+/g, " ");
  const of = (sweep: typeof rivals, layer: string) =>
    range(
      sweep!.results.filter(({ recipe }) => recipe.depth === 200 && recipe.layer === layer)
        .map(({ accuracy }) => accuracy),
    );
  assertStringIncludes(text, `with 200 to ${of(dropout, "identity-grelu")} without dropout`);
  assertStringIncludes(
    text,
    `identity GReLU ${of(rivals, "identity-grelu")}, plain ${of(rivals, "plain")}, highway ${
      of(rivals, "highway")
    } (3 seeds)`,
  );
});

Deno.test("The results' figures of a depth that gains nothing are what the rows of g frozen say", async () => {
  const { results: rows, missing } = await loadSweep("frozen");
  assertEquals(missing, 0);
  const [deep, shallow] = [null, 0].map((value) =>
    spread(
      rows.filter(({ recipe: { g, keep } }) =>
        keep === 1 && (g.kind === "constant" ? g.value : null) === value
      ).map(({ accuracy }) => accuracy),
    )
  );
  const digits = (value: number) => value.toFixed(3).slice(1);
  const text = results.replace(/\s+/g, " ");
  assertStringIncludes(text, `50 layers end at ${digits(deep!.mean)}, and`);
  assertStringIncludes(text, `one of two layers, at ${digits(shallow!.mean)} (`);
  assertStringIncludes(
    text,
    `${deep!.n} seeds, standard deviations ${digits(deep!.deviation)} and ${
      digits(shallow!.deviation)
    })`,
  );
});

Deno.test("The page's table of the original's four runs is what the rows of that sweep say", async () => {
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
  ) assertStringIncludes(ours, cell);
  assertEquals(tuned.filter((accuracy) => accuracy > original.log.at(-1)!.testAccuracy).length, 7); // "seven of our eight"
});

Deno.test("The page's figures of the original are its logs', to the digits given", () => {
  const cells = (line: string) => line.split("|").slice(1, -1).map((cell) => cell.trim());
  const [, , ...rows] = ours.slice(ours.indexOf("| ")).split("\n\n")[0]!.split("\n").map(
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
  ) assertStringIncludes(ours, cell);
});
