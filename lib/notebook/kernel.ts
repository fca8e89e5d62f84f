/** The way out of a Deno kernel: the messages that put something under a notebook's cell. */

/** Sends one message of the Jupyter protocol to every front end. */
export type Broadcast = (type: string, content: Record<string, unknown>) => Promise<void>;

/** The kernel's broadcast, or undefined where this program is not a kernel. */
export function kernelBroadcast(): Broadcast | undefined {
  try {
    // Touching Deno.jupyter throws outside a kernel, which is the only way to ask.
    const { broadcast } = Deno.jupyter;
    return (type, content) => broadcast(type, content);
  } catch {
    return undefined;
  }
}

/** Is this program a Deno kernel? */
export function inKernel(): boolean {
  return kernelBroadcast() !== undefined;
}

/**
 * Waits until output that was just sent has surely left: 30 ms, and 20 ms for every megabyte. Deno's
 * kernel says that a cell is done before its queued output is out; front ends then lose the last
 * lines or put them under the next cell. Await this at the end of a cell that prints much.
 */
export function flushed(bytes = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 30 + 20 * bytes / 2 ** 20));
}
