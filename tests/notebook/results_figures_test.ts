/** Figures and tables of many runs: every run is in them, failures too. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { plotlySource } from "gradnets/notebook/assets.ts";
import { bandsFigure, type Figure, finalsFigure, palette } from "gradnets/notebook/figures.ts";
import { groupStyles } from "gradnets/notebook/figures/groups.ts";
import { openWindow } from "gradnets/notebook/picture/window.ts";
import { pivotRows, spread, summaryRows } from "gradnets/notebook/results.ts";
import { layerKinds } from "gradnets/model/layers.ts";
import type { CurvePoint } from "gradnets/sweep/results.ts";
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

interface Drawn {
  readonly name: string;
  readonly mode: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly xaxis: string;
  readonly fill?: string;
  readonly showlegend: boolean;
  readonly marker?: { readonly symbol: string | readonly string[] };
}
const drawn = (figure: Figure) => figure.data as unknown as readonly Drawn[];

Deno.test("bandsFigure() has a panel a depth, and in it a mean in its band for each kind", () => {
  const figure = bandsFigure(results);
  const lines = drawn(figure).filter(({ mode, fill }) => mode === "lines" && !fill);
  assertEquals(lines.map(({ name, xaxis }) => [name, xaxis]), [
    ["plain", "x"],
    ["residual", "x"],
    ["plain", "x2"],
  ]);
  assertEquals(lines.map(({ showlegend }) => showlegend), [true, true, false]); // each name once
  assertEquals(lines[0]!.x, [0, 1100]);
  assertAlmostEquals(lines[0]!.y[1]!, (0.95 + 0.91) / 2);
  const [band] = drawn(figure).filter(({ fill }) => fill === "toself");
  assertEquals([band!.x, band!.y], [[0, 1100, 1100, 0], [0.1, 0.95, 0.91, 0.1]]);
  const { annotations } = figure.layout as unknown as { annotations: { text: string }[] };
  assertEquals(annotations.map(({ text }) => text), ["<b>10 layers</b>", "<b>100 layers</b>"]);
  assertEquals(JSON.parse(JSON.stringify(figure)), figure);
});

Deno.test("bandsFigure() counts a run up to its end, and marks it", () => {
  const figure = bandsFigure(results.slice(3));
  const [band, line, end] = drawn(figure);
  assertEquals(line!.x, [0, 550, 1100]);
  assertEquals(line!.y, [(0.1 + 0.1 + 0.1) / 3, 0.25, 0.25]); // (.3 + .2)/2 at the last
  assertEquals(band!.y.slice(0, 3), [0.1, 0.25, 0.3]);
  assertEquals([end!.x, end!.y, end!.marker?.symbol], [[550], [0.25], "x-thin"]);
  const loss = drawn(bandsFigure(results.slice(3), { measure: "loss" }));
  assertEquals(loss[1]!.x, [0, 1100]); // a loss that is no number has no place
  const zero = {
    ...results[0]!,
    curve: [[0, 0, 0.1, 9, 0], [100, 0, 0.1, 9, 0.5]] as CurvePoint[],
  };
  const norm = drawn(bandsFigure([zero], { measure: "gradient norm" }));
  assertEquals(norm[1]!.x, [100]); // nor has 0 on a logarithmic axis
  assertEquals(loss.length, 2);
});

Deno.test("bandsFigure() groups and panels by whatever it is told", () => {
  const figure = bandsFigure(results, {
    group: ({ recipe }) => `${recipe.depth} < 1000`,
    panel: () => "all",
    measure: "g",
  });
  const lines = drawn(figure).filter(({ mode, fill }) => mode === "lines" && !fill);
  assertEquals(lines.map(({ name }) => name), ["10 &lt; 1000", "100 &lt; 1000"]);
  assertAlmostEquals(lines[0]!.y[1]!, 0.1);
  assertEquals(bandsFigure([]).data, []);
  const { layout } = bandsFigure(results, { range: [0.8, 1] });
  assertEquals((layout.yaxis as { range: number[] }).range, [0.8, 1]);
});

Deno.test("finalsFigure() has a point for every run, open where it ended early", () => {
  const figure = finalsFigure(results);
  const points = drawn(figure).filter(({ mode }) => mode === "markers");
  assertEquals(points.map(({ name, y }) => [name, y]), [
    ["plain", [0.95, 0.91, 0.3, 0.2, 0.1]],
    ["residual", [0.97]],
  ]);
  const [plain, residual] = points;
  assertEquals(plain!.marker!.symbol, [...Array(4).fill("diamond"), "diamond-open"]);
  assertEquals(plain!.x.map(Math.round), [0, 0, 1, 1, 1]);
  assert(plain!.x[0]! < residual!.x[0]!); // beside each other
  const means = drawn(figure).find(({ mode, name }) => mode === "lines" && name === "plain")!;
  assertAlmostEquals(means.y[0]!, 0.93);
  assertAlmostEquals(means.y[3]!, 0.2);
  const layout = figure.layout as unknown as { xaxis: { ticktext: string[] } };
  assertEquals(layout.xaxis.ticktext, ["10", "100"]);
  const best = drawn(finalsFigure([{ ...failed, best: { accuracy: 0.5, iter: 1 } }], {
    measure: "best",
  }));
  assertEquals(best[0]!.y, [0.5]);
});

Deno.test("groupStyles() tells every kind of layer from the others by colour, dash and symbol", () => {
  const styles = [...groupStyles(layerKinds).values()];
  for (const what of ["color", "dash", "symbol"] as const) {
    assertEquals(new Set(styles.map((style) => style[what])).size, layerKinds.length);
  }
  const colors: readonly string[] = Object.values(palette);
  assert(styles.every(({ color }) => colors.includes(color)));
  const mixed = groupStyles(["plain", "τ = 5"]);
  assert(mixed.get("plain")!.color !== mixed.get("τ = 5")!.color);
});

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

Deno.test("Plotly itself finds nothing to object to in the figures of results", async () => {
  const font = { width: (text: string) => text.length / 2, ascent: 1, descent: 0 };
  const window = openWindow({ regular: font, bold: font });
  try {
    window.eval(plotlySource());
    for (
      const { data, layout } of [
        bandsFigure(results),
        bandsFigure(results, { columns: 3, measure: "loss", panel: (r) => `${r.recipe.seed}` }),
        finalsFigure(results),
      ]
    ) {
      const given = `${JSON.stringify(data)}, ${JSON.stringify(layout)}`;
      const objections = `JSON.stringify(Plotly.validate(${given})?.map((o) => o.msg) ?? [])`;
      assertEquals(window.eval(objections), "[]");
    }
  } finally {
    window.close();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
});
