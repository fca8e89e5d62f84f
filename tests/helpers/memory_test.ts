/** A kernel in which trainings follow each other and nothing is disposed of. */

import { assertEquals, assertLess } from "@std/assert";
import { range, rerun } from "./memory.ts";

Deno.test("trainings one after another come to a constant memory in a kernel", async () => {
  const left = await rerun(8, 20);
  assertEquals(left.length, 8);
  // A training that stayed would keep some 400 MB: images, kernels, a second thread. The kernel
  // collects after 256 MB of growth, so that at most two are there at a time; V8 by itself lets
  // four come together, 1.7 GB.
  const [, most] = range(left, 1, 8);
  assertLess(most, 1400, `MB: ${left.map(({ rss }) => rss.toFixed(0)).join(" ")}`);
});
