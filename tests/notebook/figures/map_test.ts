/** Maps of layer and g: zeros, colours, the colour bar in a picture. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { mapFigure } from "gradnets/notebook/figures.ts";
import { svg } from "gradnets/notebook/picture.ts";

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
