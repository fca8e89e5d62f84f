/** Sends messages from a Deno kernel that show something under a notebook's cell. */

import { comms } from "../kernel/talk.ts";

/** Sends one message of the Jupyter protocol to every front end. */
export type Broadcast = (type: string, content: Record<string, unknown>) => Promise<void>;

/** Returns the kernel's broadcast, or undefined where this program is not a kernel. */
export function kernelBroadcast(): Broadcast | undefined {
  try {
    // The only way to tell: outside a kernel, accessing Deno.jupyter throws.
    const { broadcast } = Deno.jupyter;
    return (type, content) => broadcast(type, content);
  } catch {
    return undefined;
  }
}

/** Whether this program is a Deno kernel. */
export function inKernel(): boolean {
  return kernelBroadcast() !== undefined;
}

/**
 * Waits for output just sent to leave the kernel: 30 ms, plus 20 ms per megabyte. Deno's own kernel
 * reports a cell as done before its queued output is sent; front ends then lose the last lines or
 * put them under the next cell. In the kernel of `deno task kernel` there is nothing to wait for.
 */
export function flushed(bytes = 0): Promise<void> {
  if (comms()) return Promise.resolve();
  return new Promise((resolve) => setTimeout(resolve, 30 + 20 * bytes / 2 ** 20));
}
