/** What many noisy timings come to. */

/** Middle, least and greatest of some numbers. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * The middle one by size; of an even number of them the mean of the two in the middle.
 *
 * @throws {RangeError} if there are none
 */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("Cannot take the median of no numbers");
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** @throws {RangeError} if there are none */
export function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** The mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * How many times `of` the `values` are: the median of the ratios within each round, since two
 * neighbours in a round met the same neighbours on the machine.
 *
 * @throws {RangeError} if the two did not run the same rounds
 */
export function ratio(values: readonly number[], of: readonly number[]): number {
  if (values.length !== of.length) {
    throw new RangeError(`Cannot compare ${values.length} rounds with ${of.length}`);
  }
  return median(values.map((value, round) => value / of[round]!));
}

/** Least squares: y = intercept + slope·x, and r², the share of y's variance that it explains. */
export function line(xs: readonly number[], ys: readonly number[]) {
  const x0 = mean(xs), y0 = mean(ys);
  const sxy = xs.reduce((sum, x, i) => sum + (x - x0) * (ys[i]! - y0), 0);
  const sxx = xs.reduce((sum, x) => sum + (x - x0) ** 2, 0);
  const syy = ys.reduce((sum, y) => sum + (y - y0) ** 2, 0);
  const slope = sxy / sxx;
  return { slope, intercept: y0 - slope * x0, r2: sxy ** 2 / (sxx * syy) };
}
