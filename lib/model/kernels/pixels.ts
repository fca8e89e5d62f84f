/**
 * Images as the files have them, a byte a pixel, to the floats that a product takes: pixel / 255,
 * in float32, so to the last bit what `Batch.images` has. It divides, because to multiply by 1/255
 * would round twice.
 *
 * A batch is copied in as bytes, a quarter of what its floats are. The test images stay bytes: a
 * chunk at a time becomes floats in the nearer caches, and they do not stream from memory.
 */

import { f32x4, i16x8, i32, i32x4, repeat, type, v128 } from "./assembler.ts";
import type { ModuleBuilder } from "./module.ts";

/** Pixels at a time. What lies beyond the last one of an array, up to as many, is written too. */
export const PIXELS = 8;

/** Adds "unpack": (from, to, end), addresses of bytes and floats, `end` that of the last float + 4. */
export function unpack(module: ModuleBuilder): void {
  module.add("unpack", [type.i32, type.i32, type.i32], undefined, (f) => {
    const [from, to, end] = [f.at(0), f.at(1), f.at(2)];
    const eight = f.local(type.v128);
    const whole = f32x4.const(255);
    return repeat(to, 4 * PIXELS, end.get, [
      ...eight.set(i16x8.load8U(from.get)),
      ...[i32x4.extendLow, i32x4.extendHigh].flatMap((extend, half) =>
        v128.store(to.get, f32x4.div(f32x4.convert(extend(eight.get)), whole), 16 * half)
      ),
      ...from.set(i32.add(from.get, i32.const(PIXELS))),
    ]);
  });
}
