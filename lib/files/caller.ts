/** Resolves paths relative to the working directory of the program's caller. */
import { isAbsolute, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** This repository's folder; undefined if this module was imported by URL. */
export const ROOT: string | undefined = import.meta.url.startsWith("file:")
  ? resolve(fileURLToPath(new URL("../../", import.meta.url)))
  : undefined;

/** Stands for drawn digits in place of a directory: `--data drawn`. */
export const DRAWN = "drawn";

/** Environment of {@linkcode fromCaller} and {@linkcode dataFromEnvironment}. */
export interface Surroundings {
  /** Looks up an environment variable. */
  readonly env?: (name: string) => string | undefined;
  /** The working directory. */
  readonly cwd?: string;
  /** The repository's folder. */
  readonly root?: string | undefined;
}

/**
 * Converts `path` from the caller's working directory to this program's. They differ under
 * `deno task`, which changes to the repository's folder and keeps the caller's in `INIT_CWD`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fromCaller } from "gradnets/files/caller.ts";
 *
 * const env = () => "/repo/notebooks";
 * assertEquals(fromCaller("../sets", { env, cwd: "/repo", root: "/repo" }), "sets");
 * assertEquals(fromCaller("../sets", { env, cwd: "/elsewhere", root: "/repo" }), "../sets");
 * ```
 */
export function fromCaller(path: string, surroundings: Surroundings = {}): string {
  const { env = environment, cwd = Deno.cwd(), root = ROOT } = surroundings;
  const caller = env("INIT_CWD");
  // in any other folder INIT_CWD is left over from a parent process
  if (isAbsolute(path) || !caller || cwd !== root || resolve(caller) === cwd) return path;
  return relative(cwd, resolve(caller, path)) || ".";
}

/**
 * Reads `GRADNETS_DATA`, if it is set and not empty: a directory, resolved by {@linkcode
 * fromCaller}, or {@linkcode DRAWN}.
 */
export function dataFromEnvironment(surroundings: Surroundings = {}): string | undefined {
  const { env = environment } = surroundings;
  const text = env("GRADNETS_DATA");
  return !text || text === DRAWN ? text || undefined : fromCaller(text, surroundings);
}

/** Reads an environment variable; treats one that this program may not read as unset. */
function environment(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}
