/** How products are cut. */

import { assertEquals } from "@std/assert";
import { ACCUMULATORS, halfParts, parts } from "gradnets/engine/fused/tiles.ts";

Deno.test("parts() are few, and even: those of one size share their code", () => {
  assertEquals([parts(13, 13), parts(14, 13), parts(17, 13)], [[13], [7, 7], [9, 8]]);
  assertEquals([parts(784, 64), parts(65, 64), parts(1, 64)], [Array(14).fill(56), [33, 32], [1]]);
});

Deno.test("halfParts() end in the half, and no part has more than there are accumulators", () => {
  assertEquals([halfParts(1), halfParts(2), halfParts(13)], [[1], [2], [5, 5, 3]]);
  for (let n = 1; n <= 13; n++) {
    const parts = halfParts(n);
    assertEquals(parts.reduce((sum, part) => sum + part), n);
    assertEquals(
      parts.filter((part, i) => part - Number(i === parts.length - 1) > ACCUMULATORS),
      [],
    );
  }
});
