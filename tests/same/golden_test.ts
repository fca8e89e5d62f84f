/** No change of numbers goes unseen. */

import { assert, assertEquals } from "@std/assert";
import { hasRelaxedSimd } from "gradnets/engine/fused/support.ts";
import { sizes } from "./agree.ts";
import { holds, row } from "./compared.ts";
import { golden } from "./golden.ts";

const MEANT = "the numbers of a training changed. If that is not meant, find out why. If it is: " +
  "deno run -A tests/same/golden.ts writes the new ones; say in the commit why they changed";

for (const form of ["plain", "relaxed"] as const) {
  Deno.test({
    name: `500 steps of every kind of layer give the golden figures, on ${form} SIMD`,
    ignore: form === "relaxed" && !hasRelaxedSimd(),
    fn: async () => {
      const found = await golden(form === "relaxed");
      assertEquals(found.length, sizes.length);
      for (const one of found) assert(holds(one), `${row(one)}: ${MEANT}`);
    },
  });
}
