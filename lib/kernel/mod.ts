/**
 * A kernel for Deno notebooks that tells every error, stops when it is asked to, and lets a page
 * talk to running code; and what a notebook's code needs to talk back. See README.md.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { kernelspec } from "gradnets/kernel";
 *
 * assertEquals(kernelspec().interrupt_mode, "message"); // `deno task kernel` writes it
 * ```
 *
 * @module
 */

export {
  type Kernelspec,
  kernelspec,
  type Listed,
  removeKernelspec,
  userFolder,
  writeKernelspec,
} from "./spec.ts";
export type { Comm, CommMessage, CommOptions, Comms, OpenOptions } from "./inside/comms.ts";
export { comms } from "./talk.ts";
