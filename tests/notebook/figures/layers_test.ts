/** Layers up, g across. */

import { assertEquals, assertThrows } from "@std/assert";
import { layersFigure } from "gradnets/notebook/figures.ts";

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
