/** Vectors in float64. */

/** Σ aₙ·bₙ */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < a.length; n++) sum += (a[n] ?? NaN) * (b[n] ?? NaN);
  return sum;
}

/** a ← a − factor · b */
export function subtract(a: Float64Array, factor: number, b: Float64Array): void {
  for (let n = 0; n < a.length; n++) a[n] = (a[n] ?? NaN) - factor * (b[n] ?? NaN);
}
