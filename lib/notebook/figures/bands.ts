/** Draws learning curves of many runs: mean and min–max band over the seeds, a panel per depth. */
import type { Result } from "../../sweep/results.ts";
import type { Measured } from "../standing.ts";
import {
  callable,
  integer,
  limits,
  list,
  object,
  oneOf,
  optional,
  optionsOf,
  text,
} from "../../validate.ts";
import {
  axis,
  baseLayout,
  type Figure,
  heading,
  type Json,
  legendAt,
  plain,
  type Trace,
} from "./figure.ts";
import { groupTraces, MEASURES, runTrace } from "./band_traces.ts";
import { groupedBy, groupStyles } from "./groups.ts";
import { iterationAxis } from "./iterations.ts";

/** Options of {@linkcode bandsFigure}. */
export interface BandsFigureOptions {
  /** Name of the group that a run belongs to. Default: its kind of layer. */
  readonly group?: (result: Result) => string;
  /** Heading of the panel that a run is drawn in. Default: its depth. */
  readonly panel?: (result: Result) => string;
  /** Quantity on the y axis. Default: test accuracy. */
  readonly measure?: "test accuracy" | "loss" | "gradient norm" | "g";
  /** Panels per row. Default 2, or 1 if there is only one. */
  readonly columns?: number;
  /** Limits of the y axis, [min, max]; for test accuracy and g. Default: all of it. */
  readonly range?: readonly [number, number];
  /** Test accuracies of other runs to draw over the bands of every panel, by name. */
  readonly over?: Readonly<Record<string, readonly Measured[]>>;
  /** Above the figure. */
  readonly title?: string;
}

const GAP = { x: .08, y: 84 }; // x: fraction of the width; y: CSS pixels
const MEASURED = ["test accuracy", "loss", "gradient norm", "g"] as const;
const PANEL = 230;
const ENDED = "× ended early: its loss was no number";
const MARGIN = { t: 104, b: 64 };

/**
 * Draws for each group the mean over its runs as a line, and a band from minimum to maximum. A run
 * that ended early counts up to its end, which is marked by a ×.
 *
 * @throws {RangeError} if there are runs to draw over a measure that is not test accuracy
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { recipeOf, type Result } from "gradnets";
 * import { bandsFigure } from "gradnets/notebook/figures.ts";
 *
 * const run = (seed: number, accuracy: number): Result => ({ recipe: recipeOf({ seed }), accuracy,
 *   data: "MNIST", best: { accuracy, iter: 1000 }, stopped: null, parameters: 162_160, steps: 1000,
 *   msPerStep: 1, kernels: "", versions: {}, date: "",
 *   curve: [[0, 0, .1, 119, 0], [1000, .1, accuracy, 20, .1]] });
 * const [band, line] = bandsFigure([run(1, .875), run(2, .625)]).data;
 * assertEquals(line?.y, [.1, .75]);
 * assertEquals(band?.y, [.1, .875, .625, .1]); // up one side, down the other
 * ```
 */
export function bandsFigure(
  results: readonly Result[],
  options: BandsFigureOptions = {},
): Figure {
  const name = callable<(result: Result) => string>();
  const { group, panel, measure, columns, range, title, ...asked } = optionsOf(
    "draw learning curves",
    "BandsFigureOptions",
    {
      group: [name, ({ recipe }) => recipe.layer],
      panel: [name, ({ recipe }) => `${recipe.depth} layers`],
      measure: [oneOf(MEASURED), MEASURED[0]],
      columns: [integer(1), 2],
      range: [optional(limits)],
      over: [object, {}],
      title: [text, "Learning curves"],
    },
    options,
  );
  const over = Object.fromEntries(
    Object.entries(asked.over).map(([of, run]) => [
      of,
      list((point) => point as Measured)(run, `Cannot draw learning curves: over["${of}"]`),
    ]),
  );
  if (measure !== "test accuracy" && Object.keys(over).length > 0) {
    throw new RangeError(`Cannot draw test accuracies over "${measure}"`);
  }
  const panels = groupedBy(results, panel);
  const across = Math.max(1, Math.min(columns, panels.size));
  const down = Math.max(1, Math.ceil(panels.size / across));
  const styles = groupStyles([...groupedBy(results, group).keys()]);
  const inner = down * PANEL + (down - 1) * GAP.y;
  const iterations = Math.max(
    0,
    ...results.flatMap(({ curve }) => curve.map(([iter]) => iter)),
    ...Object.values(over).flatMap((run) => run.map(({ iter }) => iter)),
  );
  const data: Trace[] = [];
  const axes: Record<string, Json> = {};
  const annotations: Record<string, Json>[] = [];
  const named = new Set<string>();
  let ended = false; // whether a × is in the legend

  [...panels].forEach(([name, members], index) => {
    const n = index === 0 ? "" : String(index + 1);
    const [row, column] = [Math.floor(index / across), index % across];
    const width = (1 - GAP.x * (across - 1)) / across;
    const left = column * (width + GAP.x);
    const top = 1 - row * (PANEL + GAP.y) / inner;
    const last = index + across >= panels.size;
    axes[`xaxis${n}`] = {
      ...iterationAxis(last ? "iteration" : "", {
        iterations,
        iterationsPerEpoch: across > 2 ? undefined : perEpoch(members), // no room to say it
      }),
      ...across > 2 && { nticks: 3 },
      domain: [left, left + width],
      anchor: `y${n}`,
    };
    axes[`yaxis${n}`] = axis(column === 0 ? measure : "", {
      ...MEASURES[measure].axis,
      ...range && { range: [...range], dtick: null, tickformat: ".2f" },
      domain: [Math.max(0, top - PANEL / inner), top],
      anchor: `x${n}`,
      ...n === "" ? {} : { matches: "y" },
    });
    annotations.push(heading(plain(name), left, top));
    for (const [of, runs] of groupedBy(members, group)) {
      const first = !named.has(of);
      named.add(of);
      const at = { xaxis: `x${n}`, yaxis: `y${n}`, legendgroup: of, name: plain(of) };
      const [band, line, ends] = groupTraces(runs, styles.get(of)!, measure, first);
      data.push({ ...band, ...at }, { ...line, ...at });
      if (!ends) continue;
      data.push({ ...ends, ...at, name: ENDED, legendgroup: ENDED, showlegend: !ended });
      ended = true;
    }
    Object.entries(over).forEach(([of, run], i) => {
      const at = { xaxis: `x${n}`, yaxis: `y${n}`, legendgroup: of, name: plain(of) };
      data.push({ ...runTrace(run, i), showlegend: index === 0, ...at });
    });
  });
  return {
    data,
    layout: baseLayout(title, inner + MARGIN.t + MARGIN.b, {
      ...axes,
      annotations,
      margin: { l: 72, r: 36, ...MARGIN },
      legend: legendAt(1 + 26 / inner),
    }),
  };
}

/** Iterations per epoch, if all runs agree on it. */
function perEpoch(results: readonly Result[]): number | undefined {
  const all = new Set(
    results.filter(({ stopped }) => stopped === null)
      .map(({ steps, recipe }) => Math.round(steps / recipe.epochs)),
  );
  const [only, ...others] = all;
  return others.length === 0 && only !== undefined && only > 0 ? only : undefined;
}
