/** How matrix products are cut into pieces that the registers and caches hold. */

/** `n` rounded up to a multiple of `step`. */
export const upTo = (step: number, n: number): number => Math.ceil(n / step) * step;

/** `n` rounded up to a multiple of four. */
export const up4 = (n: number): number => upTo(4, n);

/** Rows of a panel, which are multiplied at a time: as many as one kernel unrolls. */
export const TILE_K = 64;

/** Vectors of a panel's row. Sums over a matrix run through it in groups as wide, row by row. */
export const TILE_VECTORS = 13;

/** Accumulators for a row: vectors that are multiplied at a time. With two rows, ten. */
export const ACCUMULATORS = 5;

/** `n` in few parts of at most `max`, all of one size if one or two more will do, else near it. */
export function parts(n: number, max: number): number[] {
  const min = Math.ceil(n / max);
  const count = [min, min + 1, min + 2].find((count) => n % count === 0) ?? min;
  return Array.from({ length: count }, (_, i) => Math.floor((n + i) / count)).reverse();
}

/** Parts of n − ½ vectors, the last one with the half, all others as large as can be. */
export function halfParts(n: number): number[] {
  const last = (n - 1) % ACCUMULATORS || Math.min(n - 1, ACCUMULATORS);
  return [...Array<number>((n - 1 - last) / ACCUMULATORS).fill(ACCUMULATORS), last + 1];
}
