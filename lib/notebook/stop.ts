/** The Stop button (and Ctrl-C in a terminal) as an AbortSignal: it ends a loop, not the program. */
import { inKernel } from "./kernel.ts";

/** What the Stop button will end, until it is disposed of. */
export interface StopButton extends Disposable {
  /** Aborts when the Stop button is pressed. Once only: the next run needs a new one. */
  readonly signal: AbortSignal;
  /** Lets go of the button. Where there is no kernel, Ctrl-C then ends the program again. */
  dispose(): void;
}

let current: AbortController | undefined;
let listening = false;
const SIGINT = 2; // a shell expects 128 and the signal's number from what it ended

function pressed(): void {
  if (current && !current.signal.aborted) {
    current.abort(new DOMException("Stopped by the Stop button or Ctrl-C", "AbortError"));
  } else if (!inKernel()) {
    // Who presses Ctrl-C again in a terminal means the program.
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
 * on the newest one only. Without this, SIGINT ends the kernel and all its variables with it; once
 * called, the kernel outlives the button for good. A loop has to let the event loop run (a
 * `setTimeout` of 0; an await of what is already there is not enough), or it will not notice.
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
    // A kernel keeps listening: pressed with nothing running, the button should do nothing.
    if (!inKernel()) listen(false);
  };
  return { signal: mine.signal, dispose, [Symbol.dispose]: dispose };
}

/**
 * The signal of a new {@linkcode stopButton}: what a cell hands to a training run.
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
