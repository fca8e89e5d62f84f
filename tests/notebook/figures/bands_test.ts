/** Bands over seeds: every run is in them, failures too. */

import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { bandsFigure } from "gradnets/notebook/figures.ts";
import type { CurvePoint } from "gradnets/sweep/results.ts";
import { results } from "../../helpers/results.ts";
import { drawn } from "../../helpers/drawn.ts";

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
  assertEquals([end!.name, end!.showlegend], ["× ended early: its loss was no number", true]);
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

Deno.test("bandsFigure() draws other runs over the bands of every panel, each named once", () => {
  const run = [0, 2000].map((iter) => ({ iter, testAccuracy: iter / 4000 }));
  const over = { "the original": run, "this <run>": run.slice(0, 1) };
  const figure = bandsFigure(results, { over });
  const lines = drawn(figure).filter(({ name }) => name === "the original");
  assertEquals(lines.map(({ xaxis, showlegend }) => [xaxis, showlegend]), [["x", true], [
    "x2",
    false,
  ]]);
  assertEquals([lines[0]!.x, lines[0]!.y], [[0, 2000], [0, 0.5]]);
  assertEquals(drawn(figure).at(-1)!.name, "this &lt;run&gt;");
  const colors = figure.data.slice(-2).map(({ line }) => (line as { color: string }).color);
  assertEquals(colors[0], "#000000");
  assertEquals(new Set(colors).size, 2);
  // it may be longer than what it is laid over
  assertEquals((figure.layout.xaxis as { range: number[] }).range[1]! >= 2000, true);
  assertEquals(drawn(bandsFigure(results)).length + 4, drawn(figure).length);
});

Deno.test("bandsFigure() refuses accuracies over another measure", () => {
  const over = { "the original": [{ iter: 0, testAccuracy: 0.1 }] };
  assertThrows(() => bandsFigure(results, { measure: "loss", over }), RangeError, '"loss"');
  bandsFigure(results, { measure: "loss", over: {} });
});
