/** Draws times of very different size as bars over a logarithmic axis. */
import {
  type Check,
  list,
  optional,
  optionsOf,
  parseFields,
  positive,
  text,
} from "../../validate.ts";
import { axis, baseLayout, type Figure, heading, palette, plain } from "./figure.ts";

/** One bar of {@linkcode speedFigure}. */
export interface Speed {
  /** What was measured. */
  readonly name: string;
  /** Milliseconds per step, above 0. */
  readonly ms: number;
}

/** Options of {@linkcode speedFigure}. */
export interface SpeedFigureOptions {
  /** Above the figure. */
  readonly title?: string;
  /** A lower bound, drawn as a line, and its name. */
  readonly floor?: Speed;
}

const aSpeed: Check<Speed> = (value, path) =>
  parseFields<Speed>({ name: [text], ms: [positive] }, value, path);

const COLORS = [palette.vermillion, palette.orange, palette.blue, palette.green, palette.purple];

/**
 * Draws the time of a step as a bar for each way to compute it, top to bottom; the first is usually
 * the slowest. Each bar shows its time and its speed-up over the first. On the logarithmic axis
 * equal distances are equal factors.
 *
 * @throws {RangeError} if there is no bar, or a time is not above 0
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { speedFigure } from "gradnets/notebook/figures.ts";
 *
 * const figure = speedFigure([{ name: "before", ms: 30 }, { name: "after", ms: 1.5 }]);
 * assertEquals(figure.data[0]!.text, ["30.0 ms", "1.50 ms, 20 × as fast"]);
 * ```
 */
export function speedFigure(
  speeds: readonly Speed[],
  options: SpeedFigureOptions = {},
): Figure {
  const { title, floor } = optionsOf("draw times", "SpeedFigureOptions", {
    title: [text, "The time of one step"],
    floor: [optional(aSpeed)],
  }, options);
  list(aSpeed)(speeds, "Cannot draw times: speeds");
  const all = [...speeds, ...(floor ? [floor] : [])].map(({ ms }) => ms);
  if (speeds.length === 0) throw new RangeError("Cannot draw times: expected one or more");
  // Leave room at the left to see the shortest bar, at the right for the text of the longest.
  const range = [Math.log10(Math.min(...all) / 2), Math.log10(Math.max(...all) * 6)] as const;
  const first = speeds[0]!.ms;
  const line = { color: palette.black, width: 1.5, dash: "dot" };
  return {
    data: [{
      type: "bar",
      orientation: "h",
      x: speeds.map(({ ms }) => ms),
      y: speeds.map(({ name }) => plain(name)),
      text: speeds.map(({ ms }, i) =>
        `${digits(ms)} ms${i === 0 ? "" : `, ${digits(first / ms, 2)} × as fast`}`
      ),
      textposition: "outside",
      cliponaxis: false,
      marker: { color: speeds.map((_, i) => COLORS[i % COLORS.length]!) },
      width: 0.6,
      hoverinfo: "x+y",
      showlegend: false,
    }],
    layout: baseLayout(title, 150 + 52 * speeds.length, {
      margin: { l: 170, r: 36, t: 88, b: 60 },
      xaxis: axis("milliseconds a step (logarithmic)", {
        type: "log",
        range: [...range],
        exponentformat: "none",
      }),
      // hides grid lines, which would run through the texts
      yaxis: axis("", { autorange: "reversed", gridcolor: "#FFFFFF", tickfont: { size: 12 } }),
      ...(floor && {
        shapes: [
          { type: "line", x0: floor.ms, x1: floor.ms, y0: 0, y1: 1, yref: "paper", line },
        ],
        annotations: [
          // on a logarithmic axis an annotation's position is a logarithm, a shape's is not
          {
            ...heading(`${plain(floor.name)}: ${digits(floor.ms)} ms`, Math.log10(floor.ms), 1),
            xref: "x",
          },
        ],
      }),
    }),
  };
}

/** Formats `value` with `count` significant digits, without an exponent: 0.643, 1.50, 34.9, 120. */
function digits(value: number, count = 3): string {
  return value.toFixed(Math.max(0, count - 1 - Math.floor(Math.log10(value))));
}
