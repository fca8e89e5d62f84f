/** Checks for the Deno version that this project needs. */

const NEEDED = [2, 9] as const;

/**
 * Tells in one sentence what to do if this Deno is too old.
 *
 * @returns undefined if it is not
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tooOld } from "gradnets/deno_version.ts";
 *
 * assertEquals([tooOld("2.9.0"), tooOld("2.10.1"), tooOld("3.0.0")], [undefined, undefined, undefined]);
 * assertEquals(tooOld("2.8.3"), "This needs Deno 2.9 or newer, and this is Deno 2.8.3: run " +
 *   "`deno upgrade`, or put `npx --yes deno@2.9.6` in place of `deno`");
 * ```
 */
export function tooOld(found: string = Deno.version.deno): string | undefined {
  const [major = 0, minor = 0] = found.split(".").map(Number);
  const [min, since] = NEEDED;
  if (major > min || major === min && minor >= since) return undefined;
  return `This needs Deno ${NEEDED.join(".")} or newer, and this is Deno ${found}: run ` +
    "`deno upgrade`, or put `npx --yes deno@2.9.6` in place of `deno`";
}
