/** Tables of many runs: every run is in them, failures too. */

import { assert, assertEquals } from "@std/assert";
import { pivotRows, spread, summaryRows } from "gradnets/notebook/results.ts";
import { failed, resultOf, results } from "../helpers/results.ts";

Deno.test("pivotRows() says spreads, missing runs and failures", () => {
  const rows = pivotRows([...results, resultOf({ layer: "residual", depth: 10, seed: 2 }, 0.99)], {
    row: ["layer", ({ recipe }) => recipe.layer],
    column: ({ recipe }) => `${recipe.depth} layers`,
    digits: 2,
  });
  assertEquals(rows, [
    {
      layer: "plain",
      "10 layers": "0.93 (0.91–0.95)",
      "100 layers": "0.20 (0.10–0.30), n = 3, 1 ended early",
    },
    { layer: "residual", "10 layers": "0.98 (0.97–0.99)", "100 layers": "–" },
  ]);
  const byDepth = { row: ["layer", () => "any"], column: () => "all" } as const;
  assertEquals(pivotRows([failed], byDepth), [{ layer: "any", all: "0.100, ended early" }]);
  assertEquals(pivotRows([], { row: ["x", () => 1], column: () => 1 }), []);
});

Deno.test("summaryRows() has a row for every combination there is", () => {
  const rows = summaryRows(results, {
    layer: ({ recipe }) => recipe.layer,
    depth: ({ recipe }) => recipe.depth,
  }, { digits: 2 });
  assertEquals(rows.map((row) => [row.layer, row.depth, row.final, row.runs, row["ended early"]]), [
    ["plain", 10, "0.93 (0.91–0.95)", 2, 0],
    ["residual", 10, "0.97", 1, 0],
    ["plain", 100, "0.20 (0.10–0.30)", 3, 1],
  ]);
  assert(Number.isNaN(spread([]).mean));
});
