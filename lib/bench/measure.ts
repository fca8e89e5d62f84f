/** One alternating run: A B C … A B C …, many short rounds, so that all meet the same machine. */

import { Ceiling } from "./ceiling.ts";
import type { Variant } from "./protocol.ts";
import { mean, median } from "./statistics.ts";

/** How long a variant steps in one round, and warms up before the first. */
const ROUND_MS = 200, WARM_UP_MS = 2000;

/** What a run gave; every array has one number a round. */
export interface Timing {
  readonly name: string;
  readonly threads: number;
  readonly version: string;
  /** Mean of the round's steps: nothing that happened in it is left out. */
  readonly stepMs: readonly number[];
  /** Of one evaluation of all test images. */
  readonly evaluateMs: readonly number[];
  /** Processor time / time, over all steps: 1 is one core kept busy. */
  readonly cores: number;
}

/** A whole run. */
export interface Run {
  readonly timings: readonly Timing[];
  /** GFLOP/s of a core, one number a round. */
  readonly ceiling: readonly number[];
  readonly relaxed: boolean;
}

/** Measures `variants` against each other. `log` hears of every round. */
export async function alternate(
  variants: readonly Variant[],
  rounds: number,
  log: (line: string) => void,
): Promise<Run> {
  const runners = [];
  for (const variant of variants) {
    log(`warming up ${variant.name}`);
    runners.push({ variant, steps: await warmUp(variant), ...emptyTiming() });
  }
  const ceiling = new Ceiling(), ceilings: number[] = [];
  ceiling.measure(); // the engine compiles it better after a while
  for (let round = 0; round < rounds; round++) {
    log(`round ${round + 1} of ${rounds}`);
    for (const { variant, steps, stepMs, evaluateMs, cpu } of runners) {
      await variant.ask("step", 2); // its caches are its own again
      const { ms, cpu_ms } = await variant.ask("step", steps);
      stepMs.push(mean(ms));
      cpu.push(cpu_ms / ms.reduce((a, b) => a + b, 0));
      evaluateMs.push((await variant.ask("evaluate")).ms);
    }
    ceilings.push(Math.max(...Array.from({ length: 5 }, () => ceiling.measure())));
  }
  const timings = runners.map((
    { variant: { name, threads, version }, stepMs, evaluateMs, cpu },
  ) => (
    { name, threads, version, stepMs, evaluateMs, cores: median(cpu) }
  ));
  return { timings, ceiling: ceilings, relaxed: ceiling.relaxed };
}

function emptyTiming(): { stepMs: number[]; evaluateMs: number[]; cpu: number[] } {
  return { stepMs: [], evaluateMs: [], cpu: [] };
}

/** Runs until all is compiled and in place; how many steps make a round. */
async function warmUp(variant: Variant): Promise<number> {
  const until = performance.now() + WARM_UP_MS;
  let last = Infinity;
  while (performance.now() < until) last = median((await variant.ask("step", 20)).ms);
  for (let i = 0; i < 3; i++) await variant.ask("evaluate");
  return Math.min(200, Math.max(5, Math.round(ROUND_MS / last)));
}
