/**
 * The logistic function, four at a time:
 *
 * ```
 * z = s, kept within ±87;  n = round(z/ln 2);  r = z − n·ln 2, |r| ≤ ½·ln 2
 * e = 2ⁿ·p(r), p a polynomial for exp;  rest = 1/(1 + e) = 1 − σ(s);  t = e·rest = σ(s)
 * ```
 *
 * Both to a relative error of 3e-7, also where one of them is near 0. Beyond ±87, where float32
 * would leave its normal numbers, they stay what they are at ±87: the smaller one 1.6e-38. What is
 * not a number stays so.
 *
 * The constants are read from memory: V8 would put each together anew, four at a time, whenever it
 * is used, and that took longer than the arithmetic.
 */

import { type Code, f32x4, i32, i32x4, type Local, multiplyAdd, v128 } from "./assembler.ts";
import type { FunctionBuilder } from "./locals.ts";

// p(r) = 1 + r + r²·(c₄ + c₃·r + … + c₀·r⁴): of all of that form the one whose largest relative
// error is least, 3e-9, found by Lawson's weighted least squares.
const COEFFICIENTS = [1.381432056e-3, 8.368851066e-3, 4.166840108e-2, 0.1666651952, 0.4999999337];

// A float from 2²³ to 2²⁴ is a whole number, and its last bits are that number's: those of n + 127,
// which is the exponent of 2ⁿ.
const ROUNDER = 1.5 * 2 ** 23 + 127;

const CONSTANTS = {
  max: 87,
  min: -87,
  log2e: 1.44269504088896341,
  rounder: ROUNDER,
  unrounder: -ROUNDER,
  ln2: -0.693359375, // −ln 2 in two parts: n times the first is exact
  ln2Rest: 2.12194440e-4,
  one: 1,
};
const names = Object.keys(CONSTANTS);

/** Constants that {@linkcode sigmoid} reads, each four times. */
export const sigmoidConstants: readonly number[] = [
  ...Object.values(CONSTANTS),
  ...COEFFICIENTS,
].flatMap((c) => [c, c, c, c]);

/** Locals that {@linkcode sigmoid} takes for itself. */
export type SigmoidLocals = Readonly<Record<"rest" | "e" | "n" | "r", Local>>;

/** Makes {@linkcode SigmoidLocals}. */
export function sigmoidLocals(f: FunctionBuilder): SigmoidLocals {
  const [rest, e, n, r] = f.vectors(4);
  return { rest, e, n, r };
}

/**
 * Sets `t` to σ(s), and `rest` to 1 − σ(s).
 *
 * @param constants address of {@linkcode sigmoidConstants}
 */
export function sigmoid(
  s: Code,
  t: Local,
  { rest, e, n, r }: SigmoidLocals,
  constants: number,
  relaxed: boolean,
): Code {
  const load = (index: number) => v128.load(i32.const(constants + 16 * index));
  const constant = (name: keyof typeof CONSTANTS) => load(names.indexOf(name));
  const madd = multiplyAdd(relaxed), p = t, one = constant("one");
  return [
    ...r.set(f32x4.pmax(f32x4.pmin(s, constant("max")), constant("min"))),
    ...e.set(madd(r.get, constant("log2e"), constant("rounder"))),
    ...n.set(f32x4.add(e.get, constant("unrounder"))),
    ...r.set(madd(n.get, constant("ln2"), r.get)),
    ...r.set(madd(n.get, constant("ln2Rest"), r.get)),
    ...p.set(load(names.length)),
    ...COEFFICIENTS.slice(1).flatMap((_, i) =>
      p.set(madd(p.get, r.get, load(names.length + 1 + i)))
    ),
    ...p.set(f32x4.add(madd(p.get, f32x4.mul(r.get, r.get), r.get), one)),
    ...e.set(f32x4.mul(p.get, i32x4.shl(e.get, 23))),
    ...rest.set(f32x4.div(one, f32x4.add(one, e.get))),
    ...t.set(f32x4.mul(e.get, rest.get)),
  ];
}
