/** Final accuracies: a point for every run, and that Plotly takes the figures of results. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { plotlySource } from "gradnets/notebook/assets.ts";
import { bandsFigure, finalsFigure } from "gradnets/notebook/figures.ts";
import { openWindow } from "gradnets/notebook/picture/window.ts";
import { failed, results } from "../../helpers/results.ts";
import { drawn } from "../../helpers/drawn.ts";

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
