/** Tables of many runs: every run is in them, failures too. */

import { assert, assertEquals } from "@std/assert";
import { pivotRows, spread, summaryRows } from "gradnets/notebook/results.ts";
import { resultOf } from "../helpers/results.ts";

const failed = resultOf({ layer: "plain", depth: 100, seed: 3 }, 0.1, {
  stopped: "the loss became NaN at iteration 600",
  steps: 600,
  curve: [[0, 0, 0.1, 120, 0], [550, 0.05, 0.25, null, null]],
});
const results = [
  resultOf({ layer: "plain", depth: 10, seed: 1 }, 0.95),
  resultOf({ layer: "plain", depth: 10, seed: 2 }, 0.91),
  resultOf({ layer: "residual", depth: 10, seed: 1 }, 0.97),
  resultOf({ layer: "plain", depth: 100, seed: 1 }, 0.3),
  resultOf({ layer: "plain", depth: 100, seed: 2 }, 0.2),
  failed,
];

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
