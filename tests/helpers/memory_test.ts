/** A kernel in which trainings follow each other and nothing is disposed of. */

import { assertEquals, assertLess } from "@std/assert";
import { range, rerun } from "./memory.ts";

Deno.test("ten trainings one after another leave a kernel's memory as it was", async () => {
  const left = await rerun(10, 100);
  assertEquals(left.length, 10);
  // Each has 8 MB of images and a thread. Garbage is collected when the engine likes: two or three
  // of them lie about at a time, but not ten.
  const [, before] = range(left, 1, 5), [, after] = range(left, 8, 10);
  assertLess(
    after - before,
    100,
    `MB of growth: ${left.map(({ rss }) => rss.toFixed(0)).join(" ")}`,
  );
});
