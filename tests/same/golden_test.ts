/** No change of numbers goes unseen. */

import { assertEquals } from "@std/assert";
import { hasRelaxedSimd } from "gradnets/engine/fused/support.ts";
import { golden, type GoldenFile, path } from "./golden.ts";

const { plain, relaxed }: GoldenFile = JSON.parse(await Deno.readTextFile(path));

const MEANT = "the numbers of a training changed. If that is not meant, find out why. If it is: " +
  "deno run -A tests/same/golden.ts writes the new ones; say in the commit why they changed";

Deno.test("500 steps of every kind of layer give the golden figures, on plain SIMD", async () => {
  assertEquals(await golden(false), plain, MEANT);
});

Deno.test({
  name: "500 steps of every kind of layer give the golden figures, on relaxed SIMD",
  ignore: !hasRelaxedSimd(),
  fn: async () => {
    const found = await golden(true);
    // a processor without multiply-add rounds twice, as plain SIMD does
    const [first, rounded] = [found[0]?.sha256, plain[0]?.sha256];
    assertEquals(found, first === rounded ? plain : relaxed, MEANT);
  },
});
