/**
 * The core as plain JavaScript: the same seed gives the same numbers, to the last bit, in every
 * runtime. A runtime that is not here is skipped by name.
 */

import { assert, assertEquals } from "@std/assert";
import { holds, row } from "../same/compared.ts";
import { here, runtimes } from "../same/runtimes.ts";

Deno.test("the core trains on one thread, fused, and learns", () => {
  for (const { depth, kernels, losses, accuracy } of here()) {
    assertEquals([kernels, losses.length], ["fused (SIMD)", 300]);
    if (depth > 5) continue; // not all kinds learn at 50 layers
    const [first, last] = [losses[0], losses.at(-1)];
    assert(first !== undefined && last !== undefined && last < first);
    assert(accuracy > 0.5, `${accuracy}`);
  }
});

for (const { name, compare } of runtimes) {
  Deno.test({
    name: `the core gives the same 300 losses of every kind of layer in ${name}${
      compare ? "" : ": skipped, not found"
    }`,
    ignore: compare === undefined,
    fn: async () => {
      const found = await compare?.() ?? [];
      const places = name === "Chromium" ? 2 : 1;
      assertEquals(found.length, places * here().length);
      for (const one of found) assert(holds(one), row(one));
    },
  });
}
