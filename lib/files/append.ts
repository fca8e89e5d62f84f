/** Appends to files that a full disk or a kill may cut short. */

/**
 * Appends all of `bytes` to a file, or none: cuts off what a full disk took of them.
 *
 * @throws {Error} Deno's, if writing fails; the file is then as it was
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { appendWhole } from "gradnets/files/append.ts";
 *
 * const path = Deno.makeTempFileSync();
 * using file = Deno.openSync(path, { write: true });
 * for (const line of ["one\n", "two\n"]) appendWhole(file, new TextEncoder().encode(line));
 * assertEquals(Deno.readTextFileSync(path), "one\ntwo\n");
 * Deno.removeSync(path);
 * ```
 */
export function appendWhole(file: Deno.FsFile, bytes: Uint8Array): void {
  const start = file.seekSync(0, Deno.SeekMode.End);
  try {
    for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
  } catch (error) {
    file.truncateSync(start);
    file.seekSync(start, Deno.SeekMode.Start);
    throw error;
  }
}
