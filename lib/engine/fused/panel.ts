/**
 * The panel: the part of B that a product is at, copied to an address that its kernel knows. One
 * load and one store are little beside the multiply-adds that each of its vectors takes part in:
 * one a row, 50 in a batch of 50.
 */

import { type Code, f32x4, f64, i32, type Local, repeat, type, v128 } from "./assembler.ts";
import { up4 } from "./layout.ts";
import type { ModuleBuilder } from "./module.ts";

/** A panel of `chunk` rows of `vectors`, and the bytes from one row of B to the next. */
export interface Panel {
  readonly at: number;
  readonly vectors: number;
  /** Whether of the last vector only the first half counts: it is there twice. */
  readonly half: boolean;
  readonly chunk: number;
  readonly bRow: number;
}

/** The vector of a panel from one of B. */
const packed = (value: Code, { half, vectors }: Panel, j: number): Code =>
  half && j === vectors - 1 ? v128.shuffle(value, value, [0, 1, 0, 1]) : value;

/** memory[at] += the sum of four lanes, as float64. */
export function addLanes(at: number, lanes: Local): Code {
  const lane = (i: number) => f64.promote(f32x4.lane(lanes.get, i));
  const sum = f64.add(f64.add(lane(0), lane(1)), f64.add(lane(2), lane(3)));
  return f64.store(i32.const(at), f64.add(f64.load(i32.const(at)), sum));
}

/** Adds (c, rows): Σ|c[i, j]|, j < `vectors`, is added at `sum`. */
export function addRows(
  module: ModuleBuilder,
  vectors: number,
  row: number,
  sum: number,
): (...args: Code[]) => Code {
  return module.add("", [type.i32, type.i32], undefined, (f) => {
    const [c, rows] = [f.at(0), f.at(1)], end = f.local(type.i32), total = f.local(type.v128);
    return [
      ...end.set(i32.add(c.get, i32.mul(rows.get, i32.const(row)))),
      ...repeat(
        c,
        row,
        end.get,
        Array.from(
          { length: vectors },
          (_, j) => total.set(f32x4.add(total.get, f32x4.abs(v128.load(c.get, 16 * j)))),
        ),
      ),
      ...addLanes(sum, total),
    ];
  });
}

/** Adds (b): panel[k, j] ← b[k, j]; Σ|panel| is added at `sum`, if that is not 0. */
export function packRows(
  module: ModuleBuilder,
  panel: Panel,
  sum: number,
): (...args: Code[]) => Code {
  const { at, vectors, chunk, bRow } = panel;
  return module.add("", [type.i32], undefined, (f) => {
    const b = f.at(0), to = f.local(type.i32), total = f.local(type.v128);
    const value = f.local(type.v128);
    const row = Array.from({ length: vectors }, (_, j) => [
      ...value.set(v128.load(b.get, 16 * j)),
      ...(sum ? total.set(f32x4.add(total.get, f32x4.abs(value.get))) : []),
      ...v128.store(to.get, packed(value.get, panel, j), 16 * j),
    ]);
    const size = vectors * 16;
    return [
      ...to.set(i32.const(at)),
      ...repeat(to, size, at + chunk * size, [...row, ...b.set(i32.add(b.get, i32.const(bRow)))]),
      ...(sum ? addLanes(sum, total) : []),
    ];
  });
}

// A block of four by four is transposed in two rounds: the first makes pairs of its rows, the
// second takes from the pairs `from` and `from + 1` these lanes.
const ROUND_TWO = [
  { from: 0, lanes: [0, 1, 4, 5] },
  { from: 0, lanes: [2, 3, 6, 7] },
  { from: 2, lanes: [0, 1, 4, 5] },
  { from: 2, lanes: [2, 3, 6, 7] },
];

/**
 * Adds (b): panel[k, j] ← b[j, k], four by four. Rows beyond the chunk, up to a multiple of four,
 * hold whatever lay beside it; nobody reads them.
 */
export function packTransposed(
  module: ModuleBuilder,
  panel: Panel,
): (...args: Code[]) => Code {
  const { at, vectors, chunk, bRow } = panel;
  return module.add("", [type.i32], undefined, (f) => {
    const b = f.at(0), to = f.local(type.i32), x = f.vectors(4), t = f.vectors(4);
    const size = vectors * 16;
    const block = (j: number): Code => [
      ...x.flatMap((x, i) => x.set(v128.load(b.get, (4 * j + i) * bRow))),
      ...[0, 1].flatMap((h) => [
        ...t[h]!.set(v128.shuffle(x[2 * h]!.get, x[2 * h + 1]!.get, [0, 4, 1, 5])),
        ...t[h + 2]!.set(v128.shuffle(x[2 * h]!.get, x[2 * h + 1]!.get, [2, 6, 3, 7])),
      ]),
      ...ROUND_TWO.flatMap(({ from, lanes }, i) => {
        const row = v128.shuffle(t[from]!.get, t[from + 1]!.get, lanes);
        const own = x[0]!; // all four are in pairs by now
        return [
          ...own.set(row),
          ...v128.store(to.get, packed(own.get, panel, j), i * size + 16 * j),
        ];
      }),
    ];
    return [
      ...to.set(i32.const(at)),
      ...repeat(to, 4 * size, at + up4(chunk) * size, [
        ...Array.from({ length: vectors }, (_, j) => block(j)),
        ...b.set(i32.add(b.get, i32.const(16))),
      ]),
    ];
  });
}
