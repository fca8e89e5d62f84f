/** The reader's side of the kernel: what a notebook, or a library that it uses, calls. */

import type { Comms } from "./inside/comms.ts";

/** The kernel's object in the reader's program, as far as it is for others. */
interface Inside {
  readonly comms: Comms;
  readonly endings: Set<() => void>;
  interrupt(): void;
}

const inside = () =>
  (globalThis as unknown as Record<symbol, Inside | undefined>)[Symbol.for("deno.kernel")];

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
  return inside()?.comms;
}

/** Does what the Stop button of the front end does; nothing in any program but this kernel's. */
export function interrupt(): void {
  inside()?.interrupt();
}

/** Calls `ending` at the end of each cell, before its last output. */
export function atCellEnds(ending: () => void): void {
  inside()?.endings.add(ending);
}
