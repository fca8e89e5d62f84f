/**
 * Measures in one alternating run, A B C … A B C …: in short rounds all run under the same load.
 */

import { Ceiling } from "./ceiling.ts";
import type { Variant } from "./protocol.ts";
import { mean, median } from "./statistics.ts";

/** Duration of a variant's steps in one round, and of its warm-up. */
const ROUND_MS = 200, WARM_UP_MS = 2000;

/** Timings of one variant; every array has one number per round. */
export interface Timing {
  readonly name: string;
  readonly threads: number;
  readonly version: string;
  /** Mean of all the round's steps. */
  readonly stepMs: readonly number[];
  /** Time of one evaluation of all test images. */
  readonly evaluateMs: readonly number[];
  /** CPU time / wall time over all steps: 1 is one busy core. */
  readonly cores: number;
}

/** Timings of a whole run. */
export interface Run {
  readonly timings: readonly Timing[];
  /** GFLOP/s of a core, one number per round. */
  readonly ceiling: readonly number[];
  readonly relaxed: boolean;
}

/** Measures `variants` against each other. `log` receives a line per round. */
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
      await variant.ask("step", 2); // refills its caches
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

/** Runs until everything is compiled and allocated; returns the number of steps per round. */
async function warmUp(variant: Variant): Promise<number> {
  const until = performance.now() + WARM_UP_MS;
  let last = Infinity;
  while (performance.now() < until) last = median((await variant.ask("step", 20)).ms);
  for (let i = 0; i < 3; i++) await variant.ask("evaluate");
  return Math.min(200, Math.max(5, Math.round(ROUND_MS / last)));
}
