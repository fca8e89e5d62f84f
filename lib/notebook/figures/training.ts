/** Draws a training run: accuracy, loss, norms and schedules over the iterations. */
import type { Point } from "../../train/metrics.ts";
import type { OriginalPoint } from "../original.ts";
import { flag, list, optional, optionsOf, positive, text } from "../../validate.ts";
import {
  axis,
  baseLayout,
  type Figure,
  finite,
  heading,
  type Json,
  legendAt,
  palette,
  type Trace,
} from "./figure.ts";
import { iterationAxis, perEpoch } from "./iterations.ts";
import { panelsOf, ROLES } from "./panels.ts";

/** Options of {@linkcode trainingFigure}. */
export interface TrainingFigureOptions {
  /** Points of another run to lay over ours, as circles or, if they are many, as a line. */
  readonly original?: readonly OriginalPoint[];
  /** End of the x axis, to keep it fixed while a run grows. Default: the last point. */
  readonly iterations?: number;
  /** Iterations per epoch. Default: derived from the points (iter / epoch). */
  readonly iterationsPerEpoch?: number;
  /** Above the figure. */
  readonly title?: string;
  /** Draws accuracy and g alone, no higher than a screen: to watch a run. Default false. */
  readonly live?: boolean;
}

const HEIGHT = 960;
const LIVE_HEIGHT = 366;
const CIRCLES = 40; // points: more would hide each other
const CIRCLE = { symbol: "circle-open", size: 8, color: palette.black, line: { width: 1.6 } };
const FEW = 30; // points: up to this many a line alone would be too faint

/**
 * Draws a training run in seven panels over the iterations: accuracy (train and test), test
 * accuracy close up, loss with its norm penalty, weight norm, gradient norm, g and the learning
 * rate. Values are drawn as measured; what is not finite leaves a gap.
 *
 * Points of `original` beyond the x axis are omitted: a short run is compared with what the
 * original had reached by then.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { trainingFigure } from "gradnets/notebook/figures.ts";
 * import { original } from "gradnets/notebook/original.ts";
 *
 * const first = { iter: 0, epoch: 0, g: 0, learningRate: 1e-3, keep: 0.95, loss: 119, crossEntropy: 115,
 *   weightNorm: .07, gradientNorm: 0, trainAccuracy: .08, testAccuracy: .1 };
 * const figure = trainingFigure([first], { original: original.points, iterations: 22_000 });
 * const test = figure.data.find((trace) => trace.name === "this run")!;
 * assertEquals(test.y, [.1]);
 * ```
 */
export function trainingFigure(
  points: readonly Point[],
  options: TrainingFigureOptions = {},
): Figure {
  const { original, iterations, title, live, ...asked } = optionsOf(
    "draw a training",
    "TrainingFigureOptions",
    {
      original: [list((point) => point as OriginalPoint), []],
      iterations: [optional(positive)],
      iterationsPerEpoch: [optional(positive)],
      title: [text, "Training"],
      live: [flag, false],
    },
    options,
  );
  const { iterationsPerEpoch = perEpoch(points) } = asked;
  const end = iterations ?? points.at(-1)?.iter ?? 0;
  const theirs = original.filter((point) => point.iter <= end);
  const panels = panelsOf(points, theirs, live);
  const axes: Record<string, Json> = {};
  const data: Trace[] = [];
  const named = new Set<string>();
  // Only the first trace of each role appears in the legend.
  const legend = (name: string, rank: number) => {
    const first = !named.has(name);
    named.add(name);
    return { name, legendgroup: name, legendrank: rank, showlegend: first };
  };

  for (const panel of panels) {
    const n = panel.n === 1 ? "" : String(panel.n);
    const bottom = panel.y[0] === 0;
    axes[`xaxis${n}`] = {
      ...iterationAxis(bottom ? "iteration" : "", {
        iterations: end,
        iterationsPerEpoch,
      }),
      domain: [...panel.x],
      anchor: `y${n}`,
      ...(n ? { matches: "x" } : {}),
    };
    axes[`yaxis${n}`] = axis(panel.label, {
      domain: [...panel.y],
      anchor: `x${n}`,
      ...panel.axis,
    });
    for (const { role, of } of panel.curves) {
      data.push({
        type: "scatter",
        ...(points.length <= FEW
          ? { mode: "lines+markers", marker: { size: 4 } }
          : { mode: "lines" }),
        x: points.map((point) => point.iter),
        y: points.map((point) => finite(of(point))),
        xaxis: `x${n}`,
        yaxis: `y${n}`,
        line: ROLES[role].line,
        ...legend(ROLES[role].name, ROLES[role].rank),
      });
    }
    const { original: value } = panel;
    if (value && theirs.length > 0) {
      data.push({
        type: "scatter",
        ...(theirs.length > CIRCLES
          ? { mode: "lines", line: { color: palette.black, width: 1 } }
          : { mode: "markers", marker: CIRCLE }),
        x: theirs.map((point) => point.iter),
        y: theirs.map((point) => finite(value(point))),
        xaxis: `x${n}`,
        yaxis: `y${n}`,
        cliponaxis: false, // do not cut off a circle at exactly 0
        ...legend("the original, 2015", 4),
      });
    }
  }

  return {
    data,
    layout: baseLayout(title, live ? LIVE_HEIGHT : HEIGHT, {
      ...axes,
      margin: { l: 72, r: 36, t: 96, b: 64 },
      hovermode: "x",
      legend: legendAt(live ? 1.09 : 1.035),
      annotations: panels.map(({ heading: text, x, y }) => heading(text, x[0], y[1])),
    }),
  };
}
