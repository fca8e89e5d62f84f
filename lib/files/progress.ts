/** Reports the progress of a download. */

/** Called with the number of bytes received so far. */
export type Progress = (done: number) => void;

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);

/**
 * Logs a line at every quarter, the same in a terminal, a notebook and a log file.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { quarterLines } from "gradnets/files/progress.ts";
 *
 * const lines: string[] = [];
 * const progress = quarterLines(8e6, (line) => lines.push(line));
 * for (const done of [1e6, 2e6, 3e6, 8e6]) progress(done);
 * assertEquals(lines, ["  25 % of 8.0 MB", "  100 % of 8.0 MB"]);
 * ```
 */
export function quarterLines(total: number, log: (line: string) => void): Progress {
  let said = 0;
  return (done) => {
    const quarter = Math.floor((4 * done) / total);
    if (quarter <= said) return;
    said = quarter;
    log(`  ${25 * quarter} % of ${megabytes(total)} MB`);
  };
}
