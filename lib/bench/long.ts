/**
 * `--long`: times the whole walkthrough, variants alternating by epoch, and watches their memory.
 */

import type { Variant } from "./protocol.ts";
import { walkthrough } from "./recipe.ts";
import { table } from "./report.ts";
import { mean, median } from "./statistics.ts";

/** Iterations per part: about an epoch. The memory baseline is taken after the first part. */
const FIRST = 100, PARTS = [1000, ...Array<number>(19).fill(1100)];

/**
 * Estimates the seconds of the whole walkthrough from a step's and an evaluation's milliseconds.
 */
export function estimatedSeconds(stepMs: number, evaluateMs: number): number {
  const measurements = walkthrough.steps / walkthrough.every;
  // a measurement is an evaluation plus about one step's work on its batch
  return (walkthrough.steps * stepMs + measurements * (stepMs + evaluateMs)) / 1000;
}

/** Trains each variant through the walkthrough, alternating, and reports time and memory. */
export async function long(
  variants: readonly Variant[],
  log: (line: string) => void,
): Promise<string> {
  const runs = [];
  for (const variant of variants) {
    await variant.ask("reset");
    const { ms, step_ms } = await variant.ask("walk", FIRST);
    runs.push({ variant, before: await variant.ask("memory"), steps: [...step_ms], ms });
  }
  for (const [i, part] of PARTS.entries()) {
    log(`walkthrough: part ${i + 1} of ${PARTS.length}`);
    for (const run of runs) {
      const { ms, step_ms } = await run.variant.ask("walk", part);
      run.ms += ms;
      run.steps.push(...step_ms);
    }
  }
  const header = [
    "variant",
    "walkthrough s",
    "test accuracy",
    "first 1,000 ms",
    "last 1,000 ms",
    "RSS MB before",
    "after",
    "tensors before",
    "after",
  ];
  const rows = [];
  for (const { variant, before, steps, ms } of runs) {
    const after = await variant.ask("memory");
    const { accuracy } = await variant.ask("evaluate");
    const of = (part: number[]) => `${median(part).toFixed(2)} (mean ${mean(part).toFixed(2)})`;
    const megabytes = ({ rss }: { rss: number }) => (rss / 2 ** 20).toFixed(0);
    const tensors = ({ tensors, tensor_bytes = 0 }: typeof after) =>
      tensors === undefined ? "" : `${tensors} (${(tensor_bytes / 2 ** 20).toFixed(1)} MB)`;
    rows.push([
      variant.name,
      (ms / 1000).toFixed(1),
      accuracy.toFixed(4),
      of(steps.slice(0, 1000)),
      of(steps.slice(-1000)),
      megabytes(before),
      megabytes(after),
      tensors(before),
      tensors(after),
    ]);
  }
  return table(header, rows);
}
