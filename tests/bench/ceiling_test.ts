/** The ceiling of a core. */

import { assert, assertEquals } from "@std/assert";
import { Ceiling } from "gradnets/bench/ceiling.ts";

Deno.test("Ceiling does the multiply-adds that it counts", () => {
  const ceiling = new Ceiling();
  assertEquals(ceiling.run(1), 12 * 0.5 / 1024); // twelve sums, of ½·2⁻¹⁰ each
  assertEquals(ceiling.run(1000), 1000 * 12 * 0.5 / 1024);
  assert(ceiling.measure(1000) > 0);
});
