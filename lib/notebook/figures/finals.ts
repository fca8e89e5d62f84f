/** Draws final accuracies of many runs, grouped, over depth or whatever was varied. */
import type { Result } from "../../sweep/results.ts";
import { callable, limits, oneOf, optional, optionsOf, text } from "../../validate.ts";
import { axis, baseLayout, type Figure, legendAt, plain, type Trace } from "./figure.ts";
import { groupedBy, groupStyles } from "./groups.ts";

/** Options of {@linkcode finalsFigure}. */
export interface FinalsFigureOptions {
  /** Name of the group, which sets the colour. Default: the kind of layer. */
  readonly group?: (result: Result) => string;
  /** Category on the x axis. Default: the depth. */
  readonly category?: (result: Result) => string;
  /** Default "final": the test accuracy after the last step. */
  readonly measure?: "final" | "best";
  /** Title of the x axis. Default "layers". */
  readonly label?: string;
  /** Limits of the y axis. Default: 0 to 1. */
  readonly range?: readonly [number, number];
  /** Above the figure. */
  readonly title?: string;
}

const ROOM = .8; // fraction of a category's width that its groups share

/**
 * Draws a point for every run and a horizontal line for the mean of its group, groups side by side
 * within a category; open points are runs that ended early.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { recipeOf, type Result } from "gradnets";
 * import { finalsFigure } from "gradnets/notebook/figures.ts";
 *
 * const run = (seed: number, accuracy: number): Result => ({ recipe: recipeOf({ seed }), accuracy,
 *   data: "MNIST", best: { accuracy, iter: 0 }, stopped: null, parameters: 162_160, steps: 0,
 *   msPerStep: 1, kernels: "", versions: {}, date: "", curve: [] });
 * const [points, means] = finalsFigure([run(1, .875), run(2, .625)]).data;
 * assertEquals(points?.y, [.875, .625]);
 * assertEquals(means?.y, [.75, .75, null]);
 * ```
 */
export function finalsFigure(
  results: readonly Result[],
  options: FinalsFigureOptions = {},
): Figure {
  const name = callable<(result: Result) => string>();
  const { group, category, measure, label, range, ...asked } = optionsOf(
    "draw final accuracies",
    "FinalsFigureOptions",
    {
      group: [name, ({ recipe }) => recipe.layer],
      category: [name, ({ recipe }) => String(recipe.depth)],
      measure: [oneOf(["final", "best"]), "final"],
      label: [text, "layers"],
      range: [limits, [0, 1]],
      title: [optional(text)],
    },
    options,
  );
  const {
    title = measure === "final"
      ? "Test accuracy after the last step"
      : "Best test accuracy measured",
  } = asked;
  const of = (result: Result) => measure === "final" ? result.accuracy : result.best.accuracy;
  const categories = [...groupedBy(results, category).keys()];
  const groups = groupedBy(results, group);
  const styles = groupStyles([...groups.keys()]);
  const step = ROOM / groups.size;
  const data = [...groups].flatMap(([name, members], i): Trace[] => {
    const { color, symbol } = styles.get(name)!;
    const x = (result: Result) =>
      categories.indexOf(category(result)) + (i - (groups.size - 1) / 2) * step;
    const cells = [...groupedBy(members, category).values()];
    const mean = (some: readonly Result[]) =>
      some.reduce((sum, result) => sum + of(result), 0) / some.length;
    return [{
      type: "scatter",
      mode: "markers",
      x: members.map(x),
      y: members.map(of),
      name: plain(name),
      legendgroup: name,
      marker: {
        color,
        symbol: members.map(({ stopped }) => stopped === null ? symbol : `${symbol}-open`),
        size: 8,
        line: { color, width: 1.5 },
      },
      cliponaxis: false,
    }, {
      type: "scatter",
      mode: "lines",
      x: cells.flatMap((cell) => [x(cell[0]!) - step * .42, x(cell[0]!) + step * .42, null]),
      y: cells.flatMap((cell) => [mean(cell), mean(cell), null]),
      name: plain(name),
      legendgroup: name,
      line: { color, width: 2 },
      hoverinfo: "skip",
      showlegend: false,
    }];
  });
  return {
    data,
    layout: baseLayout(title, 420, {
      margin: { l: 72, r: 36, t: 104, b: 60 },
      legend: legendAt(1.04),
      xaxis: axis(label, {
        range: [-.5, Math.max(categories.length, 1) - .5],
        tickvals: categories.map((_, i) => i),
        ticktext: categories.map(plain),
        gridcolor: "rgba(0,0,0,0)",
      }),
      yaxis: axis("test accuracy", { range: [...range] }),
    }),
  };
}
