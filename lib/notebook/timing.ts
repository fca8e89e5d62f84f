/** How long pieces of work take beside each other, for notebooks that look into speed. */

/** Options of {@linkcode alternate}. */
export interface AlternateOptions {
  /** How often each one has its turn. Default 7. */
  readonly rounds?: number;
  /** Milliseconds that a turn should take: short work is called as often as that allows. Default 20. */
  readonly turn?: number;
  /** Milliseconds, from any beginning. */
  readonly now?: () => number;
}

/**
 * Times pieces of work in turns, A B C A B C …, so that all of them meet the same machine. A turn of
 * warming up comes first: it lets the engine compile, and counts the calls that make a turn.
 *
 * @returns milliseconds a call, by name: one number a round, each the mean of its turn
 * @throws {RangeError} if there are no rounds
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { alternate } from "gradnets/notebook/timing.ts";
 *
 * let clock = 0;
 * const work = { short: () => clock += 2, long: () => clock += 5 };
 * const ms = alternate(work, { rounds: 2, now: () => clock });
 * assertEquals(ms, { short: [2, 2], long: [5, 5] });
 * ```
 */
export function alternate<Name extends string>(
  work: Readonly<Record<Name, () => unknown>>,
  { rounds = 7, turn = 20, now = () => performance.now() }: AlternateOptions = {},
): Record<Name, number[]> {
  if (!(Number.isInteger(rounds) && rounds > 0)) {
    throw new RangeError(`Cannot time ${rounds} rounds: a whole number from 1 up is needed`);
  }
  const time = (run: () => unknown, calls: number) => {
    const start = now();
    for (let i = 0; i < calls; i++) run();
    return (now() - start) / calls;
  };
  const entries = Object.entries<() => unknown>(work).map(([name, run]) => {
    time(run, 1); // the first call is never like the others
    let calls = 0;
    const start = now();
    do {
      run();
      calls++;
    } while (now() - start < turn);
    return { name, run, calls, ms: [] as number[] };
  });
  for (let round = 0; round < rounds; round++) {
    for (const { run, calls, ms } of entries) ms.push(time(run, calls));
  }
  return Object.fromEntries(entries.map(({ name, ms }) => [name, ms])) as Record<Name, number[]>;
}
