/** The scalars of a measurement. */

import { assertEquals } from "@std/assert";
import { scalarsOf } from "gradnets/train/scalars.ts";
import { points } from "../tensorboard/written.ts";

Deno.test("scalarsOf() has the original's tags first, and its loss without the penalty", () => {
  const scalars = scalarsOf(points[0]!);
  const original = ["loss", "weight_norm", "gradient_norm", "accuracy"];
  assertEquals(Object.keys(scalars).slice(0, 4), original);
  assertEquals(Object.values(scalars).slice(0, 4), [115.2585, 0.0724656, 0, 0.08]);
});
