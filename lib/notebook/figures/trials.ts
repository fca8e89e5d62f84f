/** The figure of several ways to train, each tried from several seeds. */
import { mean, type Summary } from "../../transitions/table.ts";
import {
  axis,
  baseLayout,
  type Figure,
  heading,
  type Json,
  legendAt,
  plain,
  thousands,
  type Trace,
} from "./figure.ts";
import { groupStyles } from "./groups.ts";

/** Options of {@linkcode trialsFigure}. */
export interface TrialsFigureOptions {
  readonly title?: string;
  /** The y axis, as [0.8, 1]. Default: 0 to 1. */
  readonly range?: readonly [number, number];
}

const GAP = .1; // of the page, between the accuracy and g

/**
 * Accuracy on the way, over the iterations: for each variant the mean of its seeds as a line, and each seed as
 * a faint one. Below it g.
 *
 * @throws {RangeError} if there is no result
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { trialsFigure } from "gradnets/notebook/figures.ts";
 *
 * const result = (seed: number, accuracy: number) => ({ seed, accuracy, transition: "depth",
 *   variant: "up", steps: 9, data: "MNIST", measures: {}, parameters: 1, msPerStep: 1, versions: {},
 *   date: "", curve: [[0, 0, 0.1], [9, 1, accuracy]] as const });
 * const figure = trialsFigure([{ variant: "up", about: "goes up", mean: 0.6, least: 0.5, most: 0.7,
 *   results: [result(1, 0.5), result(2, 0.7)] }]);
 * const line = figure.data.find(({ showlegend }) => showlegend)!;
 * assertEquals([line.name, line.y], ["up", [0.1, 0.6]]);
 * ```
 */
export function trialsFigure(
  summaries: readonly Summary[],
  { title = "Several ways to train", range = [0, 1] }: TrialsFigureOptions = {},
): Figure {
  const all = summaries.flatMap(({ results }) => results);
  if (all.length === 0) throw new RangeError("Cannot draw trials: expected results, found none");
  const steps = Math.max(...all.map(({ steps }) => steps));
  const split = .22;
  const styles = groupStyles(summaries.map(({ variant }) => variant));
  const data = summaries.flatMap(({ variant, results }): Trace[] => {
    const { color, dash } = styles.get(variant)!;
    const line = { color, dash };
    const curves = results.map(({ curve }) => curve);
    const x = (curves[0] ?? []).map(([iter]) => iter);
    const middle = x.map((_, k) => mean(curves.map((curve) => curve[k]![2])));
    return [
      ...curves.map((curve): Trace => ({
        ...trace(x, curve.map(([, , accuracy]) => accuracy), { ...line, width: 1 }),
        opacity: .35,
      })),
      {
        ...trace(x, middle, { ...line, width: 2.5 }),
        name: plain(variant),
        showlegend: true,
        hoverinfo: "all",
      },
      { ...trace(x, (curves[0] ?? []).map(([, g]) => g), { ...line, width: 2 }), yaxis: "y2" },
    ];
  });
  const seeds = Math.max(...summaries.map(({ results }) => results.length));
  const across = [-.012 * steps, 1.012 * steps];
  return {
    data,
    layout: baseLayout(title, 460, {
      margin: { l: 72, r: 36, t: 110, b: 60 },
      xaxis: axis("iteration", { range: across, anchor: "y2", nticks: 7, tickformat: ",d" }),
      yaxis: axis("share right", { range: [...range], domain: [split + GAP, 1] }),
      yaxis2: axis("g", { range: [-.06, 1.06], domain: [0, split], dtick: .5 }),
      legend: legendAt(1.08),
      annotations: [
        heading(
          `Accuracy on the first 2,000 test images: mean of ${seeds} seeds, and each of them`,
          0,
          1,
        ),
        heading(`g, the share of the late architecture, over ${thousands(steps)} steps`, 0, split),
      ],
    }),
  };
}

function trace(x: readonly number[], y: readonly number[], line: Record<string, Json>): Trace {
  return {
    type: "scatter",
    mode: "lines",
    x: [...x],
    y: [...y],
    line,
    showlegend: false,
    hoverinfo: "skip",
  };
}
