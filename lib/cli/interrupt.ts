/** Turns Ctrl-C into an AbortSignal. */

/** Exit code that a shell expects of a program ended by Ctrl-C. */
export const INTERRUPTED = 130;

/**
 * Does `work` with a signal that Ctrl-C aborts; a second Ctrl-C ends the program at once.
 *
 * @param before printed if `work` throws the signal's reason
 * @param signals that abort it; by default Ctrl-C alone
 * @returns what `work` returns, or {@linkcode INTERRUPTED}
 */
export async function interruptible(
  work: (signal: AbortSignal) => Promise<number>,
  before: string,
  signals: readonly Deno.Signal[] = ["SIGINT"],
): Promise<number> {
  const interrupt = new AbortController();
  const onInterrupt = () => {
    if (interrupt.signal.aborted) Deno.exit(INTERRUPTED);
    interrupt.abort();
  };
  for (const name of signals) Deno.addSignalListener(name, onInterrupt);
  try {
    return await work(interrupt.signal);
  } catch (error) {
    if (error !== interrupt.signal.reason) throw error;
    console.log(before);
    return INTERRUPTED;
  } finally {
    for (const name of signals) Deno.removeSignalListener(name, onInterrupt);
  }
}
