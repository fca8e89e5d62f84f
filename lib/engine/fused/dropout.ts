/**
 * Dropout masks inside the kernels: the very numbers of `Random(seed, stream).dropoutMask`, four
 * at a time. `Random` counts, so number `i` needs none of those before it.
 *
 * ```
 * h = i·GOLDEN + key1;  h = (h ^ h>>>16)·M1 + key2;  h = (h ^ h>>>13)·M2;  h = h ^ h>>>16
 * mask = h < keep·2³² ? 1/keep : 0
 * ```
 */

import { mix32 } from "../../random.ts";
import { type Code, i32, i32x4, type Local, v128 } from "./assembler.ts";
import type { ConstantPool } from "./constant_pool.ts";

const GOLDEN = 0x9e3779b9;

/** What the masks of one step follow from; whole numbers, as the kernels take them. */
export interface Dropout {
  readonly key1: number;
  readonly key2: number;
  /** A number up to this one keeps its unit. */
  readonly limit: number;
  /** 1/keep. */
  readonly scale: number;
}

/** The keys that `new Random(seed, stream)` makes, and the limit that goes with `keep` < 1. */
export function dropout(seed: number, stream: number, keep: number): Dropout {
  const key1 = mix32(seed + GOLDEN);
  const key2 = mix32(mix32(stream ^ key1) + seed);
  return { key1, key2, limit: Math.ceil(keep * 2 ** 32) - 1, scale: 1 / keep };
}

/** i·GOLDEN + key1 for the four numbers from `i` = `index`, `key1` being an i32. */
export const weyl = (index: Code, key1: Code): Code =>
  i32x4.add(
    i32x4.splat(i32.add(i32.mul(index, i32.const(GOLDEN)), key1)),
    i32x4.const([0, 1, 2, 3].map((lane) => Math.imul(lane, GOLDEN))),
  );

/** What moves {@linkcode weyl} on by `count` numbers. */
export const weylStep = (count: number): Code => i32x4.const(Math.imul(count, GOLDEN));

/**
 * Four elements of a mask.
 *
 * @param h a local of its own
 * @param from of {@linkcode weyl}
 * @param constants of the loop that this is in
 */
export function mask(
  h: Local,
  from: Code,
  { key2, limit, scale }: Readonly<Record<"key2" | "limit" | "scale", Code>>,
  constants: ConstantPool,
): Code {
  const fold = (bits: number) => v128.xor(h.get, i32x4.shrU(h.get, bits));
  const times = (multiplier: number) => constants.of(i32x4.const(multiplier));
  return [
    ...h.set(from),
    ...h.set(i32x4.add(i32x4.mul(fold(16), times(0x85ebca6b)), key2)),
    ...h.set(i32x4.mul(fold(13), times(0xc2b2ae35))),
    ...v128.and(i32x4.leU(fold(16), limit), scale),
  ];
}
