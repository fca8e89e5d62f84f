/**
 * A kernel for Deno notebooks that tells every error, stops when it is asked to, and lets a page
 * talk to running code; and what a notebook's code needs to talk back. See README.md.
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
export type { Comm, CommMessage, CommOptions, Comms } from "./inside/comms.ts";
export { comms } from "./talk.ts";
