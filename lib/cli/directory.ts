/** Directories that a command writes into: looked at before work begins, and held while it lasts. */

import { join } from "node:path";

/** Says why `directory`, given as --out, cannot be written to. */
export function cannotWrite(
  directory: string,
  cause: unknown,
  advice = "Choose a directory that can be made and written to.",
): Error {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Error(
    // without the call that failed: its path is one of ours
    `Cannot write to --out ${directory}: ${why.replace(/ \(os error \d+\).*$/s, "")}. ${advice}`,
    { cause },
  );
}

/**
 * Refuses what cannot become a directory, without making anything.
 *
 * @returns whether it is there
 * @throws {TypeError} if it is something else than a directory
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
 * Makes `directory`, and those above it, where they are not there.
 *
 * @throws {TypeError} if it is something else than a directory
 * @throws {Error} if it cannot be made or written to
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

/** A directory that one program writes to and no other; free again when it is disposed of. */
export class DirectoryLock implements Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Takes a directory that is there.
   *
   * @returns undefined if another program has it. A program that was killed has nothing
   */
  static take(directory: string): DirectoryLock | undefined {
    // a file of its own: on Windows others could not read a log that is locked
    const path = join(directory, LOCK);
    const file = Deno.openSync(path, { read: true, write: true, create: true });
    if (file.tryLockSync(true)) return new DirectoryLock(path, file);
    file.close();
    return undefined;
  }

  /** Whether a program has `directory`. */
  static isTaken(directory: string): boolean {
    try {
      using file = Deno.openSync(join(directory, LOCK));
      return !file.tryLockSync(false);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  /** Lets others have it. */
  [Symbol.dispose](): void {
    try {
      Deno.removeSync(this.#path);
    } catch { /* what is left of it locks nothing */ }
    this.#file.close();
  }
}
