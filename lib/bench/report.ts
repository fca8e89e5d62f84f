/** Reports a run: JSON records for machines, tables for people. */

import type { LeftOut } from "./catalogue.ts";
import type { Run, Timing } from "./measure.ts";
import { type Size, stepFlops } from "./recipe.ts";
import { median, ratio, type Spread, spread } from "./statistics.ts";

/** One entry of the file that `--json` writes. */
export interface BenchRecord {
  readonly variant: string;
  readonly threads: number;
  readonly step_ms: Spread;
  readonly evaluate_ms: Spread;
  /** FLOPs of a step (see recipe.ts) / its median time. */
  readonly gflops: number;
}

/** Makes the entries, in the order of the run. */
export function records(timings: readonly Timing[], size: Size): BenchRecord[] {
  return timings.map(({ name, threads, stepMs, evaluateMs }) => {
    const step_ms = spread(stepMs), evaluate_ms = spread(evaluateMs);
    const gflops = stepFlops(size) / (step_ms.median * 1e6);
    return { variant: name, threads, step_ms, evaluate_ms, gflops };
  });
}

/** Formats a Markdown table: first column left-aligned, the others right-aligned. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, i) =>
    Math.max(title.length, 2, ...rows.map((row) => row[i]!.length))
  );
  const lineOf = (cells: readonly string[]) => {
    const padded = cells.map((cell, i) => i ? cell.padStart(widths[i]!) : cell.padEnd(widths[0]!));
    return `| ${padded.join(" | ")} |`;
  };
  const rule = widths.map((width, i) => i ? `${"-".repeat(width - 1)}:` : "-".repeat(width));
  return [header, rule, ...rows].map(lineOf).join("\n");
}

/** Formats a run: times, ratios to those bases that took part, GFLOP/s. */
export function runTable({ timings, ceiling }: Run, size: Size, bases: readonly string[]): string {
  const present = bases.flatMap((name) => timings.find((timing) => timing.name === name) ?? []);
  const first = present[0];
  const best = median(ceiling);
  const header = [
    "variant",
    "step ms (min–max)",
    ...present.map(({ name }) => `× ${name}`),
    "GFLOP/s",
    "of ceiling",
    "cores",
    "10,000 images ms (min–max)",
    ...(first ? [`× ${first.name}`] : []),
  ];
  const rows = records(timings, size).map((record, i) => {
    const { name, stepMs, evaluateMs, cores } = timings[i]!;
    return [
      name,
      shown(record.step_ms, 2),
      ...present.map((base) => ratio(stepMs, base.stepMs).toFixed(3)),
      record.gflops.toFixed(1),
      `${(100 * record.gflops / best).toFixed(0)} %`,
      cores.toFixed(2),
      shown(record.evaluate_ms, 1),
      ...(first ? [ratio(evaluateMs, first.evaluateMs).toFixed(2)] : []),
    ];
  });
  return table(header, rows);
}

/** Formats as "1.23 (1.20–1.50)". */
export function shown({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

/** Lists the variants that did not take part, why, and the remedy. */
export function leftOutText(leftOut: readonly LeftOut[]): string {
  return leftOut.map(({ name, why, remedy }) =>
    `left out: ${name} (${why})${remedy ? `\n  ${remedy}` : ""}`
  ).join("\n");
}
