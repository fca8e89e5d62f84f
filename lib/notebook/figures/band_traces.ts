/** Traces of a figure of bands: many runs as a band, its mean and its ends, and single runs over it. */
import type { CurvePoint, Result } from "../../sweep/results.ts";
import type { Measured } from "../standing.ts";
import { palette, type Trace } from "./figure.ts";
import { type GroupStyle, translucent } from "./groups.ts";

// For runs that are laid over the bands; black is the original everywhere.
const OVER = [palette.black, palette.vermillion];

const LOG = { type: "log", exponentformat: "power" };
/** What can be drawn: its value in a curve, and how its axis looks. */
export const MEASURES = {
  "test accuracy": { of: (p: CurvePoint) => p[2], axis: { range: [-.02, 1.03], dtick: .2 } },
  "loss": { of: (p: CurvePoint) => p[3], axis: LOG },
  "gradient norm": { of: (p: CurvePoint) => p[4], axis: LOG },
  "g": { of: (p: CurvePoint) => p[1], axis: { range: [-.03, 1.05], dtick: .25 } },
} as const;

/** Traces of one group in one panel: the band, the mean, and × where runs ended early. */
export function groupTraces(
  runs: readonly Result[],
  { color, dash }: GroupStyle,
  measure: keyof typeof MEASURES,
  legend: boolean,
): [band: Trace, line: Trace, ends?: Trace] {
  const { of, axis } = MEASURES[measure];
  const at = new Map<number, number[]>();
  for (const { curve } of runs) {
    for (const point of curve) {
      const value = of(point);
      if (value === null || axis === LOG && value <= 0) continue; // 0 has no place on a log axis
      const values = at.get(point[0]);
      if (values) values.push(value);
      else at.set(point[0], [value]);
    }
  }
  const x = [...at.keys()].sort((a, b) => a - b);
  const values = x.map((iter) => at.get(iter)!);
  const band: Trace = {
    type: "scatter",
    mode: "lines",
    x: [...x, ...x.toReversed()],
    y: [
      ...values.map((some) => Math.max(...some)),
      ...values.map((some) => Math.min(...some)).reverse(),
    ],
    fill: "toself",
    fillcolor: translucent(color, .18),
    line: { color: "rgba(0,0,0,0)", width: 0 }, // 0, not .0: stays on dark pages
    hoverinfo: "skip",
    showlegend: false,
  };
  const line: Trace = {
    type: "scatter",
    mode: "lines",
    x,
    y: values.map((some) => some.reduce((a, b) => a + b, 0) / some.length),
    line: { color, dash, width: 2 },
    showlegend: legend,
  };
  const ends = runs.filter(({ stopped }) => stopped !== null)
    .flatMap(({ curve }) => curve.slice(-1)).filter((point) => of(point) !== null);
  if (ends.length === 0) return [band, line];
  return [band, line, {
    type: "scatter",
    mode: "markers",
    x: ends.map(([iter]) => iter),
    y: ends.map(of),
    marker: { symbol: "x-thin", size: 9, line: { color, width: 2 } },
    cliponaxis: false,
    showlegend: false,
  }];
}

/** The `i`-th run that is laid over the bands. */
export function runTrace(run: readonly Measured[], i: number): Trace {
  return {
    type: "scatter",
    mode: "lines",
    x: run.map(({ iter }) => iter),
    y: run.map(({ testAccuracy }) => testAccuracy),
    line: { color: OVER[i % OVER.length]!, width: 1.4 },
  };
}
