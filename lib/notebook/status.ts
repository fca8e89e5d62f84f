/** The line that tells how far a training is. */

import { clock } from "../train/clock.ts";
import { formatG } from "../train/lines.ts";
import { escapeHtml } from "./page.ts";

/** Where a training is. */
export interface Progress {
  /** Iterations trained. */
  readonly iter: number;
  /** Iterations in all. */
  readonly total: number;
  /** Iterations in an epoch. */
  readonly iterationsPerEpoch: number;
  /** Weight of the late architecture in the next iteration. */
  readonly g: number;
  /** Learning rate of the next iteration. */
  readonly learningRate: number;
  /** The last measured test accuracy, if any. */
  readonly accuracy?: number | undefined;
}

/** How a run has gone since it was started, or started again. */
export interface Pace {
  /** Iterations trained before. */
  readonly from: number;
  /** Seconds since then. */
  readonly seconds: number;
}

const CELLS = 20; // of the bar

/**
 * Says where a training is and, from its mean pace since it was started, how long it will still
 * take: a dash as long as nobody can know.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { statusText } from "gradnets/notebook/status.ts";
 *
 * const progress = { iter: 5500, total: 22_000, iterationsPerEpoch: 1100, g: 0.5,
 *   learningRate: 2.9245e-4, accuracy: 0.9303 };
 * assertEquals(
 *   statusText(progress, { from: 500, seconds: 10 }),
 *   "█████░░░░░░░░░░░░░░░  25 % · epoch 5.0 of 20 · g 0.50 · test accuracy .9303 · " +
 *     "learning rate 2.92e-4 · 0:33 left",
 * );
 * ```
 */
export function statusText(progress: Progress, { from, seconds }: Pace): string {
  const { iter, total } = progress;
  const left = (total - iter) * seconds / (iter - from);
  const told = iter > from && Number.isFinite(left) ? `${clock(left)} left` : "– left";
  return [bar(progress), ...parts(progress), told].join(" · ");
}

/**
 * Says how a training ended: at its end, or stopped on the way.
 *
 * @param seconds in all
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { endText } from "gradnets/notebook/status.ts";
 *
 * const progress = { iter: 100, total: 22_000, iterationsPerEpoch: 1100, g: 0.009, learningRate: 1e-3 };
 * assertEquals(
 *   endText(progress, 3),
 *   "Stopped after 100 of 22,000 iterations and 0:03 · epoch 0.1 of 20 · g 0.01 · learning rate 1.00e-3",
 * );
 * ```
 */
export function endText(progress: Progress, seconds: number): string {
  const { iter, total } = progress, count = (n: number) => n.toLocaleString("en-US");
  const head = iter < total
    ? `Stopped after ${count(iter)} of ${count(total)} iterations and ${clock(seconds)}`
    : `Done: ${count(iter)} iterations in ${clock(seconds)}`;
  return [head, ...parts(progress)].join(" · ");
}

/** Writes a status as a line of HTML, its bar as one that a screen reader can read. */
export function statusHtml(text: string, { iter, total }: Progress): string {
  const words = text.replace(/^[█░]+ +/, "");
  return `<div role="status" style="font-variant-numeric:tabular-nums">` +
    `<progress value="${iter}" max="${total}" style="width:12em;vertical-align:middle"></progress> ` +
    `${escapeHtml(words)}</div>`;
}

function bar({ iter, total }: Progress): string {
  const share = total > 0 ? Math.min(1, iter / total) : 1;
  const full = Math.floor(share * CELLS);
  const percent = String(Math.floor(100 * share)).padStart(3);
  return `${"█".repeat(full)}${"░".repeat(CELLS - full)} ${percent} %`;
}

function parts(progress: Progress): string[] {
  const { iter, total, iterationsPerEpoch, g, learningRate, accuracy } = progress;
  const epochs = formatG(Number((total / iterationsPerEpoch).toFixed(2)));
  return [
    `epoch ${(iter / iterationsPerEpoch).toFixed(1)} of ${epochs}`,
    `g ${g.toFixed(2)}`,
    ...accuracy === undefined ? [] : [`test accuracy ${accuracy.toFixed(4).replace(/^0/, "")}`],
    `learning rate ${learningRate.toExponential(2)}`,
  ];
}
