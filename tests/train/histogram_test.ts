/** Histograms, against counting by hand. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "gradnets";
import { histogramOf } from "gradnets/train/histogram.ts";

Deno.test("histogramOf() counts every finite value in its bucket, and has their moments", () => {
  const random = new Random(1);
  const values = Float32Array.from({ length: 5000 }, () => random.normal());
  const found = histogramOf([...values, NaN, Infinity, -Infinity])!;
  const sorted = [...values].sort((a, b) => a - b);
  assertEquals([found.num, found.min, found.max], [5000, sorted[0]!, sorted.at(-1)!]);
  assertAlmostEquals(found.sum, sorted.reduce((sum, v) => sum + v, 0), 1e-8);
  assertAlmostEquals(found.sumSquares, sorted.reduce((sum, v) => sum + v * v, 0), 1e-8);
  assertEquals(found.bucketLimit.at(-1), found.max);
  // a value on a border may go to either side
  let below = 0;
  found.bucketLimit.forEach((limit, i) => {
    below += found.bucket[i]!;
    const clearly = sorted.filter((v) => v < limit - 1e-9).length;
    const atMost = sorted.filter((v) => v <= limit + 1e-9).length;
    assertEquals(below >= clearly && below <= atMost, true, `bucket ${i}`);
  });
  assertEquals(below, 5000);
});

Deno.test("histogramOf() of equal values is one bucket, of nothing finite nothing", () => {
  assertEquals(histogramOf([0, 0, 0]), {
    min: 0,
    max: 0,
    num: 3,
    sum: 0,
    sumSquares: 0,
    bucketLimit: [0],
    bucket: [3],
  });
  assertEquals(histogramOf([]), undefined);
  assertEquals(histogramOf([NaN, Infinity]), undefined);
});
