/** A kernel in which trainings follow each other and nothing is disposed of. */

import { assertEquals, assertLess } from "@std/assert";
import { range, rerun } from "./memory.ts";

Deno.test("sixteen trainings one after another come to a constant memory in a kernel", async () => {
  const left = await rerun(16, 100);
  assertEquals(left.length, 16);
  // A training that stayed would keep some 100 MB: images, kernels, a thread, garbage. The engine
  // collects late, so memory goes up to 1.9 GB and down again; sixteen that stayed would add 1.6.
  const [, most] = range(left, 1, 16);
  assertLess(most, 2600, `MB: ${left.map(({ rss }) => rss.toFixed(0)).join(" ")}`);
});
