/**
 * The logistic function, four at a time:
 *
 * ```
 * z = −s, kept within ±87;  n = round(z/ln 2);  r = z − n·ln 2, |r| ≤ ½·ln 2
 * e = 2ⁿ·p(r), p the polynomial of exp;  t = 1/(1 + e) = σ(s);  rest = e·t = 1 − σ(s)
 * ```
 *
 * Both to a relative error of about 1e-7, also where one of them is near 0. Beyond ±87, where
 * float32 would leave its normal numbers, they stay what they are at ±87: 1.6e-38. The polynomial
 * is that of Cephes' expf (Stephen Moshier). What is not a number stays so.
 */

import { type Code, f32x4, i32x4, type Local, multiplyAdd } from "./assembler.ts";

const MOST = 87;
const LOG2_E = 1.44269504088896341;
// ln 2 in two parts: n times the first is exact.
const LN2 = 0.693359375, LN2_REST = -2.12194440e-4;
// exp(r) = 1 + r + r²·(c₅ + c₄·r + … + c₀·r⁵)
const COEFFICIENTS = [
  1.9875691500e-4,
  1.3981999507e-3,
  8.3334519073e-3,
  4.1665795894e-2,
  1.6666665459e-1,
  5.0000001201e-1,
];
// A float from 2²³ to 2²⁴ is a whole number, and its last bits are that number's.
const ROUNDER = 1.5 * 2 ** 23, ONE_EXPONENT = 127;

/** Locals that {@linkcode sigmoid} takes for itself. */
export const SIGMOID_LOCALS = 4;

/** Sets `t` to σ(s), and the first of `own` to 1 − σ(s). */
export function sigmoid(s: Code, t: Local, own: readonly Local[], relaxed: boolean): Code {
  const [e, n, r, p] = own as [Local, Local, Local, Local];
  const madd = multiplyAdd(relaxed);
  const constant = f32x4.const, one = constant(1);
  const within = f32x4.pmax(f32x4.pmin(f32x4.neg(s), constant(MOST)), constant(-MOST));
  const exponent = i32x4.const(Array(4).fill(ONE_EXPONENT));
  const [first, ...others] = COEFFICIENTS as [number, ...number[]];
  return [
    ...r.set(within),
    ...e.set(f32x4.add(f32x4.mul(r.get, constant(LOG2_E)), constant(ROUNDER))),
    ...n.set(f32x4.sub(e.get, constant(ROUNDER))),
    ...r.set(f32x4.sub(r.get, f32x4.mul(n.get, constant(LN2)))),
    ...r.set(f32x4.sub(r.get, f32x4.mul(n.get, constant(LN2_REST)))),
    ...p.set(constant(first)),
    ...others.flatMap((c) => p.set(madd(p.get, r.get, constant(c)))),
    ...p.set(f32x4.add(madd(p.get, f32x4.mul(r.get, r.get), r.get), one)),
    ...e.set(f32x4.mul(p.get, i32x4.shl(i32x4.add(e.get, exponent), 23))),
    ...t.set(f32x4.div(one, f32x4.add(one, e.get))),
    ...e.set(f32x4.mul(e.get, t.get)),
  ];
}
