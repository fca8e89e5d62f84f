/**
 * Turns the Stop button (and Ctrl-C in a terminal) into an AbortSignal that ends a loop, not the
 * program.
 */
import { inKernel } from "./kernel.ts";

/** A connection to the Stop button, until it is disposed of. */
export interface StopButton extends Disposable {
  /** Aborts when the Stop button is pressed, once: the next run needs a new one. */
  readonly signal: AbortSignal;
  /** Disconnects from the button. Without a kernel, Ctrl-C then ends the program again. */
  dispose(): void;
}

let current: AbortController | undefined;
let listening = false;
const SIGINT = 2; // shells expect exit code 128 + the signal's number

function pressed(): void {
  if (current && !current.signal.aborted) {
    current.abort(new DOMException("Stopped by the Stop button or Ctrl-C", "AbortError"));
  } else if (!inKernel()) {
    // A second Ctrl-C in a terminal is meant for the program.
    Deno.exit(128 + SIGINT);
  }
}

function listen(on: boolean): void {
  if (on === listening) return;
  listening = on;
  if (on) Deno.addSignalListener("SIGINT", pressed);
  else Deno.removeSignalListener("SIGINT", pressed);
}

/**
 * Connects the Stop button of a notebook, or Ctrl-C in a terminal, to a new signal; the button acts
 * on the newest one only. Without this, SIGINT ends the kernel and loses all its variables; after
 * the first call the kernel survives it for good. A loop must let the event loop run (a
 * `setTimeout` of 0; awaiting a settled promise is not enough), or it will not notice.
 *
 * In a terminal, a second Ctrl-C ends the program.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stopButton } from "gradnets/notebook/stop.ts";
 *
 * using stop = stopButton();
 * for (let i = 0; i < 3 && !stop.signal.aborted; i++) {
 *   await new Promise((resolve) => setTimeout(resolve, 0));
 * }
 * assertEquals(stop.signal.aborted, false); // nobody pressed it
 * ```
 */
export function stopButton(): StopButton {
  const mine = current = new AbortController();
  listen(true);
  const dispose = () => {
    if (current !== mine) return;
    current = undefined;
    // A kernel keeps listening: with nothing running, the button should do nothing.
    if (!inKernel()) listen(false);
  };
  return { signal: mine.signal, dispose, [Symbol.dispose]: dispose };
}

/**
 * Returns the signal of a new {@linkcode stopButton}, for a cell to pass to a training run.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stopSignal } from "gradnets/notebook/stop.ts";
 *
 * const signal = stopSignal();
 * assertEquals(signal.aborted, false);
 * ```
 */
export function stopSignal(): AbortSignal {
  return stopButton().signal;
}
