/** Each group has a look of its own. */

import { assert, assertEquals } from "@std/assert";
import { palette } from "gradnets/notebook/figures.ts";
import { groupStyles } from "gradnets/notebook/figures/groups.ts";
import { layerKinds } from "gradnets/model/layers.ts";

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
