/** Floating-point operations, counted by hand. */

import { assertEquals } from "@std/assert";
import { evaluateFlops, original, stepFlops } from "gradnets/bench/recipe.ts";

Deno.test("stepFlops() is a hand count, and 44 million at the original's sizes", () => {
  // one image: 3×2, one hidden 2×2, 2×2 → forward 6 + 4 + 4 multiply-adds, dW as many, dx 4 + 4
  const small = { inputs: 3, width: 2, depth: 3, classes: 2, batch: 1 };
  assertEquals(stepFlops(small), 2 * (14 + 14 + 8));
  assertEquals(stepFlops({ ...small, batch: 5 }), 5 * 2 * (14 + 14 + 8));
  assertEquals(evaluateFlops(small, 1), 2 * 14);
  assertEquals(stepFlops(original), 43_990_000);
  assertEquals(evaluateFlops(original, 10_000), 3_194_000_000);
});
