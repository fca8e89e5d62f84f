/** The x axis over iterations, with ticks at every zoom. */
import { axis, type Json, thousands } from "./figure.ts";

const MAX_TICKS = 6;

/** Derives the iterations per epoch from the points; undefined if none is past iteration 0. */
export function perEpoch(
  points: readonly { readonly iter: number; readonly epoch: number }[],
): number | undefined {
  const last = points.at(-1);
  return last && last.iter > 0 && last.epoch > 0 ? last.iter / last.epoch : undefined;
}

/**
 * Returns an x axis from iteration 0 to `iterations`. A page chooses its ticks, so that there are
 * some wherever the reader zooms. With a title, it says how long an epoch is.
 */
export function iterationAxis(
  title: string,
  { iterations, iterationsPerEpoch }: {
    readonly iterations: number;
    readonly iterationsPerEpoch: number | undefined;
  },
): Record<string, Json> {
  const end = Math.max(iterations, 1);
  const epoch = title === "" || iterationsPerEpoch === undefined
    ? ""
    : ` (${thousands(Math.round(iterationsPerEpoch))} are an epoch)`;
  return axis(title + epoch, {
    range: [-.012 * end, 1.012 * end], // so that markers at the ends are not cut in half
    nticks: MAX_TICKS,
    tickformat: ",d",
  });
}
