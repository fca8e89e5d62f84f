/** A kernel in which trainings follow each other and nothing is disposed of. */

import { assertEquals, assertLess } from "@std/assert";
import { range, rerun } from "./memory.ts";

Deno.test("sixteen trainings one after another come to a constant memory in a kernel", async () => {
  const left = await rerun(16, 100);
  assertEquals(left.length, 16);
  // A training that stayed would keep some 100 MB: images, kernels, a thread, garbage. The engine
  // collects late, so memory grows over the first eight, and goes up and down from then on; what
  // counts is how far down.
  const [before] = range(left, 8, 11), [after] = range(left, 12, 16);
  assertLess(
    after - before,
    200,
    `MB of growth: ${left.map(({ rss }) => rss.toFixed(0)).join(" ")}`,
  );
});
