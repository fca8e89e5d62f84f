/** speedFigure(): the bars, the axis, the floor. */

import { assert, assertEquals, assertGreater, assertThrows } from "@std/assert";
import { plotlySource } from "gradnets/notebook/assets.ts";
import { palette, speedFigure } from "gradnets/notebook/figures.ts";
import { openWindow } from "gradnets/notebook/picture/window.ts";

const speeds = [{ name: "a<b", ms: 40 }, { name: "readable", ms: 10 }, { name: "quick", ms: 1.25 }];
const floor = { name: "at best", ms: 0.66 };
const figure = speedFigure(speeds, { floor, title: "Speed" });

Deno.test("speedFigure() draws every time as it was measured, and says it with its unit", () => {
  const [bars] = figure.data;
  assertEquals(bars!.x, [40, 10, 1.25]);
  assertEquals(bars!.y, ["a&lt;b", "readable", "quick"]);
  assertEquals(bars!.text, ["40.0 ms", "10.0 ms, 4.0 × as fast", "1.25 ms, 32 × as fast"]);
  const colors: readonly string[] = Object.values(palette);
  const used = (bars!.marker as { color: string[] }).color;
  assert(used.every((color) => colors.includes(color)));
  assertEquals(new Set(used).size, 3);
  assertEquals(JSON.parse(JSON.stringify(figure)), figure);
});

Deno.test("speedFigure() has a logarithmic axis with room for all, and its floor on it", () => {
  const layout = figure.layout as unknown as {
    xaxis: { type: string; range: [number, number]; title: { text: string } };
    shapes: { x0: number }[];
    annotations: { text: string; x: number }[];
  };
  const { type, range: [low, high], title } = layout.xaxis;
  assertEquals(type, "log");
  assertGreater(Math.log10(0.66), low);
  assertGreater(high, Math.log10(40));
  assert(!("tickvals" in layout.xaxis), "so that there are ticks at every zoom");
  assertEquals(title.text, "milliseconds a step (logarithmic)");
  assertEquals(layout.shapes[0]!.x0, 0.66);
  assertEquals(layout.annotations[0]!.x, Math.log10(0.66));
  assertEquals(layout.annotations[0]!.text, "<b>at best: 0.660 ms</b>");
  assertEquals("shapes" in speedFigure(speeds).layout, false);
});

Deno.test("speedFigure() refuses what no logarithm has a place for", () => {
  assertThrows(() => speedFigure([]), RangeError, "expected one or more");
  for (const ms of [0, -1, NaN, Infinity]) {
    assertThrows(() => speedFigure([{ name: "x", ms }]), RangeError, `${ms}`);
  }
  assertThrows(() => speedFigure(speeds, { floor: { name: "x", ms: 0 } }), RangeError);
});

Deno.test("Plotly itself finds nothing to object to in speedFigure()", async () => {
  const font = { width: (text: string) => text.length / 2, ascent: 1, descent: 0 };
  const window = openWindow({ regular: font, bold: font });
  try {
    window.eval(plotlySource());
    const { data, layout } = figure;
    const given = `${JSON.stringify(data)}, ${JSON.stringify(layout)}`;
    const objections = `JSON.stringify(Plotly.validate(${given})?.map((o) => o.msg) ?? [])`;
    assertEquals(window.eval(objections), "[]");
  } finally {
    window.close();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
});
