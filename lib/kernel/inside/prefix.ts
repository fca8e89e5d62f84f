/** What stands before a cell's code in its first line. */

/** Expression for the kernel's object in the reader's program. */
export const INSIDE = 'globalThis[Symbol.for("deno.kernel")]';

/** Starts a cell; of the same length for each, so that columns can be told as the reader counts. */
export const prefixOf = (cell: number): string =>
  `'use strict';void 0;await ${INSIDE}.begin(${String(cell).padStart(9)});`;

const LENGTH = prefixOf(0).length;

/** Column in the reader's text of a column in the first line of a cell. */
export const ownColumn = (column: number): number => Math.max(1, column - LENGTH);
