/** Where a run stands in a band of seeds, counted by hand. */

import { assertEquals, assertThrows } from "@std/assert";
import { type Measured, standing, standingText } from "gradnets/notebook/standing.ts";
import type { CurvePoint } from "gradnets/sweep/results.ts";
import { resultOf } from "../helpers/results.ts";

/** A seed measured every 100 iterations. */
const seedOf = (...accuracies: number[]) =>
  resultOf({}, 0, {
    curve: accuracies.map((accuracy, i): CurvePoint => [100 * i, 0, accuracy, 1, 1]),
  });
const runOf = (points: Record<number, number>): Measured[] =>
  Object.entries(points).map(([iter, testAccuracy]) => ({ iter: Number(iter), testAccuracy }));

Deno.test("standing() tells inside from below and above, the edges being inside", () => {
  const seeds = [seedOf(.2, .2, .2, .2), seedOf(.4, .4, .4, .4), seedOf(.9, .9, .9, .9)]; // mean .5
  assertEquals(standing(runOf({ 0: .2, 100: .9, 200: .1, 300: .95 }), seeds), {
    inside: [0, 100],
    below: [200],
    above: [300],
    belowMean: [0, 200],
    seeds: 3,
  });
});

Deno.test("standing() counts where two seeds or more were measured, and no iteration else", () => {
  const seeds = [seedOf(.1), seedOf(.3, .5, .6), seedOf(.2, .7)];
  // 50 is of no seed, 200 of one alone; at 100 the band is from .5 to .7, though a seed had ended
  const { inside, below, above } = standing(runOf({ 0: .3, 50: .3, 100: .4, 200: .6 }), seeds);
  assertEquals([inside, below, above], [[0], [100], []]);
});

Deno.test("standing() refuses runs that share no iteration with two seeds", () => {
  const run = runOf({ 50: .3 });
  assertThrows(() => standing(run, [seedOf(.1), seedOf(.3)]), RangeError, "none of its 1 meas");
  assertThrows(() => standing(runOf({ 0: .3 }), [seedOf(.1)]), RangeError, "two of the 1 seeds");
  assertThrows(() => standing([], []), RangeError, "Cannot tell where the run stands");
});

Deno.test("standingText() names the iterations outside, and none as none", () => {
  const where = { inside: [], below: [100, 22_000], above: [], belowMean: [100, 22_000], seeds: 8 };
  assertEquals(
    standingText("The original", where),
    "The original was measured at 2 iterations at which our 8 seeds were measured, too: it lies " +
      "inside their band at none, above it at none, below it at 2 (100; 22,000), and below their " +
      "mean at 2.",
  );
});
