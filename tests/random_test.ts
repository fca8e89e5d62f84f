/** The generator against published values and closed forms. */

import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { mix32, Random, streams } from "gradnets/random.ts";

function sample(count: number, draw: () => number): { mean: number; std: number } {
  const found = Array.from({ length: count }, draw);
  const mean = found.reduce((sum, x) => sum + x, 0) / count;
  return { mean, std: Math.sqrt(found.reduce((sum, x) => sum + (x - mean) ** 2, 0) / count) };
}

Deno.test("mix32() is MurmurHash3's finaliser", () => {
  // fmix32 of the public-domain C, compiled with gcc 12 and printed.
  assertEquals([0, 1, 2, 0xdeadbeef, 0xffffffff].map(mix32), [
    0,
    0x514e28b7,
    0x30f4c306,
    0x0de5c6a9,
    0x81f16f39,
  ]);
});

Deno.test("Random repeats itself for a seed and stream, and for no other; 0 is a seed", () => {
  const draw = (seed: number, stream: number) => {
    const random = new Random(seed, stream);
    return Array.from({ length: 8 }, () => random.uint32()).join();
  };
  assertEquals(draw(0, 0), draw(0, 0));
  const keys = [[0, 0], [1, 0], [0, 1], [2 ** 32 - 1, 0], [0, 2 ** 32 - 1]] as const;
  assertEquals(new Set(keys.map(([seed, stream]) => draw(seed, stream))).size, keys.length);
});

Deno.test("Random goes on from a saved state", () => {
  const random = new Random(7, streams.dropout + 3);
  random.normal();
  const saved = JSON.parse(JSON.stringify(random.state));
  const expected = [random.uniform(), random.normal(), random.below(10)];
  const again = Random.from(saved);
  assertEquals([again.uniform(), again.normal(), again.below(10)], expected);
});

Deno.test("Random.uniform() is uniform: chi² over 256 bins, and neighbours uncorrelated", () => {
  const random = new Random(0), bins = new Float64Array(256), count = 256_000;
  let last = 0, product = 0;
  for (let i = 0; i < count; i++) {
    const u = random.uniform();
    bins[Math.floor(u * 256)]!++;
    product += (u - 0.5) * (last - 0.5);
    last = u;
  }
  const chi2 = bins.reduce((sum, n) => sum + (n - count / 256) ** 2 / (count / 256), 0);
  assert(chi2 > 160 && chi2 < 375, `chi² with 255 degrees of freedom is ${chi2}`); // 1e-6 tails
  assert(Math.abs(12 * product / count) * Math.sqrt(count) < 5, "neighbours correlate");
});

Deno.test("Random.normal() and truncatedNormal() have their closed-form spread", () => {
  const random = new Random(1);
  const normal = sample(200_000, () => random.normal());
  assertAlmostEquals(normal.mean, 0, 0.01);
  assertAlmostEquals(normal.std, 1, 0.01);
  let beyond = 0;
  const truncated = sample(200_000, () => {
    const x = random.truncatedNormal(0.1);
    if (Math.abs(x) > 0.2) beyond++;
    return x;
  });
  assertEquals(beyond, 0);
  assertAlmostEquals(truncated.std, 0.1 * Math.sqrt(0.77374), 0.001); // 1 − 4φ(2)/(2Φ(2) − 1)
});

Deno.test("Random.shuffle() keeps every item and lands each anywhere alike", () => {
  const counts = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
  const random = new Random(2);
  for (let i = 0; i < 8000; i++) {
    const order = random.shuffle([0, 1, 2, 3]);
    assertEquals([...order].sort(), [0, 1, 2, 3]);
    order.forEach((item, place) => counts[item]![place]!++);
  }
  // 2,000 expected in each, σ = 38.7.
  counts.flat().forEach((n) => assert(Math.abs(n - 2000) < 200, `${n} of 2000`));
});

Deno.test("Random.dropoutMask() keeps its share and its mean", () => {
  const mask = new Random(3).dropoutMask(new Float32Array(100_000), 0.95);
  const kept = mask.filter((m) => m !== 0);
  assertEquals(new Set(kept), new Set([Math.fround(1 / 0.95)]));
  assertAlmostEquals(kept.length / mask.length, 0.95, 0.005);
});

Deno.test("Random refuses a seed that is none", () => {
  for (const seed of [-1, 0.5, NaN, 2 ** 32]) {
    assertThrows(() => new Random(seed), RangeError, `current value is ${seed}`);
  }
  assertThrows(() => new Random(0, -1), RangeError, "stream");
});
