/** Writes files so that whoever opens one finds all of it: the old contents or the new. */

import { basename, dirname, join } from "node:path";

/**
 * Writes a file atomically: under a temporary name in the same folder, flushed to disk and renamed.
 * Replaces a file of that name. If anything fails, or the machine does, that file is as it was;
 * several programs may do this at the same time.
 *
 * @throws {Deno.errors.NotFound} if there is no such folder
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeAtomically } from "gradnets/files";
 *
 * const path = await Deno.makeTempFile();
 * await writeAtomically(path, new Uint8Array([1, 2]));
 * assertEquals(await Deno.readFile(path), new Uint8Array([1, 2]));
 * await Deno.remove(path);
 * ```
 */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path);
  const part = join(folder, `.${basename(path)}.${crypto.randomUUID()}.part`);
  try {
    {
      using file = await Deno.open(part, { write: true, createNew: true });
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
      await file.sync(); // else a power cut after the rename could leave an empty file
    }
    await Deno.rename(part, path);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw error;
  }
  await syncFolder(folder);
}

/** Makes a rename survive a power cut, on systems where a folder can be opened and flushed. */
async function syncFolder(folder: string): Promise<void> {
  try {
    using opened = await Deno.open(folder);
    await opened.sync();
  } catch {
    // Windows, or no permission to read it: the system flushes it in time
  }
}
