/** Keeps a cell open until its output has left the kernel, so that no front end loses its end. */

import { tooOld } from "../deno_version.ts";

/** How Deno's kernel publishes a cell's last value, once the cell has run. */
type Publish = (count: number, result: unknown) => Promise<void>;

/** Where Deno keeps it; not a public interface, so every step of the way may be missing. */
type Internals = { [key: string | symbol]: Internals | undefined } & { broadcastResult?: Publish };

const patched = new WeakSet<Publish>(); // so that no cell ends twice

/**
 * Does `work` at the end of every cell that goes well, after its last value is published and while
 * the cell still counts as running. The first to ask is the one who is heard.
 *
 * @param deno where to look; default: this program
 * @returns whether something is done: false outside a kernel, and in a Deno that is built otherwise
 */
export function atCellEnd(work: () => Promise<void>, deno: unknown = Deno): boolean {
  const namespace = deno as Internals & { readonly internal?: symbol };
  const jupyter = namespace.internal && namespace[namespace.internal]?.["jupyter"];
  const publish = jupyter?.broadcastResult;
  if (!jupyter || !publish) return false;
  if (patched.has(publish)) return true;
  jupyter.broadcastResult = async (count, result) => {
    await publish(count, result);
    await work();
  };
  patched.add(jupyter.broadcastResult);
  return true;
}

// Cells of up to 200 lines through nbclient, a training beside them: without a wait 86 of 120 lost
// something, with 30 ms 5 of 120, with 60 ms 3 of 360, with 100 ms none of 360.
const WAIT_MS = 100;

/**
 * From now on every cell ends only when its output has surely left.
 *
 * Deno 2.9.6 puts what a cell prints and displays into a queue, but says "idle" past that queue:
 * JupyterLab, nbclient and others then stop listening, and lose the last lines or put them under
 * the next cell. With this each cell takes a tenth of a second longer and loses nothing; where a
 * runner sees to it already, it takes no longer.
 *
 * @param deno where to look; default: this program
 * @returns whether it could be done: false outside a kernel, and in a Deno that is built otherwise
 * @throws {Error} if this Deno is too old for notebooks of this project
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { flushCells } from "gradnets/notebook/flush.ts";
 *
 * assertEquals(flushCells(), false); // no kernel here
 * ```
 */
export function flushCells(deno: unknown = Deno): boolean {
  const { version } = deno as { readonly version?: { readonly deno: string } };
  const why = version && tooOld(version.deno);
  if (why !== undefined) throw new Error(why);
  return atCellEnd(() => new Promise((resolve) => setTimeout(resolve, WAIT_MS)), deno);
}
