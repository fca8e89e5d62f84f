/**
 * Reference and fused kernels agree, with relaxed SIMD and without, on every kind of layer at 5 and
 * 50 layers: as far as rounding goes, and where rounding grows no further than the reference from
 * itself.
 */

import { assert } from "@std/assert";
import { agreements, nameOf, sizes, threads } from "./agree.ts";
import { holds, row } from "./compared.ts";

for (const size of sizes) {
  Deno.test(`all kernels train alike on ${nameOf(size)}`, () => {
    const found = agreements(size), own = found.at(-1);
    assert(own && own.found > 0, "the changed reference is the same");
    for (const one of found) assert(holds(one), row(one));
  });
}

Deno.test("one thread and two give the same losses and predictions of every kind of layer", async () => {
  for (const size of sizes) {
    const found = await threads(size);
    assert(holds(found), row(found));
  }
});
