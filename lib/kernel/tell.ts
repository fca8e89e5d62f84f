/** Errors as a notebook shows them: name, message, the line in the cell, what called what. */

import type { ErrorContent } from "./inside/errors.ts";
import { ownColumn } from "./inside/prefix.ts";
import type { CellSyntaxError, Place } from "./translate.ts";

/** A cell as it ran. */
export interface RunCell {
  readonly count: number;
  readonly code: string;
}

/** Shows a line of the cell, with an arrow under the column. */
function excerpt(code: string, { line, column }: Place): string[] {
  const text = code.split("\n")[line - 1];
  if (text === undefined) return [];
  const head = `  line ${line} | `;
  return [`${head}${text}`, `${" ".repeat(head.length - 2)}| ${" ".repeat(column - 1)}^`];
}

/** Tells a syntax error. */
export function tellSyntaxError(code: string, { message, place }: CellSyntaxError): ErrorContent {
  const traceback = [`SyntaxError: ${message}`, ...excerpt(code, place)];
  return { ename: "SyntaxError", evalue: `${message} (line ${place.line})`, traceback };
}

/**
 * Tells an error of the program, with places as the reader counts them.
 *
 * @param place where it was found, for an error that does not know it itself
 */
export function tell(
  { ename, evalue, traceback: lines }: ErrorContent,
  { count, code }: RunCell,
  place?: Place,
): ErrorContent {
  const stack = lines.findIndex((line) => /^\s+at /.test(line));
  const [, line, column] = lines.join("\n").match(`In\\[${count}\\]:(\\d+):(\\d+)`) ?? [];
  const where = line && column ? { line: Number(line), column: Number(column) } : place && {
    line: place.line,
    column: place.line === 1 ? ownColumn(place.column) : place.column,
  };
  const at = stack < 0 ? lines.length : stack;
  const head = lines.length > 0 ? lines.slice(0, at) : [`${ename}: ${evalue}`];
  const shown = where ? excerpt(code, where) : [];
  return { ename, evalue, traceback: [...head, ...shown, ...lines.slice(at)] };
}
