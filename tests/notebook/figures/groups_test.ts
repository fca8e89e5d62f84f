/** Each group has a look of its own. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { palette } from "gradnets/notebook/figures.ts";
import { groupStyles } from "gradnets/notebook/figures/groups.ts";
import { layerKinds } from "gradnets/model/layers.ts";

Deno.test("groupStyles() tells every kind of layer from the others, by colour and without", () => {
  const styles = [...groupStyles(layerKinds).values()];
  const different = (looks: readonly string[]) => new Set(looks).size;
  assertEquals(different(styles.map(({ color }) => color)), layerKinds.length);
  assertEquals(different(styles.map(({ dash, symbol }) => `${dash} ${symbol}`)), layerKinds.length);
  const colors: readonly string[] = Object.values(palette);
  assert(styles.every(({ color }) => colors.includes(color)));
});

Deno.test("groupStyles() gives a kind of layer one look, whatever it is called and beside", () => {
  const look = (name: string, ...beside: string[]) => groupStyles([...beside, name]).get(name);
  for (const kind of layerKinds) {
    const own = look(kind);
    assertEquals(look(`${kind}, g = 0.1`, "τ = 5"), own);
    assertEquals(look(kind, ...layerKinds.filter((other) => other !== kind)), own);
  }
  assertEquals(look("identity, g = 0.1", "linear, g = 0"), look("identity-grelu"));
  assertEquals(look("identity GReLU, SGD"), look("identity-grelu"));
  assertEquals(look("Plain"), look("plain"));
  for (const other of ["identity plus 0.01", "linearly", "plainer"]) { // no kinds of layers
    assertEquals(look(other), look("τ = 5"), other);
  }
});

Deno.test("groupStyles() has a colour for each name, and refuses more names than colours", () => {
  const names = ["linear, a", "linear, b", "τ = 5", "plain", "1", "2", "3"];
  const colours = [...groupStyles(names).values()].map(({ color }) => color);
  assertEquals([colours[0], new Set(colours).size], [palette.vermillion, 7]);
  assertThrows(() => groupStyles([...names, "4"]), RangeError, "8 groups");
});
