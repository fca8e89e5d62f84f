/** IDX files on disk. */

import { type Idx, parseNamed } from "../data/idx.ts";
import { readMaybeGzip } from "./gzip.ts";

/**
 * Reads an IDX file, gzipped or raw: which of them is decided by its content, not by its name.
 *
 * @throws {SyntaxError} if it is not a whole IDX file, or a gzip file that is cut off, damaged or
 * followed by other bytes; the message names the file
 * @throws {RangeError} as `parseIdx`
 */
export async function readIdx(path: string | URL): Promise<Idx> {
  return parseNamed(String(path), await readMaybeGzip(path));
}
