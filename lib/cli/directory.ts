/** Checks output directories before work begins, and locks them while it lasts. */

import { join } from "node:path";

/** Exit code of a program that could not write what it had computed: sysexits' EX_IOERR. */
export const UNWRITTEN = 74;

/** The error of a file that could not be written in the middle of the work, as on a full disk. */
export class Unwritten extends Error {}

/** Explains why `directory`, given as --out, cannot be written to. */
export function cannotWrite(
  directory: string,
  cause: unknown,
  advice = "Choose a directory that can be made and written to.",
  Kind: new (message: string, options: ErrorOptions) => Error = Error,
): Error {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Kind(
    // drops the failed call, which names a path of our own
    `Cannot write to --out ${directory}: ${why.replace(/ \(os error \d+\).*$/s, "")}. ${advice}`,
    { cause },
  );
}

/**
 * Refuses what cannot become a directory, without creating anything.
 *
 * @returns whether it exists
 * @throws {TypeError} if it is not a directory
 */
export function checkDirectory(directory: string): boolean {
  try {
    if (Deno.statSync(directory).isDirectory) return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw cannotWrite(directory, error);
  }
  throw new TypeError(
    `Cannot write to --out ${directory}: found a file, expected a directory or nothing`,
  );
}

/**
 * Creates `directory` and its parents where they are missing.
 *
 * @throws {TypeError} if it is not a directory
 * @throws {Error} if it cannot be created or written to
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { makeDirectory } from "gradnets/cli/directory.ts";
 *
 * const file = Deno.makeTempFileSync();
 * assertThrows(() => makeDirectory(file), TypeError, "found a file");
 * Deno.removeSync(file);
 * ```
 */
export function makeDirectory(directory: string): void {
  checkDirectory(directory);
  try {
    Deno.mkdirSync(directory, { recursive: true });
    Deno.removeSync(Deno.makeTempFileSync({ dir: directory, prefix: ".writable_" }));
  } catch (error) {
    throw cannotWrite(directory, error);
  }
}

const LOCK = ".writing";

/** Whether `path` still names the open `file`: its last owner may have removed it in between. */
function isAt(path: string, file: Deno.FsFile): boolean {
  try {
    return Deno.statSync(path).ino === file.statSync().ino;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * An exclusive lock on an output directory, released when disposed of. It is the system's lock on an
 * open file: it ends with its process, however that ends, and a file that a dead one left locks
 * nothing.
 */
export class DirectoryLock implements Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Locks an existing directory.
   *
   * @returns undefined if another program holds it. A killed program holds nothing
   */
  static take(directory: string): DirectoryLock | undefined {
    // a file of its own: on Windows nobody could read a locked log
    const path = join(directory, LOCK);
    for (;;) {
      const file = Deno.openSync(path, { read: true, write: true, create: true });
      const locked = file.tryLockSync(true);
      if (locked && isAt(path, file)) return new DirectoryLock(path, file);
      file.close();
      if (!locked) return undefined;
    }
  }

  /** Whether a program holds the lock on `directory`. */
  static isTaken(directory: string): boolean {
    try {
      using file = Deno.openSync(join(directory, LOCK));
      return !file.tryLockSync(false);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  /** Releases the lock. */
  [Symbol.dispose](): void {
    try {
      Deno.removeSync(this.#path);
    } catch { /* what is left of it locks nothing */ }
    this.#file.close();
  }
}
