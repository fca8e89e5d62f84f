/** Turns the signals that end a program into an AbortSignal. */

/** Numbers of the signals that end a program; shells expect the exit code 128 + number. */
const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15, SIGBREAK: 21 } as const;

/** Name of a signal that ends a program. */
export type Ending = keyof typeof NUMBERS;

/**
 * Signals that end a program here: Ctrl-C, a cluster's SIGTERM, a closed terminal; on Windows,
 * Ctrl+Break and a closed console.
 */
const endings: readonly Ending[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK", "SIGHUP"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * The reason of an AbortSignal that a signal aborted.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Interrupted } from "gradnets/cli/interrupt.ts";
 *
 * const { by, exitCode } = new Interrupted("SIGTERM");
 * assertEquals([by, exitCode, new Interrupted("SIGINT").by], ["SIGTERM", 143, "Ctrl-C"]);
 * ```
 */
export class Interrupted extends Error {
  /** What ended the program, for people. */
  readonly by: string;
  /** Exit code that says so. */
  readonly exitCode: number;

  /** @param ending name of the signal */
  constructor(ending: Ending) {
    const by = ending === "SIGINT" ? "Ctrl-C" : ending;
    super(`Stopped by ${by}`);
    this.by = by;
    this.exitCode = 128 + NUMBERS[ending];
  }
}

/**
 * Does `work` with a signal that Ctrl-C, SIGTERM or SIGHUP aborts, with {@linkcode Interrupted} as
 * its reason; a second one ends the program at once.
 *
 * @param before printed after what ended the program if `work` throws the signal's reason
 * @returns what `work` returns, or the exit code of the signal
 */
export async function interruptible(
  work: (signal: AbortSignal) => Promise<number>,
  before: string,
): Promise<number> {
  const interrupt = new AbortController();
  const listeners = endings.map((name) => {
    const listener = () => {
      const reason = new Interrupted(name);
      if (interrupt.signal.aborted) Deno.exit(reason.exitCode);
      interrupt.abort(reason);
    };
    Deno.addSignalListener(name, listener);
    return [name, listener] as const;
  });
  try {
    return await work(interrupt.signal);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    console.log(`${error.message}${before}`);
    return error.exitCode;
  } finally {
    for (const [name, listener] of listeners) Deno.removeSignalListener(name, listener);
  }
}
