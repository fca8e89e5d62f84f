/** Initialization of the hidden weights. */

import { at } from "../at.ts";
import type { Random } from "../random.ts";
import { dot, subtract } from "./vectors.ts";
import { isObject, refusal, shown } from "../validate.ts";

/** How to draw the hidden weights. */
export type HiddenInit =
  | {
    /** A normal; values beyond two standard deviations are drawn again. */
    readonly kind: "truncated-normal";
    readonly stddev: number;
  }
  | {
    /** W = gain·Q with QᵀQ = 1: scales all directions alike. */
    readonly kind: "orthogonal";
    readonly gain: number;
  }
  | {
    /**
     * W = 1 + N, N from the truncated normal: with N = 0 and biases 0 a ReLU layer passes the output
     * of a ReLU on unchanged. Le, Jaitly and Hinton (arXiv 1504.00941) use it in recurrent networks.
     */
    readonly kind: "identity";
    readonly stddev: number;
  };

/**
 * Draws a uniformly random orthogonal matrix [size, size]: Gram–Schmidt on the rows of a matrix of
 * normal numbers, in float64.
 *
 * @param size rows and columns
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { orthogonal } from "gradnets/model/initial.ts";
 * import { Random } from "gradnets/random.ts";
 *
 * const [a, b, c, d] = orthogonal(2, new Random(1, 0)) as unknown as [number, number, number, number];
 * assertAlmostEquals(a * a + b * b, 1);
 * assertAlmostEquals(a * c + b * d, 0);
 * ```
 */
export function orthogonal(size: number, random: Random): Float64Array {
  const values = Float64Array.from({ length: size * size }, () => random.normal());
  const rows = Array.from(
    { length: size },
    (_, i) => values.subarray(i * size, (i + 1) * size),
  );
  rows.forEach((row, i) => {
    // Twice: the second pass removes the rounding errors of the first.
    for (let time = 0; time < 2; time++) {
      for (let before = 0; before < i; before++) {
        const other = at(rows, before);
        subtract(row, dot(row, other), other);
      }
      const length = Math.sqrt(dot(row, row));
      row.forEach((value, j) => row[j] = value / length);
    }
  });
  return values;
}

/** @throws {RangeError} if the kind of `init` is unknown, or its number not above 0 */
export function checkHiddenInit(init: HiddenInit): void {
  const refuse = (what: string, value: unknown) => {
    throw new RangeError(`Cannot build a GradNet: hiddenInit's ${what}, but is ${shown(value)}`);
  };
  if (!isObject(init)) throw refusal("Cannot build a GradNet: hiddenInit", "an object", init);
  const { kind } = init;
  if (kind !== "truncated-normal" && kind !== "orthogonal" && kind !== "identity") {
    return refuse("kind must be truncated-normal, orthogonal or identity", kind);
  }
  const [name, value] = kind === "orthogonal" ? ["gain", init.gain] : ["stddev", init.stddev];
  if (!(value > 0 && value < Infinity)) refuse(`${name} must be above 0`, value);
}

/** Draws `layers` matrices [width, width] in turn. */
export function hiddenWeights(
  init: HiddenInit,
  layers: number,
  width: number,
  random: Random,
): Float32Array {
  const size = width * width, values = new Float32Array(layers * size);
  if (init.kind !== "orthogonal") {
    const onDiagonal = (i: number) => i % size % (width + 1) === 0;
    return values.map((_, i) => {
      const noise = random.truncatedNormal(init.stddev);
      return init.kind === "identity" && onDiagonal(i) ? 1 + noise : noise;
    });
  }
  for (let l = 0; l < layers; l++) {
    values.set(orthogonal(width, random).map((q) => init.gain * q), l * size);
  }
  return values;
}
