/** Draws panels of curves side by side: schedules over time, statistics over depth. */
import { optionsOf, positive, text } from "../../validate.ts";
import {
  axis,
  baseLayout,
  type Figure,
  finite,
  heading,
  legendAt,
  plain,
  type Trace,
  WIDTH,
} from "./figure.ts";
import { groupStyles } from "./groups.ts";

/** One curve of a {@linkcode LinesPanel}. */
export interface Line {
  /** Name in the legend. The same name in another panel gets the same colour and dash. */
  readonly name: string;
  /** Where its points are, from left to right. */
  readonly x: readonly number[];
  /** As many as `x`. NaN, ±Infinity and, on a logarithmic axis, values not above 0 leave a gap. */
  readonly y: readonly number[];
}

/** One panel of a {@linkcode linesFigure}. */
export interface LinesPanel {
  /** Above the panel. */
  readonly heading: string;
  /** Titles of the axes, with units. */
  readonly x: string;
  /** Beside its vertical axis. */
  readonly y: string;
  /** Logarithmic y axis. Default false. */
  readonly log?: boolean;
  /** Limits of the y axis, [min, max]. Default: those of the data. */
  readonly range?: readonly [number, number];
  /** What is drawn into it. */
  readonly lines: readonly Line[];
}

const GAP = 96; // CSS pixels between panels, for the labels of an axis

/**
 * Draws panels of curves in a row, with one legend for all.
 *
 * @param options `title`, and `height` in pixels (default 380)
 * @throws {RangeError} if there is no panel, a curve's x and y differ in length, or there are more
 *   than seven names, which could not be told apart
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { linesFigure } from "gradnets/notebook/figures.ts";
 *
 * const lines = [{ name: "halving", x: [0, 1, 2], y: [1, .5, .25] }];
 * const figure = linesFigure([{ heading: "forward", x: "layer", y: "size", log: true, lines }], {
 *   title: "A signal",
 * });
 * assertEquals(figure.data[0]!.y, [1, .5, .25]);
 * ```
 */
export function linesFigure(
  panels: readonly LinesPanel[],
  options: { readonly title: string; readonly height?: number },
): Figure {
  const { title, height } = optionsOf("draw curves", "its options", {
    title: [text],
    height: [positive, 380],
  }, options);
  const names = [...new Set(panels.flatMap(({ lines }) => lines.map(({ name }) => name)))];
  if (panels.length === 0) throw new RangeError("Cannot draw curves: expected a panel or more");
  const styles = groupStyles(names);
  const inner = WIDTH - 80 - 28;
  // A legend entry is a line sample and its text; what does not fit wraps to another line.
  const entries = names.reduce((sum, name) => sum + 40 + 6 * name.length, 0);
  const more = 20 * (Math.ceil(entries / inner) - 1);
  const margin = { l: 80, r: 28, t: 104 + more, b: 56 };
  const panelWidth = (inner - GAP * (panels.length - 1)) / panels.length;
  const left = (i: number) => i * (panelWidth + GAP) / inner;
  const seen = new Set<string>();
  const nth = (i: number) => i === 0 ? "" : String(i + 1);

  const curve = ({ name, x, y }: Line, log: boolean, i: number): Trace => {
    if (x.length !== y.length) {
      throw new RangeError(
        `Cannot draw the curve "${name}": expected ${x.length} y as it has x, found ${y.length}`,
      );
    }
    const { color, dash } = styles.get(name)!;
    const showlegend = !seen.has(name);
    seen.add(name);
    return {
      type: "scatter",
      mode: "lines",
      name: plain(name),
      legendgroup: plain(name),
      showlegend,
      x: [...x],
      y: y.map((y) => log && y <= 0 ? null : finite(y)),
      xaxis: `x${nth(i)}`,
      yaxis: `y${nth(i)}`,
      line: { color, dash, width: 2 },
    };
  };
  const axes = panels.map(({ x, y, log, range }, i) => ({
    [`xaxis${nth(i)}`]: axis(x, {
      anchor: `y${nth(i)}`,
      domain: [left(i), left(i) + panelWidth / inner],
    }),
    [`yaxis${nth(i)}`]: axis(y, {
      anchor: `x${nth(i)}`,
      ...log && { type: "log", exponentformat: "power" },
      ...range && { range: log ? range.map(Math.log10) : [...range] },
    }),
  }));
  return {
    data: panels.flatMap(({ lines, log = false }, i) => lines.map((line) => curve(line, log, i))),
    layout: baseLayout(title, height + more, {
      margin,
      legend: legendAt(1 + 26 / (height - margin.t - margin.b)),
      annotations: panels.map((panel, i) => heading(plain(panel.heading), left(i), 1)),
      ...Object.assign({}, ...axes),
    }),
  };
}
