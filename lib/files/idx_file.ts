/** Reads IDX files from disk, gzipped or raw, with the file's name in every error. */

import { type Idx, idxBytes, parseIdx } from "../data/idx.ts";
import { gunzip, gunzipStart, isGzip, MAX_BYTES } from "./gzip.ts";

/**
 * Reads an IDX file, gzipped or raw, as its content (not its name) tells.
 *
 * A gzip is unpacked no further than the IDX header in it says, so that none can fill the memory.
 *
 * @throws {SyntaxError} if it is not a complete IDX file, or a gzip file that is cut off, damaged
 * or followed by other bytes; the message names the file
 * @throws {RangeError} as {@linkcode parseIdx}; if the file has more bytes than its header says, or
 * than 1 GiB
 * @throws {TypeError} if it is not a file
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
  const name = String(path);
  return parseNamed(name, await readIdxBytes(path, name));
}

/**
 * Reads the bytes of an IDX file and unpacks them, but does not parse them.
 *
 * @throws as {@linkcode readIdx}; errors begin with `name`
 */
export async function readIdxBytes(path: string | URL, name = String(path)): Promise<Uint8Array> {
  const { isFile, size } = await Deno.stat(path);
  if (!isFile) throw new TypeError(`${name}: Cannot read as IDX: it is not a file`);
  if (size > MAX_BYTES) {
    throw new RangeError(
      `${name}: Cannot read as IDX: it has ${size} bytes, and the limit is ${MAX_BYTES}`,
    );
  }
  return unpackedIdx(await Deno.readFile(path), name);
}

/**
 * Unpacks `bytes` if they are gzip, up to what the IDX header in it says.
 *
 * @param limit maximum bytes, whatever the header says. Default 1 GiB
 * @throws as {@linkcode readIdx}; errors begin with `name`
 */
export function unpackedIdx(bytes: Uint8Array, name: string, limit = MAX_BYTES): Uint8Array {
  if (!isGzip(bytes)) return bytes;
  const length = lengthInside(bytes, name);
  if (length !== undefined && length > limit) {
    throw new RangeError(
      `${name}: Cannot unpack as gzip: its IDX header says ${length} bytes, and the limit is ${limit}`,
    );
  }
  return gunzip(bytes, name, length ?? limit);
}

/** Parses as {@linkcode parseIdx} does, with errors that begin with `name`. */
export function parseNamed(name: string, bytes: Uint8Array): Idx {
  return withName(name, () => parseIdx(bytes));
}

/** Reads the length of the IDX file in a gzip; undefined if that ends within the IDX header. */
function lengthInside(bytes: Uint8Array, name: string): number | undefined {
  // a gzip header may be long itself (RFC 1952: extra field, file name, comment)
  for (let packed = 1024;; packed *= 2) {
    const start = gunzipStart(bytes, name, packed);
    const length = withName(name, () => idxBytes(start));
    if (length !== undefined || packed >= bytes.length) return length;
  }
}

function withName<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof Error) error.message = `${name}: ${error.message}`;
    throw error;
  }
}
