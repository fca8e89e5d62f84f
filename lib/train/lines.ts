/** The log lines of the 2015 notebook, and its number format. */

import type { Point } from "./metrics.ts";

/**
 * Formats `x` like "%g" of C and Python: six significant digits, no trailing zeros, an exponent
 * below 1e-4 and from seven digits before the point.
 *
 * Source: C11 (N1570) 7.21.6.1, conversion `g`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatG } from "gradnets/train/lines.ts";
 *
 * assertEquals([1 / 110, 0.08, 7.6e-5, 1234567].map(formatG), [
 *   "0.00909091",
 *   "0.08",
 *   "7.6e-05",
 *   "1.23457e+06",
 * ]);
 * ```
 */
export function formatG(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
  const sign = x < 0 || Object.is(x, -0) ? "-" : "";
  const [mantissa = "", power = ""] = sixDigits(Math.abs(x)).split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) {
    const decimals = Number(`${mantissa}e${power}`).toFixed(5 - exponent);
    return sign + withoutZeros(decimals);
  }
  const digits = String(Math.abs(exponent)).padStart(2, "0");
  return `${sign}${withoutZeros(mantissa)}e${exponent < 0 ? "-" : "+"}${digits}`;
}

/**
 * Formats a measurement as the original's three lines, word for word. The epoch is rounded down.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { originalLines } from "gradnets/train/lines.ts";
 *
 * const point = { iter: 0, epoch: 0, g: 0, learningRate: 1e-3, keep: 0.95, loss: 118.9, crossEntropy: 115.3,
 *   weightNorm: 0.0724656, gradientNorm: 0, trainAccuracy: 0.08, testAccuracy: 0.0931 };
 * assertEquals(originalLines(point), [
 *   "iter 0, epoch 0, training accuracy 0.08, g: 0",
 *   "weight norm: 0.0724656, grad norm: 0",
 *   "test accuracy 0.0931",
 * ]);
 * ```
 */
export function originalLines(point: Point): [string, string, string] {
  const { iter, epoch, g, weightNorm, gradientNorm, trainAccuracy, testAccuracy } = point;
  return [
    `iter ${iter}, epoch ${Math.floor(epoch)}, training accuracy ${formatG(trainAccuracy)}, ` +
    `g: ${formatG(g)}`,
    `weight norm: ${formatG(weightNorm)}, grad norm: ${formatG(gradientNorm)}`,
    `test accuracy ${formatG(testAccuracy)}`,
  ];
}

/** d.ddddde±p, rounded as in C: ties to even. JavaScript rounds them up. */
function sixDigits(x: number): string {
  const [mantissa = "", power] = x.toExponential(100).split("e"); // more digits than any tie has
  const toEven = /^\d\.\d{4}[02468]50*$/.test(mantissa);
  return toEven ? `${mantissa.slice(0, 7)}e${power}` : x.toExponential(5);
}

function withoutZeros(decimals: string): string {
  return decimals.includes(".") ? decimals.replace(/\.?0+$/, "") : decimals;
}
