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
import { type Code, f32x4, i32, i32x4, type Local, type, v128 } from "./assembler.ts";
import type { ConstantPool } from "./constant_pool.ts";
import type { FunctionBuilder, Locals } from "./locals.ts";

const GOLDEN = 0x9e3779b9;

/** Keys and limit that the masks of one step follow from, as the kernels take them. */
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

/** Parameters of a kernel that draws masks. */
export const maskParams = {
  /** Number of the layer's first element. */
  index: type.i32,
  key1: type.i32,
  key2: type.i32,
  limit: type.i32,
  scale: type.f32,
} as const;

/** The mask of a layer in a kernel that runs through its columns, four elements at a time. */
export interface MaskLoop {
  /** Comes before the loop. */
  readonly setup: Code;
  /** Comes before each column. */
  readonly column: Code;
  /** Gives the elements at hand. */
  elements(): Code;
  /** Goes on to the next row. */
  next(): Code;
}

/**
 * Makes the locals of a {@linkcode MaskLoop}.
 *
 * @param h a local of its own
 * @param width elements of a row
 * @param draws whether there is dropout; if not, all elements are 1
 */
export function maskLoop(
  f: FunctionBuilder,
  h: Local,
  p: Locals<typeof maskParams>,
  constants: ConstantPool,
  width: number,
  draws: boolean,
): MaskLoop {
  const [counter, limits, keys, scales] = f.vectors(4);
  const repeated = (value: number) => constants.of(i32x4.const(value));
  const fold = (bits: number) => v128.xor(h.get, i32x4.shrU(h.get, bits));
  const first = i32.add(i32.mul(p.index.get, i32.const(GOLDEN)), p.key1.get);
  const lanes = i32x4.const([0, 1, 2, 3].map((lane) => Math.imul(lane, GOLDEN)));
  return {
    setup: [
      ...limits.set(i32x4.splat(p.limit.get)),
      ...keys.set(i32x4.splat(p.key2.get)),
      ...scales.set(f32x4.splat(p.scale.get)),
    ],
    column: [
      ...counter.set(i32x4.add(i32x4.splat(first), lanes)),
      ...p.index.set(i32.add(p.index.get, i32.const(4))),
    ],
    elements: () =>
      draws
        ? [
          ...h.set(counter.get),
          ...h.set(i32x4.add(i32x4.mul(fold(16), repeated(0x85ebca6b)), keys.get)),
          ...h.set(i32x4.mul(fold(13), repeated(0xc2b2ae35))),
          ...v128.and(i32x4.leU(fold(16), limits.get), scales.get),
        ]
        : f32x4.const(1),
    next: () =>
      draws ? counter.set(i32x4.add(counter.get, repeated(Math.imul(width, GOLDEN)))) : [],
  };
}
