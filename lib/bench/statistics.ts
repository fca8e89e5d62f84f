/** Statistics of noisy timings. */

/** Median, minimum and maximum of some numbers. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Returns the median; of an even number of values the mean of the middle two.
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

/** Returns the mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Returns the median of the ratios `values` / `of` within each round, because neighbours in a round
 * ran under the same load.
 *
 * @throws {RangeError} if the two differ in the number of rounds
 */
export function ratio(values: readonly number[], of: readonly number[]): number {
  if (values.length !== of.length) {
    throw new RangeError(`Cannot compare ${values.length} rounds with ${of.length}`);
  }
  return median(values.map((value, round) => value / of[round]!));
}

/** Fits y = intercept + slope·x by least squares; r² is the explained fraction of y's variance. */
export function line(xs: readonly number[], ys: readonly number[]) {
  const x0 = mean(xs), y0 = mean(ys);
  const sxy = xs.reduce((sum, x, i) => sum + (x - x0) * (ys[i]! - y0), 0);
  const sxx = xs.reduce((sum, x) => sum + (x - x0) ** 2, 0);
  const syy = ys.reduce((sum, y) => sum + (y - y0) ** 2, 0);
  const slope = sxy / sxx;
  return { slope, intercept: y0 - slope * x0, r2: sxy ** 2 / (sxx * syy) };
}
