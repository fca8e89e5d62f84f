/** A cell takes as long as in the plain kernel. */

import { assert } from "@std/assert";
import { latencies } from "./latency.ts";

Deno.test("1 + 1 takes at most 10 ms longer than in the plain kernel (median of 50)", async () => {
  const { ours, plain } = await latencies(50);
  assert(ours <= plain + 10, `${ours.toFixed(1)} ms, not ${plain.toFixed(1)} ms + 10 ms`);
});
