/** The frame of every kernel that runs through a matrix of activations. */

import { type Code, i32, type Local, repeat } from "./assembler.ts";
import type { FunctionBuilder } from "./locals.ts";

/** A loop through a matrix, one column of vectors after another, from the first row to the last. */
export interface Columns {
  /** Bytes from a matrix' start to the vector at hand. */
  readonly at: Local;
  /** Bytes from a row's start to the column at hand. */
  readonly column: Local;
  /** The loop: `first` and `last` once a column, `each` for every vector of it. */
  loop(rows: Code, parts: Readonly<Record<"first" | "each" | "last", Code>>): Code;
}

/**
 * Makes the locals of a loop through a matrix.
 *
 * @param row bytes from one row to the next
 */
export function columns(f: FunctionBuilder, row: number): Columns {
  const [at, end, column] = f.integers(3);
  const loop: Columns["loop"] = (rows, { first, each, last }) => [
    ...end.set(i32.mul(rows, i32.const(row))),
    ...column.set(i32.const(0)),
    ...repeat(column, 16, row, [
      ...first,
      ...at.set(column.get),
      ...repeat(at, row, end.get, each),
      ...last,
      ...end.set(i32.add(end.get, i32.const(16))),
    ]),
  ];
  return { at, column, loop };
}
