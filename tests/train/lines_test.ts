/** Numbers as Python prints them, and lines as the original's log has them. */

import { assertEquals } from "@std/assert";
import { formatG, originalLines } from "gradnets/train/lines.ts";

// As CPython 3.11 prints them by "%g" % x; glibc's printf agrees on those it was asked about.
const printed: readonly (readonly [number, string])[] = [
  [0, "0"],
  [-0, "-0"],
  [0.08, "0.08"],
  [1 / 110, "0.00909091"],
  [7.6e-5, "7.6e-05"],
  [0.0001, "0.0001"],
  [9.99999e-5, "9.99999e-05"],
  [9.999995e-5, "0.0001"],
  [22000, "22000"],
  [999999, "999999"],
  [999999.5, "1e+06"],
  [1e6, "1e+06"],
  [-2.5e-7, "-2.5e-07"],
  [1 / 3, "0.333333"],
  [5e-324, "4.94066e-324"],
  [Number.MAX_VALUE, "1.79769e+308"],
  // exact ties go to the even digit
  [100000.5, "100000"],
  [100001.5, "100002"],
  [1234.125, "1234.12"],
  [1234.375, "1234.38"],
  [NaN, "nan"],
  [Infinity, "inf"],
  [-Infinity, "-inf"],
];

Deno.test('formatG() prints what C and Python print by "%g"', () => {
  for (const [x, expected] of printed) assertEquals(formatG(x), expected);
});

Deno.test("originalLines() has the original's log word for word", () => {
  const point = {
    iter: 100,
    epoch: 100 / 1100,
    g: 100 / 1100 / 10,
    learningRate: 0.001,
    keep: 0.95,
    loss: 2,
    crossEntropy: 1,
    weightNorm: 0.0269349,
    gradientNorm: 0.000760927,
    trainAccuracy: Math.fround(0.52),
    testAccuracy: Math.fround(0.587),
  };
  assertEquals(originalLines(point), [
    "iter 100, epoch 0, training accuracy 0.52, g: 0.00909091",
    "weight norm: 0.0269349, grad norm: 0.000760927",
    "test accuracy 0.587",
  ]);
});

Deno.test("originalLines() prints whole epochs and g at its end", () => {
  const point = {
    iter: 21_900,
    epoch: 21_900 / 1100,
    g: 1,
    learningRate: 0.001,
    keep: 0.95,
    loss: 2,
    crossEntropy: 1,
    weightNorm: 0.0631,
    gradientNorm: 0.0579,
    trainAccuracy: 1,
    testAccuracy: 0.9416,
  };
  assertEquals(originalLines(point)[0], "iter 21900, epoch 19, training accuracy 1, g: 1");
});
