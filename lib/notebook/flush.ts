/**
 * Keeps a cell running until its output has left the kernel, so that no front end loses the end.
 */

import { tooOld } from "../deno_version.ts";

/** How Deno's kernel publishes a cell's last value, once the cell has run. */
type Publish = (count: number, result: unknown) => Promise<void>;

/** Path to it inside Deno; not a public interface, so each step may be missing. */
type Internals = { [key: string | symbol]: Internals | undefined } & { broadcastResult?: Publish };

const patched = new WeakSet<Publish>(); // so that none is patched twice

// Measured on cells of up to 200 lines through nbclient, beside a training: without a wait 86 of
// 120 lost output, with 30 ms 5 of 120, with 60 ms 3 of 360, with 100 ms none of 360.
const WAIT_MS = 100;

const PLAIN =
  "This is Deno's own kernel: it hides some errors, Stop works while something trains, " +
  "and sliders do not move. `deno task kernel --user` installs one without these limits.";

/**
 * Makes every later cell wait at its end until its output has been sent.
 *
 * Deno 2.9.6 queues what a cell prints and displays, but "idle" bypasses that queue: JupyterLab,
 * nbclient and others then stop listening, and lose the last lines or put them under the next cell.
 * This adds a tenth of a second to each cell, and says so with one sentence about this
 * kernel; in the kernel of `deno task kernel` it does nothing, because nothing is lost there.
 *
 * @param deno whose internals to patch; default: this program's
 * @param log prints the sentence that says what this kernel lacks
 * @returns whether cells now wait: false outside a kernel, and if Deno's internals have changed
 * @throws {Error} if this Deno is too old for this project's notebooks
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { flushCells } from "gradnets/notebook/flush.ts";
 *
 * assertEquals(flushCells(), false); // no kernel here
 * ```
 */
export function flushCells(
  deno: unknown = Deno,
  log: (line: string) => void = console.log,
): boolean {
  const { version } = deno as { readonly version?: { readonly deno: string } };
  const why = version && tooOld(version.deno);
  if (why !== undefined) throw new Error(why);
  const namespace = deno as Internals & { readonly internal?: symbol };
  const jupyter = namespace.internal && namespace[namespace.internal]?.["jupyter"];
  const publish = jupyter?.broadcastResult;
  if (!jupyter || !publish) return false;
  if (patched.has(publish)) return true;
  jupyter.broadcastResult = async (count, result) => {
    await publish(count, result);
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  };
  patched.add(jupyter.broadcastResult);
  log(PLAIN);
  return true;
}
