/** Draws learning curves of several variants, each with several seeds. */
import type { Result } from "../../sweep/results.ts";
import { limits, optionsOf, text } from "../../validate.ts";
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
import { spread } from "../results.ts";

/** Options of {@linkcode variantsFigure}. */
export interface VariantsFigureOptions {
  /** Above the figure. */
  readonly title?: string;
  /** Limits of the y axis, as [0.8, 1]. Default: 0 to 1. */
  readonly range?: readonly [number, number];
}

const GAP = .1; // fraction of the page between accuracy and g

/**
 * Draws test accuracy over the iterations: for each variant the mean of its seeds, and each seed as
 * a faint line. g is below.
 *
 * @param variants runs by variant name
 *
 * @throws {RangeError} if there is no result
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { recipeOf, type Result } from "gradnets";
 * import { variantsFigure } from "gradnets/notebook/figures.ts";
 *
 * const run = (seed: number, accuracy: number): Result => ({ recipe: recipeOf({ seed }), accuracy,
 *   data: "MNIST", best: { accuracy, iter: 9 }, stopped: null, parameters: 1, steps: 9, msPerStep: 1,
 *   kernels: "", versions: {}, date: "", curve: [[0, 0, 0.1, 1, 1], [9, 1, accuracy, 1, 1]] });
 * const figure = variantsFigure(new Map([["up", [run(1, 0.5), run(2, 0.7)]]]));
 * const line = figure.data.find(({ showlegend }) => showlegend)!;
 * assertEquals([line.name, line.y], ["up", [0.1, 0.6]]);
 * ```
 */
export function variantsFigure(
  variants: ReadonlyMap<string, readonly Result[]>,
  options: VariantsFigureOptions = {},
): Figure {
  const { title, range } = optionsOf("draw variants", "VariantsFigureOptions", {
    title: [text, "Several ways to train"],
    range: [limits, [0, 1]],
  }, options);
  const all = [...variants.values()].flat();
  if (all.length === 0) throw new RangeError("Cannot draw variants: expected results, found none");
  const steps = Math.max(...all.map(({ steps }) => steps));
  const split = .22;
  const styles = groupStyles([...variants.keys()]);
  const data = [...variants].flatMap(([variant, results]): Trace[] => {
    const { color, dash } = styles.get(variant)!;
    const line = { color, dash };
    const curves = results.map(({ curve }) => curve);
    const x = (curves[0] ?? []).map(([iter]) => iter);
    const middle = x.map((_, k) => spread(curves.map((curve) => curve[k]![2])).mean);
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
  const seeds = Math.max(...[...variants.values()].map(({ length }) => length));
  const across = [-.012 * steps, 1.012 * steps];
  return {
    data,
    layout: baseLayout(title, 460, {
      margin: { l: 72, r: 36, t: 110, b: 60 },
      xaxis: axis("iteration", { range: across, anchor: "y2", nticks: 7, tickformat: ",d" }),
      yaxis: axis("accuracy", { range: [...range], domain: [split + GAP, 1] }),
      yaxis2: axis("g", { range: [-.06, 1.06], domain: [0, split], dtick: .5 }),
      legend: legendAt(1.08),
      annotations: [
        heading(
          `Test accuracy: mean of ${seeds} seeds, and each of them`,
          0,
          1,
        ),
        heading(`g, the weight of the late architecture, over ${thousands(steps)} steps`, 0, split),
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
