/** Where the caller of a program stands, which is what the paths that they write are relative to. */
import { isAbsolute, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** This repository's folder; undefined where this module came by URL and there is none. */
export const ROOT: string | undefined = import.meta.url.startsWith("file:")
  ? resolve(fileURLToPath(new URL("../../", import.meta.url)))
  : undefined;

/** Asks for digits drawn by this program, in place of a directory: `--data drawn`. */
export const DRAWN = "drawn";

/** What {@linkcode fromCaller} and {@linkcode dataFromEnvironment} ask of their surroundings. */
export interface Surroundings {
  /** Looks up an environment variable. */
  readonly env?: (name: string) => string | undefined;
  /** The working directory. */
  readonly cwd?: string;
  /** The repository's folder. */
  readonly root?: string | undefined;
}

/**
 * `path`, written where the caller stands, as a path from the working directory. They differ under
 * `deno task`, which goes to the repository's folder first and leaves the caller's in `INIT_CWD`.
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
  // elsewhere INIT_CWD is left over from a program further up
  if (isAbsolute(path) || !caller || cwd !== root || resolve(caller) === cwd) return path;
  return relative(cwd, resolve(caller, path)) || ".";
}

/**
 * What `GRADNETS_DATA` says, if it is set and not empty: a directory as {@linkcode fromCaller} has
 * it, or {@linkcode DRAWN}.
 */
export function dataFromEnvironment(surroundings: Surroundings = {}): string | undefined {
  const { env = environment } = surroundings;
  const text = env("GRADNETS_DATA");
  return !text || text === DRAWN ? text || undefined : fromCaller(text, surroundings);
}

/** A variable that this program may not read is as good as none. */
function environment(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}
