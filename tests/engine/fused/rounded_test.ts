/** exp and log, tested against integer arithmetic of 200 bits. */

import { assert, assertEquals } from "@std/assert";
import { exp, log, nearestExp, nearestLog } from "gradnets/engine/fused/rounded.ts";
import { Random } from "gradnets/random.ts";

const BITS = 200n, ONE = 1n << BITS;

/** A float64 as a whole number of 2^−BITS, rounded down. */
function fixed(x: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const whole = (bits & 0xfffffffffffffn) | (exponent > 0n ? 1n << 52n : 0n);
  const shift = BITS + exponent - 1075n;
  const size = shift >= 0n ? whole << shift : whole >> -shift;
  return bits >> 63n ? -size : size;
}

/** eˣ by its series, x halved 16 times before and the result squared as often after. */
function expOf(x: bigint): bigint {
  let term = ONE, total = ONE;
  for (let i = 1n; term !== 0n && i < 200n; i++) {
    term = ((term * x) >> BITS) / (i << 16n);
    if (term === -1n) break;
    total += term;
  }
  for (let i = 0; i < 16; i++) total = (total * total) >> BITS;
  return total;
}

/** The float64s below and above. */
function neighbours(x: number): [number, number] {
  const floats = new Float64Array([x, x]), bits = new BigInt64Array(floats.buffer);
  bits[0]! -= 1n;
  bits[1]! += 1n;
  return [Math.min(...floats), Math.max(...floats)];
}

const middle = (a: number, b: number) => (fixed(a) + fixed(b)) / 2n;

Deno.test("nearestExp() is the nearest float64", () => {
  const random = new Random(1);
  for (let i = 0; i < 3000; i++) {
    const x = (0.2 - random.uniform()) * (i % 2 ? 1 : 40), y = nearestExp(x);
    const [below, above] = neighbours(y), right = expOf(fixed(x));
    assert(middle(below, y) <= right && right <= middle(y, above), `exp(${x}) is not ${y}`);
  }
});

Deno.test("nearestLog() is the nearest float64, also near 1", () => {
  const random = new Random(2);
  for (let i = 0; i < 3000; i++) {
    const u = random.uniform();
    const x = [u, u * 1e-9, 1 + 1e-9 - u * 1e-7, 1 + (u - 0.5) * 1e-3][i % 4]!, y = nearestLog(x);
    const [below, above] = neighbours(y);
    const [min, max] = [expOf(middle(below, y)), expOf(middle(y, above))];
    assert(min <= fixed(x) && fixed(x) <= max, `log(${x}) is not ${y}`);
  }
});

Deno.test("exp() and log() have the ends that the runtime's have", () => {
  for (const x of [0, -0, 1, -Infinity, Infinity, NaN, -745, -800, 709, 800]) {
    assertEquals([exp(x), nearestExp(x)], [Math.exp(x), Math.exp(x)], `exp(${x})`);
  }
  for (const x of [0, 1, Infinity, NaN, -1, 5e-324, 1e308]) {
    assertEquals([log(x), nearestLog(x)], [Math.log(x), Math.log(x)], `log(${x})`);
  }
});

Deno.test("exp() and log() are the nearest float64, whosever functions they are here", () => {
  const random = new Random(3);
  for (let i = 0; i < 20_000; i++) {
    const x = -40 * random.uniform(), p = random.uniform();
    assertEquals([exp(x), log(p)], [nearestExp(x), nearestLog(p)]);
  }
});
