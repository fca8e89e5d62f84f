/** A kernel in which trainings follow each other and nothing is disposed of. */

import { assertEquals, assertLess } from "@std/assert";
import { range, rerun } from "./memory.ts";

Deno.test("ten trainings one after another leave a kernel's memory as it was", async () => {
  const left = await rerun(10, 100);
  assertEquals(left.length, 10);
  // A training that stayed would keep some 100 MB: images, kernels, a thread, garbage. The engine
  // collects it when it likes, so memory goes up and down; what counts is how far down.
  const [first] = range(left, 1, 1), [least] = range(left, 6, 10);
  assertLess(
    least - first,
    400,
    `MB of growth: ${left.map(({ rss }) => rss.toFixed(0)).join(" ")}`,
  );
});
