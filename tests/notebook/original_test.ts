/** The original's logs: whole, in order, and with what its notebook printed and its article says. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { original } from "gradnets/notebook/original.ts";

const { log, points, runs, table } = original;
const accuracies = (name: keyof typeof runs) => runs[name].map((point) => point.testAccuracy);

Deno.test("original has the four logs whole: every 100 iterations, from the first to the last", () => {
  const ends = {
    "identity GReLU, tuned": 21_900,
    "highway, SGD": 21_900,
    "identity GReLU, SGD": 4500,
    "identity GReLU, Adam alone": 1700,
  };
  for (const [name, end] of Object.entries(ends)) {
    const iters = runs[name as keyof typeof runs].map(({ iter }) => iter);
    assertEquals(iters, Array.from({ length: end / 100 + 1 }, (_, i) => 100 * i), name);
  }
  for (const point of Object.values(runs).flat()) {
    assert(point.testAccuracy >= .05 && point.testAccuracy < .97);
    assertEquals(Math.round(50 * point.trainAccuracy) / 50, point.trainAccuracy); // of a batch of 50
  }
});

Deno.test("original has g where there is one, and norms where they were logged", () => {
  for (const [name, run] of Object.entries(runs)) {
    for (const { iter, g, weightNorm, gradientNorm } of run) {
      if (name === "highway, SGD") assertEquals(g, NaN);
      else assertAlmostEquals(g, Math.min(iter / 11_000, 1), 1e-6, `${name}, ${iter}`);
      const logged = name === "identity GReLU, tuned";
      assertEquals([weightNorm, gradientNorm].map(Number.isFinite), [logged, logged], name);
    }
  }
});

Deno.test("original says what the notebook printed, and what its article sums up", () => {
  // The cells' output in the notebook: iteration, test accuracy, weight norm, gradient norm.
  const printed = log.slice(1, 3).map((
    p,
  ) => [p.iter, p.testAccuracy, p.weightNorm, p.gradientNorm]);
  assertEquals(printed, [[100, .587, .0269349, .000760927], [200, .6761, .0280573, .00303799]]);
  const best = Math.max(...accuracies("identity GReLU, tuned"));
  assertEquals([best, log.find((point) => point.testAccuracy === best)?.iter], [.9419, 20_900]);
  assertEquals(log.find((point) => point.testAccuracy >= .9)?.iter, 1300);
  assertEquals(log.find((point) => point.testAccuracy >= .94)?.iter, 9200);
  assertEquals(
    [Math.max(...accuracies("highway, SGD")), accuracies("highway, SGD").at(-1)],
    [.9656, .9438],
  );
  assertEquals(Math.max(...accuracies("identity GReLU, SGD")), .9506);
  assertEquals(accuracies("identity GReLU, Adam alone").at(-1), .9459);
});

Deno.test("original's table and points are some of its log, in order", () => {
  assertEquals(table.map(({ iter }) => iter), [
    ...[0, 100, 1100, 2200, 5500, 8800, 11_000, 16_500, 21_900],
  ]);
  assertEquals(points.map(({ iter }) => iter), [
    ...[0, 100, 200, 300, 400, 500, 600, 700],
    ...[1100, 2200, 5500, 8800, 11_000, 16_500, 21_900],
  ]);
  for (const point of [...table, ...points]) assert(log.includes(point));
  assert(runs["identity GReLU, tuned"] === log);
});
