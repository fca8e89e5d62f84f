/**
 * Linearity of a map on given data, and singular values: small float64 linear algebra on plain
 * arrays, for the probes.
 */

// Inputs come from float32 arithmetic: residuals below this, relative to the data, may be rounding.
const ROUNDING = 1e-6;

/**
 * Effective linearity: the fraction of the variance of y that the best affine map of x explains,
 *
 * R² = 1 − min over A, c of Σ‖yₙ − (xₙ·A + c)‖² / Σ‖yₙ − ȳ‖²,
 *
 * by least squares in float64 (Gram–Schmidt with column pivoting on the centred x, without directions
 * within rounding). 1: y is an affine map of x on these rows. NaN: y is constant up to rounding.
 *
 * Measured on the rows that it is fitted to, so it is biased upward: for noise it is about
 * width/(count − 1). Take several times as many rows as x has columns.
 *
 * @param x [count, width] row by row
 * @param y [count, outputs] row by row
 * @param count rows of x and y, at least width + 2: fewer are always explained in full
 * @returns in [0, 1], or NaN
 * @throws {RangeError} if there are too few rows, or lengths are not multiples of `count`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { linearR2 } from "gradnets/model/linearity.ts";
 *
 * const x = [-3, -1, 1, 3];
 * assertAlmostEquals(linearR2(x, x.map((x) => 2 * x + 1), 4), 1);
 * assertAlmostEquals(linearR2(x, x.map((x) => Math.max(x, 0)), 4), 5 / 6); // the best is x/2 + 1
 * assertAlmostEquals(linearR2(x, x.map((x) => x * x), 4), 0); // no slope helps
 * ```
 */
export function linearR2(x: ArrayLike<number>, y: ArrayLike<number>, count: number): number {
  const width = x.length / count, outputs = y.length / count;
  if (!Number.isInteger(width) || !Number.isInteger(outputs)) {
    throw new RangeError(
      `Cannot fit an affine map: expected ${count} rows of x and of y, but they hold ` +
        `${x.length} and ${y.length} numbers`,
    );
  }
  if (count < width + 2) {
    throw new RangeError(
      `Cannot judge linearity from ${count} rows: with ${width} columns at least ${width + 2} ` +
        "are needed, and several times as many tell more",
    );
  }
  const residuals = centredColumns(y, count, outputs);
  const total = residuals.reduce((sum, { column }) => sum + dot(column, column), 0);
  const size = residuals.reduce((sum, { size }) => sum + size, 0);
  if (total <= ROUNDING ** 2 * size) return NaN;
  for (const direction of directions(centredColumns(x, count, width))) {
    for (const { column } of residuals) subtract(column, dot(column, direction), direction);
  }
  const left = residuals.reduce((sum, { column }) => sum + dot(column, column), 0);
  return 1 - left / total;
}

/** A centred column, and its sum of squares before centring. */
interface Centred {
  readonly column: Float64Array;
  readonly size: number;
}

function centredColumns(rows: ArrayLike<number>, count: number, width: number): Centred[] {
  return Array.from({ length: width }, (_, j) => {
    const column = Float64Array.from({ length: count }, (_, n) => rows[n * width + j]!);
    const size = dot(column, column);
    const mean = column.reduce((sum, value) => sum + value, 0) / count;
    return { column: column.map((value) => value - mean), size };
  });
}

/** Yields orthonormal directions that span the columns, largest first. Overwrites the columns. */
function* directions(columns: readonly Centred[]): Generator<Float64Array> {
  let left = columns.map((centred) => ({ ...centred, squares: 0 }));
  while (true) {
    for (const one of left) one.squares = dot(one.column, one.column);
    left = left.filter(({ squares, size }) => squares > ROUNDING ** 2 * size)
      .sort((a, b) => a.squares - b.squares);
    const largest = left.pop();
    if (!largest) return;
    const norm = Math.sqrt(largest.squares);
    const direction = largest.column.map((value) => value / norm);
    yield direction;
    for (const { column } of left) subtract(column, dot(column, direction), direction);
  }
}

/**
 * Computes the singular values of a matrix, largest first, by one-sided Jacobi rotations in float64.
 *
 * @param matrix rows of equal length, no more columns than rows
 * @returns one per column
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { singularValues } from "gradnets/model/linearity.ts";
 *
 * const [largest, smallest] = singularValues([[3, 0], [4, 5]]); // √45 and √5
 * assertAlmostEquals(largest!, Math.sqrt(45));
 * assertAlmostEquals(smallest!, Math.sqrt(5));
 * ```
 */
export function singularValues(matrix: readonly (readonly number[])[]): number[] {
  const width = matrix[0]?.length ?? 0;
  if (matrix.length < width || matrix.some((row) => row.length !== width)) {
    throw new RangeError(
      `Cannot find singular values: expected rows of equal length and at least as many as ` +
        `columns, but found ${matrix.length} of ${[...new Set(matrix.map((row) => row.length))]}`,
    );
  }
  const columns = Array.from({ length: width }, (_, j) => Float64Array.from(matrix, (r) => r[j]!));
  for (let turned = true, sweep = 0; turned && sweep < 60; sweep++) {
    turned = false;
    for (let i = 0; i < width; i++) {
      for (let j = i + 1; j < width; j++) {
        turned = orthogonalise(columns[i]!, columns[j]!) || turned;
      }
    }
  }
  return columns.map((column) => Math.sqrt(dot(column, column))).sort((a, b) => b - a);
}

/** Rotates two columns in their plane to make them orthogonal; returns false if they were. */
function orthogonalise(a: Float64Array, b: Float64Array): boolean {
  const aa = dot(a, a), bb = dot(b, b), ab = dot(a, b);
  if (Math.abs(ab) <= 1e-15 * Math.sqrt(aa * bb)) return false;
  const zeta = (bb - aa) / (2 * ab);
  const tan = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const cos = 1 / Math.hypot(1, tan), sin = cos * tan;
  for (let n = 0; n < a.length; n++) {
    const [p, q] = [a[n]!, b[n]!];
    a[n] = cos * p - sin * q;
    b[n] = sin * p + cos * q;
  }
  return true;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < a.length; n++) sum += a[n]! * b[n]!;
  return sum;
}

/** a ← a − factor · b */
function subtract(a: Float64Array, factor: number, b: Float64Array): void {
  for (let n = 0; n < a.length; n++) a[n]! -= factor * b[n]!;
}
