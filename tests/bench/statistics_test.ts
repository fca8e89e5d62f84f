/** Medians, spreads, ratios, lines. */

import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { line, median, ratio, spread } from "gradnets/bench/statistics.ts";

Deno.test("median() takes the middle by size, or the mean of two, and leaves its input alone", () => {
  const values = [10, 9, 100];
  assertEquals(median(values), 10);
  assertEquals(values, [10, 9, 100]);
  assertEquals(median([4, 1, 3, 2]), 2.5);
  assertEquals(median([7]), 7);
  assertThrows(() => median([]), RangeError, "no numbers");
});

Deno.test("spread() is median, least and greatest", () => {
  assertEquals(spread([3, 1, 2]), { median: 2, min: 1, max: 3 });
});

Deno.test("ratio() compares round by round, so that a slow stretch of the machine cancels", () => {
  assertEquals(ratio([1, 10, 1, 10, 1], [2, 20, 2, 20, 2]), 0.5);
  assertThrows(() => ratio([1, 2], [1]), RangeError, "2 rounds with 1");
});

Deno.test("line() finds a line, and says how much of one there is", () => {
  const exact = line([1, 2, 4], [5, 7, 11]);
  assertAlmostEquals(exact.slope, 2);
  assertAlmostEquals(exact.intercept, 3);
  assertAlmostEquals(exact.r2, 1);
  assertAlmostEquals(line([1, 2, 3], [0, 1, 0]).r2, 0);
});
