/**
 * Images as the files have them, a byte a pixel, to the floats that a product takes: pixel / 255,
 * in float32, so to the last bit what `Batch.images` has. To multiply by 1/255 would round twice,
 * and to divide is slow. But 1/255 is 2⁻⁸ + 2⁻¹⁶ and a little more: a pixel times the first is exact,
 * and a pixel times the rest so small that its rounding changes the sum for none of the 256.
 *
 * A batch is copied in as bytes, a quarter of what its floats are. The test images stay bytes: a
 * chunk at a time becomes floats in the nearer caches, and they do not stream from memory.
 */

import { type Code, f32x4, i16x8, i32, i32x4, repeat, type, v128 } from "./assembler.ts";
import { Held } from "./held.ts";
import type { ModuleBuilder } from "./module.ts";

/** Pixels at a time. What lies beyond the last one of an array, up to as many, is written too. */
export const PIXELS = 8;

const MOST = 2 ** -8 + 2 ** -16, REST = 1 / 255 - MOST;

/**
 * Adds "unpack": (from, to, end), addresses of bytes and floats, `end` that of the last float + 4.
 *
 * @param held address of 16 bytes; see held.ts
 */
export function unpack(module: ModuleBuilder, held: number): void {
  module.add("unpack", [type.i32, type.i32, type.i32], undefined, (f) => {
    const [from, to, end] = [f.at(0), f.at(1), f.at(2)];
    const [eight, pixel] = [f.local(type.v128), f.local(type.v128)];
    const constants = new Held(f, held);
    const [most, rest] = [MOST, REST].map((part) => {
      const factor = constants.of(f32x4.const(part));
      return f32x4.mul(pixel.get, factor);
    }) as [Code, Code];
    const loop = repeat(to, 4 * PIXELS, end.get, [
      ...eight.set(i16x8.load8U(from.get)),
      ...[i32x4.extendLow, i32x4.extendHigh].flatMap((extend, half) => [
        ...pixel.set(f32x4.convert(extend(eight.get))),
        ...v128.store(to.get, f32x4.add(most, rest), 16 * half),
      ]),
      ...from.set(i32.add(from.get, i32.const(PIXELS))),
    ]);
    return [...constants.setup, ...loop];
  });
}
