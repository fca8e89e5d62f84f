/** Each group has a look of its own. */

import { assert, assertEquals } from "@std/assert";
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
  const mixed = groupStyles(["plain", "τ = 5"]);
  assert(mixed.get("plain")!.color !== mixed.get("τ = 5")!.color);
});
