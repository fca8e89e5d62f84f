/** Curves over depth: one look for a name, gaps, refusals. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { linesFigure, type LinesPanel } from "gradnets/notebook/figures.ts";

const TITLE = { title: "t" };
const panel = (more: Partial<LinesPanel>): LinesPanel => ({
  heading: "",
  x: "x",
  y: "y",
  lines: [{ name: "a", x: [0, 1], y: [1, 2] }],
  ...more,
});

Deno.test("linesFigure() gives a name one look in all panels, and one entry in the legend", () => {
  const lines = (...names: string[]) => names.map((name) => ({ name, x: [0], y: [1] }));
  const { data } = linesFigure(
    [panel({ lines: lines("a", "b") }), panel({ lines: lines("b") })],
    TITLE,
  );
  const [a, b, again] = data;
  assertEquals(again!.line, b!.line);
  assert(JSON.stringify(a!.line) !== JSON.stringify(b!.line));
  assertEquals(data.map(({ showlegend }) => showlegend), [true, true, false]);
  assertEquals(data.map(({ xaxis }) => xaxis), ["x", "x", "x2"]);
});

Deno.test("linesFigure() leaves a gap for what its axis cannot show", () => {
  const y = [1, 0, -1, NaN, Infinity], x = [0, 1, 2, 3, 4];
  const drawn = (log: boolean) =>
    linesFigure([panel({ log, lines: [{ name: "a", x, y }] })], TITLE).data[0]!.y;
  assertEquals(drawn(true), [1, null, null, null, null]);
  assertEquals(drawn(false), [1, 0, -1, null, null]);
});

Deno.test("linesFigure() refuses no panels, uneven curves, and more names than looks", () => {
  assertThrows(() => linesFigure([], TITLE), RangeError, "a panel or more");
  const uneven = panel({ lines: [{ name: "a", x: [0, 1], y: [1] }] });
  assertThrows(() => linesFigure([uneven], TITLE), RangeError, 'curve "a": expected 2 y');
  const many = Array.from({ length: 8 }, (_, i) => ({ name: `${i}`, x: [0], y: [0] }));
  assertThrows(() => linesFigure([panel({ lines: many })], TITLE), RangeError, "8 groups");
});
