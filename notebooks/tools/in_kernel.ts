/**
 * The runner's part inside the kernel, loaded before the first cell. It marks the end of each
 * cell's output, reports uncaught errors, and ends the kernel with the runner.
 *
 * Why a mark is needed (Deno 2.9.6, cli/js/jupyter_kernel.js): what a cell prints and displays goes
 * through a queue (first in, first out), while "idle" and the next request's "busy" are written to
 * the same socket directly. So the last lines come after "idle"; and when a display of some
 * megabytes is half written, "idle" lands in its middle and garbles everything after it (one run in
 * fifty with 15 MB per cell). Here the cell itself keeps running until the runner confirms that
 * everything queued has arrived: then "idle" has nothing left to overtake.
 */

import { atCellEnd } from "../../lib/notebook/flush.ts";

/** Type of the message that follows a cell's last output through the queue. */
export const MARK = "gradnets_output_mark";
/** Asked once by the kernel, to tell the runner that every cell flushes its output itself. */
export const HOOKED = "gradnets_hooked";
/** Type of the message that reports an uncaught error or rejection. */
export const UNCAUGHT = "gradnets_uncaught_error";

/**
 * Sets up the kernel; called once, in it. Afterwards `globalThis[Symbol.for(MARK)]()` flushes the
 * output; if {@linkcode HOOKED} was asked, each successful cell does so at its end.
 *
 * @param ask the kernel's prompt(): asks the runner on the stdin channel, and stops this thread
 * until the answer comes. {@linkcode MARK} is answered when all output up to the mark is there.
 */
export function setUp(ask: (question: string) => string | null): void {
  const { broadcast } = Deno.jupyter;
  const flush = async () => {
    // one turn of the event loop: output due now still belongs to this cell
    await new Promise((resolve) => setTimeout(resolve, 0));
    await broadcast(MARK, {});
    ask(MARK);
  };
  (globalThis as Record<symbol, unknown>)[Symbol.for(MARK)] = flush;

  const uncaught = (reason: unknown) => {
    const error = reason instanceof Error ? reason : new Error(Deno.inspect(reason));
    const traceback = (error.stack ?? String(error)).split("\n");
    void broadcast(UNCAUGHT, { ename: error.name, evalue: error.message, traceback });
  };
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    uncaught(event.reason);
  });
  addEventListener("error", (event) => {
    event.preventDefault();
    uncaught(event.error ?? event.message);
  });

  new Worker(new URL("./exit_with_parent.ts", import.meta.url), { type: "module" });

  if (atCellEnd(flush)) ask(HOOKED);
}
