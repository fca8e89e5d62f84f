/** What a whole training is estimated to take. */

import { assertAlmostEquals } from "@std/assert";
import { estimatedSeconds } from "gradnets/bench/long.ts";

Deno.test("estimatedSeconds() has all steps, and a step and an evaluation every 100", () => {
  assertAlmostEquals(estimatedSeconds(1, 0), 22.22);
  assertAlmostEquals(estimatedSeconds(0, 50), 11);
});
