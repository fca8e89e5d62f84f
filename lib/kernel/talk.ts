/** The reader's side of comms: what a notebook, or a library that it uses, calls. */

import type { Comms } from "./inside/comms.ts";

/**
 * Returns this program's comms, through which a page and running code talk to each other; undefined
 * in any program but this kernel's, as in the plain `deno jupyter`, where a page cannot be heard.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { comms } from "gradnets/kernel";
 *
 * const comm = comms()?.open("jupyter.widget", { state: {} });
 * assertEquals(comm, undefined); // no kernel here
 * ```
 */
export function comms(): Comms | undefined {
  const scope = globalThis as unknown as Record<symbol, { readonly comms: Comms } | undefined>;
  return scope[Symbol.for("deno.kernel")]?.comms;
}
