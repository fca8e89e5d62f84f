/** The x axis over iterations, with ticks at whole epochs. */
import { axis, type Json, thousands } from "./figure.ts";

const STEPS = [.01, .02, .05, .1, .2, .25, .5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const MAX_TICKS = 6;

/** Derives the iterations per epoch from the points; undefined if none is past iteration 0. */
export function perEpoch(
  points: readonly { readonly iter: number; readonly epoch: number }[],
): number | undefined {
  const last = points.at(-1);
  return last && last.iter > 0 && last.epoch > 0 ? last.iter / last.epoch : undefined;
}

/**
 * Returns an x axis from iteration 0 to `iterations`, ticked at round epochs. With `epochs`, each
 * tick shows its epoch below its iteration.
 */
export function iterationAxis(
  title: string,
  { iterations, iterationsPerEpoch, epochs }: {
    readonly iterations: number;
    readonly iterationsPerEpoch: number | undefined;
    readonly epochs: boolean;
  },
): Record<string, Json> {
  const end = Math.max(iterations, 1);
  // Padding on both sides, so that markers at the ends are not cut in half.
  const range = [-.012 * end, 1.012 * end];
  if (iterationsPerEpoch === undefined) return axis(title, { range, nticks: MAX_TICKS });
  const step = STEPS.find((s) => end / (s * iterationsPerEpoch) <= MAX_TICKS - 1) ??
    end / iterationsPerEpoch / (MAX_TICKS - 1);
  const at = Array.from(
    { length: Math.floor(end / (step * iterationsPerEpoch) + 1e-9) + 1 },
    (_, i) => Number((i * step).toPrecision(12)),
  );
  return axis(title, {
    range,
    tickmode: "array",
    tickvals: at.map((epoch) => epoch * iterationsPerEpoch),
    ticktext: at.map((epoch) => {
      const iteration = thousands(Math.round(epoch * iterationsPerEpoch));
      return epochs ? `${iteration}<br>epoch ${epoch}` : iteration;
    }),
  });
}
