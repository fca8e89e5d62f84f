/** Reads IDX files from disk, with the file's name in every error. */

import { type Idx, parseIdx } from "../data/idx.ts";
import { readMaybeGzip } from "./gzip.ts";

/**
 * Reads an IDX file, gzipped or raw, as its content (not its name) tells.
 *
 * @throws {SyntaxError} if it is not a complete IDX file, or a gzip file that is cut off, damaged
 * or followed by other bytes; the message names the file
 * @throws {RangeError} as {@linkcode parseIdx}
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readIdx, writeIdx } from "gradnets/files";
 *
 * const idx = { type: "uint8", shape: [2], data: new Uint8Array([5, 0]) } as const;
 * const path = await Deno.makeTempFile();
 * await Deno.writeFile(path, writeIdx(idx));
 * assertEquals(await readIdx(path), { ...idx, shape: [2] });
 * await Deno.remove(path);
 * ```
 */
export async function readIdx(path: string | URL): Promise<Idx> {
  return parseNamed(String(path), await readMaybeGzip(path));
}

/** Parses as {@linkcode parseIdx} does, with errors that begin with `name`. */
export function parseNamed(name: string, bytes: Uint8Array): Idx {
  try {
    return parseIdx(bytes);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) {
      error.message = `${name}: ${error.message}`;
    }
    throw error;
  }
}
