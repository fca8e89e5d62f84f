/** Opens event files, by the names that TensorBoard looks for. */

import { join } from "node:path";

/** An open file, and where it is. */
export interface OpenFile {
  readonly path: string;
  readonly file: Deno.FsFile;
}

/**
 * Creates an event file of a directory, and the directory. Never opens one that is there: two runs
 * may start in the same directory and second.
 *
 * @param second when the run started, in seconds since 1970
 * @throws {Error} if the directory or the file cannot be created; its cause is Deno's error
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { createEventFile } from "gradnets/train/event_file.ts";
 *
 * const directory = Deno.makeTempDirSync();
 * const { path, file } = createEventFile(directory, 1451550074);
 * assert(path.includes("events.out.tfevents.1451550074."));
 * file.close();
 * Deno.removeSync(directory, { recursive: true });
 * ```
 */
export function createEventFile(directory: string, second: number): OpenFile {
  try {
    Deno.mkdirSync(directory, { recursive: true });
    const name = join(directory, `events.out.tfevents.${second}.${hostname()}`);
    for (let i = 0;; i++) {
      const path = i === 0 ? name : `${name}.${i}`;
      try {
        return { path, file: Deno.openSync(path, { write: true, createNew: true }) };
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      }
    }
  } catch (cause) {
    throw new Error(
      `Cannot write TensorBoard logs to ${directory}: ${messageOf(cause)}. ` +
        "Choose a directory that can be made and written to.",
      { cause },
    );
  }
}

function hostname(): string {
  try {
    return Deno.hostname() || "gradnets";
  } catch { // without --allow-sys: the name is only informative
    return "gradnets";
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
