/** The figures of the course: slider, curves over depth, maps of layer and g. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  layersFigure,
  linesFigure,
  type LinesPanel,
  mapFigure,
  sliderFigure,
} from "gradnets/notebook/figures.ts";
import { svg } from "gradnets/notebook/picture.ts";

type Step = { label: string; method: string; args: [{ y: number[][] }, number[]] };
type Slider = { active: number; steps: Step[] };

Deno.test("sliderFigure() holds, in each step, both GReLUs at its g for the curves it moves", () => {
  const { data, layout } = sliderFigure({ steps: 4, g: 0.25, x: 2 });
  const [{ active, steps }] = layout.sliders as unknown as [Slider];
  assertEquals(steps.map(({ label }) => label), ["0", "0.25", "0.5", "0.75", "1"]);
  assertEquals(steps.every(({ method }) => method === "restyle"), true);
  // u = −3, 0, 3: leaky ReLU of slope 1−g, and g·relu(u) + (1−g)·2.
  assertEquals(steps.map(({ args }) => args[0].y), [
    [[-3, 0, 3], [2, 2, 2]],
    [[-2.25, 0, 3], [1.5, 1.5, 2.25]],
    [[-1.5, 0, 3], [1, 1, 2.5]],
    [[-0.75, 0, 3], [0.5, 0.5, 2.75]],
    [[0, 0, 3], [0, 0, 3]],
  ]);
  // What is drawn before anything moves is the active step.
  for (const { args: [, moved] } of steps) {
    assertEquals(moved.map((i) => data[i]!.name), ["g of the slider", "g of the slider"]);
    assertEquals(moved.map((i) => data[i]!.y as number[]), steps[active]!.args[0].y);
  }
});

Deno.test("sliderFigure() refuses a start between its steps", () => {
  assertThrows(() => sliderFigure({ g: 0.33 }), RangeError, "stands at g = 0.33");
  assertThrows(() => sliderFigure({ steps: 0 }), RangeError, "0 steps");
  assertThrows(() => sliderFigure({ steps: 2.5 }), RangeError, "2.5 steps");
});

Deno.test("sliderFigure() as a picture has the slider in it, with the g it stands at", async () => {
  const drawn = await svg(sliderFigure({ g: 0.35 }));
  assert(drawn.includes(">g = 0.35<"));
});

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
  assertThrows(() => linesFigure([], TITLE), RangeError, "0 panels");
  const uneven = panel({ lines: [{ name: "a", x: [0, 1], y: [1] }] });
  assertThrows(() => linesFigure([uneven], TITLE), RangeError, 'curve "a": expected 2 y');
  const many = Array.from({ length: 8 }, (_, i) => ({ name: `${i}`, x: [0], y: [0] }));
  assertThrows(() => linesFigure([panel({ lines: many })], TITLE), RangeError, "8 kinds");
});

const axes = {
  title: "t",
  scale: "s",
  x: { title: "g", values: [0, 0.5, 1] },
  y: { title: "layer", values: [1, 2] },
};

Deno.test("mapFigure() hatches exact zeros, colours logarithms, and spans whole powers", () => {
  const { data } = mapFigure([
    { heading: "a", z: [[0, 1e-3, 1], [0, 2e-5, 1e-1]] },
    { heading: "b", z: [[1, 1, 1], [1, NaN, 1]] },
  ], { ...axes, log: true });
  assertEquals(data.map(({ type }) => type), ["heatmap", "scatter", "heatmap"]);
  assertEquals(data[0]!.z, [[null, -3, 0], [null, Math.log10(2e-5), -1]]);
  assertEquals([data[1]!.x, data[1]!.y], [[0, 0], [1, 2]]);
  assertEquals(data[2]!.z, [[0, 0, 0], [0, null, 0]]);
  assertEquals(data[1]!.showlegend, true);
  for (const { zmin, zmax } of [data[0]!, data[2]!]) assertEquals([zmin, zmax], [-5, 0]);
  assertEquals([data[0]!.showscale, data[2]!.showscale], [true, false]);
});

Deno.test("mapFigure() of shares shows 0 as a number like others", () => {
  const z = [[0, 0.5, 1], [0, 0, 0]];
  const { data } = mapFigure([{ heading: "a", z }], { ...axes, range: [0, 1] });
  assertEquals(data.length, 1);
  assertEquals(data[0]!.z, z);
  const { zmin, zmax, colorscale } = data[0]!;
  assertEquals([zmin, zmax], [0, 1]);
  const scale = colorscale as unknown as [number, string][];
  assertEquals([scale[0], scale.at(-1)], [[0, "rgb(68,1,84)"], [1, "rgb(253,231,37)"]]);
});

Deno.test("mapFigure() refuses a map that does not fit its axes", () => {
  const map = (z: number[][]) => () => mapFigure([{ heading: "a", z }], axes);
  assertThrows(map([[1, 2, 3]]), RangeError, "2 rows of 3, found 1 of 3");
  assertThrows(map([[1, 2, 3], [1]]), RangeError, "found 2 of 3,1");
});

Deno.test("a picture paints the gradient of a colour bar, not black", async () => {
  const drawn = await svg(mapFigure([{ heading: "a", z: [[0, 0.5, 1], [0, 0, 0]] }], axes));
  assert(drawn.includes("linearGradient"));
  assert(!/url\(['"&]/.test(drawn), "no reference in quotes");
});

Deno.test("layersFigure() puts layers up and g across, and refuses what does not match", () => {
  const layer = (dead: number) => (
    { activation: 0, spread: 0, gradient: 0, weightGradient: 0, dead }
  );
  const found = [[layer(1), layer(2), layer(3)], [layer(4), layer(5), layer(6)]];
  const one = { name: "one", gs: [0, 1], found };
  const draw = (...probed: typeof one[]) =>
    layersFigure(probed, ({ dead }) => dead, { title: "t", scale: "s" });
  const { data } = draw(one, one);
  assertEquals(data.map(({ z }) => z), [[[1, 4], [2, 5], [3, 6]], [[1, 4], [2, 5], [3, 6]]]);
  assertEquals([data[0]!.x, data[0]!.y], [[0, 1], [1, 2, 3]]);
  assertThrows(() => draw(), RangeError, "no layers");
  assertThrows(() => draw(one, { ...one, name: "other", gs: [0, 0.5] }), RangeError, '"other"');
  assertThrows(() => draw(one, { ...one, found: found.slice(1) }), RangeError, '"one"');
});
