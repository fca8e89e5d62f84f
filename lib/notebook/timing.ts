/** Times pieces of work against each other, for notebooks about speed. */

/** Options of {@linkcode alternate}. */
export interface AlternateOptions {
  /** Turns per piece of work. Default 7. */
  readonly rounds?: number;
  /** Target length of a turn in ms; short work is called several times in it. Default 20. */
  readonly turn?: number;
  /** Milliseconds since any fixed time. */
  readonly now?: () => number;
}

/**
 * Times pieces of work in turns, A B C A B C …, so that all run under the same load. A warm-up turn
 * comes first: it lets the engine compile, and counts the calls that make a turn.
 *
 * @returns milliseconds per call, by name: one number per round, each the mean of its turn
 * @throws {RangeError} if `rounds` is not a whole number from 1 up
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
    time(run, 1); // the first call is always slower
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
