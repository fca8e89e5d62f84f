/**
 * Images as the files have them, a byte a pixel, to the floats that a product takes: pixel / 255,
 * in float32, so to the last bit what `Batch.images` has. To multiply by 1/255 would round twice,
 * and to divide is slow. But 1/255 is 2⁻⁸ + 2⁻¹⁶ and a little more: a pixel times the first is exact,
 * and a pixel times the rest so small that its rounding changes the sum for none of the 256.
 *
 * A batch is copied in as bytes, a quarter of what its floats are. The test images stay bytes: a
 * chunk at a time becomes floats in the nearer caches, and they do not stream from memory.
 */

import { f32x4, i16x8, i32, i32x4, repeat, type, v128 } from "./assembler.ts";
import { ConstantPool } from "./constant_pool.ts";
import type { ModuleBuilder } from "./module.ts";

/** Pixels at a time. What lies beyond the last one of an array, up to as many, is written too. */
export const PIXELS = 8;

const HIGH = 2 ** -8 + 2 ** -16, LOW = 1 / 255 - HIGH;

/**
 * Adds "unpack": from bytes at `from` to floats from `to` up to `end`.
 *
 * @param pool address of 16 bytes; see constant_pool.ts
 */
export function unpack(module: ModuleBuilder, pool: number): void {
  const params = { from: type.i32, to: type.i32, end: type.i32 } as const;
  module.add({ name: "unpack", params }, ({ from, to, end }, f) => {
    const [eight, pixel] = f.vectors(2);
    const constants = new ConstantPool(f, pool);
    const times = (factor: number) => f32x4.mul(pixel.get, constants.of(f32x4.const(factor)));
    const high = times(HIGH), low = times(LOW);
    const loop = repeat(to, 4 * PIXELS, end.get, [
      ...eight.set(i16x8.load8U(from.get)),
      ...[i32x4.extendLow, i32x4.extendHigh].flatMap((extend, half) => [
        ...pixel.set(f32x4.convert(extend(eight.get))),
        ...v128.store(to.get, f32x4.add(high, low), 16 * half),
      ]),
      ...from.set(i32.add(from.get, i32.const(PIXELS))),
    ]);
    return [...constants.setup, ...loop];
  });
}
