/**
 * eˣ and ln x, rounded as well as can be: to the float64 that is nearest. `Math.exp` and `Math.log`
 * may be one unit off in the last place, and are, differently in Node 20, in Bun and here; a loss
 * would differ in its last digit. These need nothing but what IEEE 754 says to the last bit.
 *
 * A value is a pair of floats, hi + lo with |lo| ≤ ulp(hi)/2, which holds 100 bits (Dekker 1971).
 * Functions return hi and leave lo in the variable `lo`, because pairs would have to be allocated.
 */

let lo = 0;

/** a + b */
function sum(a: number, b: number): number {
  const hi = a + b, part = hi - a;
  lo = (a - (hi - part)) + (b - part);
  return hi;
}

const SPLITTER = 2 ** 27 + 1;

/** a·b */
function product(a: number, b: number): number {
  const hi = a * b;
  const c = SPLITTER * a, aHi = c - (c - a), aLo = a - aHi;
  const d = SPLITTER * b, bHi = d - (d - b), bLo = b - bHi;
  lo = ((aHi * bHi - hi) + aHi * bLo + aLo * bHi) + aLo * bLo;
  return hi;
}

/** (a + aLo)·(b + bLo) */
function product2(a: number, aLo: number, b: number, bLo: number): number {
  const hi = product(a, b);
  return sum(hi, lo + (a * bLo + aLo * b));
}

/** 2^(j/64) for j from 0 to 63. */
const roots = new Float64Array(64), rootsLo = new Float64Array(64);
let step = 2, stepLo = 0;
for (let i = 0; i < 6; i++) {
  const root = Math.sqrt(step);
  const square = product(root, root);
  step = sum(root, ((step - square) - lo + stepLo) / (2 * root));
  stepLo = lo;
}
roots[0] = 1;
for (let j = 1; j < 64; j++) {
  roots[j] = product2(roots[j - 1] ?? NaN, rootsLo[j - 1] ?? NaN, step, stepLo);
  rootsLo[j] = lo;
}

/** 2^k for k from −LARGEST to LARGEST, without `**`, which need not be exact. */
const LARGEST = 1020;
const powers = new Float64Array(2 * LARGEST + 1).fill(1);
for (let k = 1; k <= LARGEST; k++) {
  powers[LARGEST + k] = (powers[LARGEST + k - 1] ?? NaN) * 2;
  powers[LARGEST - k] = (powers[LARGEST - k + 1] ?? NaN) / 2;
}

// ln(2)/64 in three parts, of which the first two have 36 bits: n times them is exact.
const PART1 = 0.010830424696223417, PART2 = 2.5728046223228848e-14, PART3 = 4.784126150029144e-26;

/** 1/i! for i from 5 to 0, and what the floats lack. */
const coefficients = [1 / 120, 1 / 24, 1 / 6, 1 / 2, 1, 1];
const lacking = [1.1564823173178714e-19, 2.3129646346357427e-18, 9.25185853854297e-18, 0, 0, 0];

/** eʳ for |r| < 0.0055; from r⁶/6! on floats do. */
function series(r: number, rLo: number): number {
  let s = 1 / 720 + r * (1 / 5040 + r * (1 / 40320 + r * (1 / 362880 + r / 3628800))), sLo = 0;
  for (let i = 0; i < coefficients.length; i++) {
    const term = product2(s, sLo, r, rLo), termLo = lo;
    const whole = sum(coefficients[i] ?? NaN, term);
    s = sum(whole, lo + termLo + (lacking[i] ?? NaN));
    sLo = lo;
  }
  lo = sLo;
  return s;
}

/** eˣ without the factor 2^⌊n/64⌋, n being x·64/ln 2 as a whole number. */
function pair(x: number, n: number): number {
  const near = sum(x - n * PART1, -n * PART2);
  const r = sum(near, lo - n * PART3);
  const e = series(r, lo), j = n & 63;
  return product2(e, lo, roots[j] ?? NaN, rootsLo[j] ?? NaN);
}

/** eˣ, the nearest float64. From −700 down, where no softmax notices, it is the runtime's own. */
export function nearestExp(x: number): number {
  if (!(x > -700 && x < 700)) return Math.exp(x);
  const n = Math.round(x / (PART1 + PART2)), j = n & 63;
  const scale = powers[LARGEST + (n >> 6)] ?? NaN;
  // Floats alone know eˣ to 2⁻⁵⁸ of it. Mostly that settles which float64 is nearest.
  const root = roots[j] ?? NaN;
  const high = x - n * PART1, r = high - n * PART2, rLo = (high - r) - n * PART2;
  const rest = r * r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r / 720))));
  const more = (rootsLo[j] ?? NaN) + root * (r + (rLo + rest));
  const low = root + (more - root * 2 ** -58);
  if (low === root + (more + root * 2 ** -58)) return low * scale;
  return pair(x, n) * scale;
}

/** ln x, the nearest float64. */
export function nearestLog(x: number): number {
  const about = Math.log(x);
  if (!(about > -690 && about < 690)) return about;
  const d = x - 1;
  if (Math.abs(d) < 2 ** -20) {
    const cubic = d * d * d * (1 / 3 - d * (1 / 4 - d / 5));
    const square = product(d, d / 2), squareLo = lo;
    const near = sum(d, -square);
    return near + (lo + (cubic - squareLo));
  }
  // One step of Newton's: x·e^−about = 1 + δ, and ln x = about + δ.
  const n = Math.round(-about / (PART1 + PART2));
  const e = pair(-about, n), eLo = lo;
  const scaled = x * (powers[LARGEST + (n >> 6)] ?? NaN);
  return about + ((product(scaled, e) - 1) + (lo + scaled * eLo));
}

/** Whether a function of the runtime rounds like ours, at values that ask for every bit. */
function agrees(own: (x: number) => number, nearest: (x: number) => number, sign: 1 | -1): boolean {
  for (let i = 1; i <= 1000; i++) {
    const x = sign * i * 0.0137;
    if (own(x) !== nearest(x)) return false;
  }
  return true;
}

/**
 * eˣ, the nearest float64: the runtime's own function where it rounds so at 1,000 values, which is
 * three times faster, else {@linkcode nearestExp}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { exp, log } from "gradnets/engine/fused/rounded.ts";
 *
 * assertEquals([exp(0), exp(-1), exp(-Infinity)], [1, 0.36787944117144233, 0]);
 * assertEquals([log(1), log(0.5), log(0)], [0, -0.6931471805599453, -Infinity]);
 * ```
 */
export const exp: (x: number) => number = agrees(Math.exp, nearestExp, -1) ? Math.exp : nearestExp;

/** ln x, the nearest float64, likewise. */
export const log: (x: number) => number = agrees(Math.log, nearestLog, 1) ? Math.log : nearestLog;
