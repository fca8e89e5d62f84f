/**
 * The panel: the current part of B in a product, copied to a constant address. The load and store of
 * a vector are cheap beside its multiply-adds: one per row, 50 in a batch of 50.
 */

import { type Code, f32x4, f64, i32, type Local, repeat, type, v128 } from "./assembler.ts";
import type { Arguments } from "./locals.ts";
import type { ModuleBuilder } from "./module.ts";
import { up4 } from "./tiles.ts";

/** A panel of `k` rows of `vectors`. */
export interface Panel {
  /** Address of the panel. */
  readonly at: number;
  readonly vectors: number;
  /** Whether of the last vector only the first half counts: it is there twice. */
  readonly half: boolean;
  readonly k: number;
  /** Bytes from one row to the next, of B where it is packed, of the panel where it is read. */
  readonly bRow: number;
}

/** The vector of a panel from one of B. */
const packed = (value: Code, { half, vectors }: Panel, j: number): Code =>
  half && j === vectors - 1 ? v128.shuffle(value, value, [0, 1, 0, 1]) : value;

/** memory[at] += the sum of four lanes, as float64. */
function addLanes(at: number, lanes: Local): Code {
  const lane = (i: number) => f64.promote(f32x4.lane(lanes.get, i));
  const sum = f64.add(f64.add(lane(0), lane(1)), f64.add(lane(2), lane(3)));
  return f64.store(i32.const(at), f64.add(f64.load(i32.const(at)), sum));
}

const packParams = { b: type.i32 } as const;
const addParams = { c: type.i32, rows: type.i32 } as const;

/** Adds a kernel: Σ|c[i, j]|, j < `vectors`, is added at `sum`. */
export function addRows(
  module: ModuleBuilder,
  vectors: number,
  row: number,
  sum: number,
): (args: Arguments<typeof addParams>) => Code {
  return module.add({ params: addParams }, ({ c, rows }, f) => {
    const end = f.local(type.i32), total = f.local(type.v128);
    const add = (_: unknown, j: number) =>
      total.set(f32x4.add(total.get, f32x4.abs(v128.load(c.get, 16 * j))));
    return [
      ...end.set(i32.add(c.get, i32.mul(rows.get, i32.const(row)))),
      ...repeat(c, row, end.get, Array.from({ length: vectors }, add)),
      ...addLanes(sum, total),
    ];
  });
}

/** Adds a kernel: panel[k, j] ← b[k, j]; Σ|panel| is added at `sum`, if that is not 0. */
export function packRows(
  module: ModuleBuilder,
  panel: Panel,
  sum: number,
): (args: Arguments<typeof packParams>) => Code {
  const { at, vectors, k, bRow } = panel;
  return module.add({ params: packParams }, ({ b }, f) => {
    const to = f.local(type.i32);
    const [total, value] = f.vectors(2);
    const row = Array.from({ length: vectors }, (_, j) => [
      ...value.set(v128.load(b.get, 16 * j)),
      ...(sum ? total.set(f32x4.add(total.get, f32x4.abs(value.get))) : []),
      ...v128.store(to.get, packed(value.get, panel, j), 16 * j),
    ]);
    const size = vectors * 16;
    return [
      ...to.set(i32.const(at)),
      ...repeat(to, size, at + k * size, [...row, ...b.set(i32.add(b.get, i32.const(bRow)))]),
      ...(sum ? addLanes(sum, total) : []),
    ];
  });
}

/**
 * Adds a kernel: panel[k, j] ← b[j, k], four by four. Rows beyond `k`, up to a multiple of four,
 * hold whatever lay beside it and are never read.
 */
export function packTransposed(
  module: ModuleBuilder,
  panel: Panel,
): (args: Arguments<typeof packParams>) => Code {
  const { at, vectors, k, bRow } = panel;
  return module.add({ params: packParams }, ({ b }, f) => {
    const to = f.local(type.i32), size = vectors * 16;
    const [x0, x1, x2, x3] = f.vectors(4);
    const [low01, low23, high01, high23] = f.vectors(4);
    const block = (j: number): Code => {
      const load = (x: Local, i: number) => x.set(v128.load(b.get, (4 * j + i) * bRow));
      const pair = (to: Local, a: Local, b: Local, lanes: readonly number[]) =>
        to.set(v128.shuffle(a.get, b.get, lanes));
      const store = (i: number, a: Local, b: Local, lanes: readonly number[]) => [
        ...pair(x0, a, b, lanes), // all four are in pairs by now
        ...v128.store(to.get, packed(x0.get, panel, j), i * size + 16 * j),
      ];
      return [
        ...[x0, x1, x2, x3].flatMap(load),
        ...pair(low01, x0, x1, [0, 4, 1, 5]),
        ...pair(high01, x0, x1, [2, 6, 3, 7]),
        ...pair(low23, x2, x3, [0, 4, 1, 5]),
        ...pair(high23, x2, x3, [2, 6, 3, 7]),
        ...store(0, low01, low23, [0, 1, 4, 5]),
        ...store(1, low01, low23, [2, 3, 6, 7]),
        ...store(2, high01, high23, [0, 1, 4, 5]),
        ...store(3, high01, high23, [2, 3, 6, 7]),
      ];
    };
    return [
      ...to.set(i32.const(at)),
      ...repeat(to, 4 * size, at + up4(k) * size, [
        ...Array.from({ length: vectors }, (_, j) => block(j)),
        ...b.set(i32.add(b.get, i32.const(16))),
      ]),
    ];
  });
}
