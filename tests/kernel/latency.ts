/**
 * How long `1 + 1` takes, from its request to "idle": in this kernel and in the plain `deno jupyter`,
 * one after the other, so that both meet the same load.
 *
 *     deno run -A tests/kernel/latency.ts [TIMES]
 */

import { Session } from "./session.ts";

/** Medians in milliseconds. */
export interface Latencies {
  readonly ours: number;
  readonly plain: number;
}

const PLAIN = {
  argv: [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"],
  env: { NO_COLOR: "1" },
};

const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[times.length >> 1] ?? NaN;

async function timed(session: Session): Promise<number> {
  const started = performance.now();
  await session.run("1 + 1");
  return performance.now() - started;
}

/** Measures both, after a few cells that do not count. */
export async function latencies(times: number): Promise<Latencies> {
  await using ours = await Session.start();
  await using plain = await Session.start(undefined, {}, PLAIN);
  const measured = { ours: [] as number[], plain: [] as number[] };
  for (let i = -5; i < times; i++) {
    const both = { ours: await timed(ours), plain: await timed(plain) };
    if (i < 0) continue;
    measured.ours.push(both.ours);
    measured.plain.push(both.plain);
  }
  return { ours: median(measured.ours), plain: median(measured.plain) };
}

if (import.meta.main) {
  const { ours, plain } = await latencies(Number(Deno.args[0] ?? 50));
  console.log(`1 + 1: ${ours.toFixed(1)} ms, in the plain kernel ${plain.toFixed(1)} ms (medians)`);
}
