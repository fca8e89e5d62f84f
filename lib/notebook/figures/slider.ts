/** Draws a figure with a slider that works in a saved page, without a kernel. */
import { finite, integer, optionsOf, share, text } from "../../validate.ts";
import {
  axis,
  baseLayout,
  type Figure,
  heading,
  type Json,
  legendAt,
  palette,
  type Trace,
} from "./figure.ts";

/** Options of {@linkcode sliderFigure}. */
export interface SliderFigureOptions {
  /** Initial g of the slider, also in a static picture. Default 0.5. */
  readonly g?: number;
  /** Steps of the slider from 0 to 1. Default 20. */
  readonly steps?: number;
  /** The input that the identity variant passes on. Default 1. */
  readonly x?: number;
  /** Above the figure. */
  readonly title?: string;
}

const LEFT = [0, .44] as const;
const RIGHT = [.56, 1] as const;

/**
 * Draws one unit of each GReLU over its u = xW + b, with a slider for g: on the left the paper's
 * first example, y = g·ReLU(u) + (1−g)·u, on the right the notebook's, y = g·ReLU(u) + (1−g)·x at
 * one fixed x. Thin lines show the start (g = 0) and the end (g = 1).
 *
 * Every step of the slider carries its curves, so that it needs Plotly and nothing else.
 *
 * @throws {RangeError} if `steps` is not a whole number, or `g` is not one of the steps
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sliderFigure } from "gradnets/notebook/figures.ts";
 *
 * const [slider] = sliderFigure({ steps: 4 }).layout.sliders as { steps: { label: string }[] }[];
 * assertEquals(slider!.steps.map(({ label }) => label), ["0", "0.25", "0.5", "0.75", "1"]);
 * ```
 */
export function sliderFigure(options: SliderFigureOptions = {}): Figure {
  const { g: start, steps, x, title } = optionsOf("draw a slider", "SliderFigureOptions", {
    g: [share, .5],
    steps: [integer(1, 1000), 20],
    x: [finite, 1],
    title: [text, "One unit of a GReLU layer: move g"],
  }, options);
  const gs = Array.from({ length: steps + 1 }, (_, i) => i / steps);
  const active = gs.indexOf(start);
  if (active < 0) {
    throw new RangeError(
      `Cannot draw a slider of ${steps} steps that stands at g = ${start}: expected g to be one ` +
        "of the steps from 0 to 1",
    );
  }
  const us = [-3, 0, 3]; // the curves are straight except for the bend at 0
  const y = (g: number, n: "" | "2") => us.map((u) => g * Math.max(u, 0) + (1 - g) * (n ? x : u));
  const ends = { 0: palette.orange, 1: palette.black };
  const curve = (g: number, n: "" | "2", more: Record<string, Json>): Trace => ({
    type: "scatter",
    mode: "lines",
    x: us,
    y: y(g, n),
    xaxis: `x${n}`,
    yaxis: `y${n}`,
    showlegend: n === "",
    ...more,
  });
  const panel = (n: "" | "2"): Trace[] => [
    ...([0, 1] as const).map((g) =>
      curve(g, n, {
        name: g === 0 ? "g = 0, the early layer" : "g = 1, the late layer",
        legendgroup: `${g}`,
        line: { color: ends[g], width: 1.5, dash: g === 0 ? "dash" : "dot" },
      })
    ),
    curve(start, n, {
      name: "g of the slider",
      legendgroup: "slider",
      line: { color: palette.blue, width: 4 },
    }),
  ];
  const across = axis("u = xW + b", { range: [-3.1, 3.1] });
  const up = axis("y", { range: [-3.2, 3.2] });
  return {
    data: [...panel(""), ...panel("2")],
    layout: baseLayout(title, 480, {
      margin: { l: 72, r: 36, t: 100, b: 136 },
      legend: legendAt(1.1),
      xaxis: { ...across, domain: LEFT, anchor: "y" },
      xaxis2: { ...across, domain: RIGHT, anchor: "y2" },
      yaxis: { ...up, anchor: "x" },
      yaxis2: { ...up, anchor: "x2" },
      annotations: [
        heading("linear GReLU: g·ReLU(u) + (1−g)·u", 0, 1),
        heading(`identity GReLU: g·ReLU(u) + (1−g)·x, at x = ${x}`, .56, 1),
      ],
      sliders: [{
        active,
        x: 0,
        len: 1,
        pad: { t: 60 },
        currentvalue: { prefix: "g = ", xanchor: "left", font: { size: 14 } },
        // The moving curve is the third of each panel.
        steps: gs.map((g) => ({
          label: String(g),
          method: "restyle",
          args: [{ y: [y(g, ""), y(g, "2")] }, [2, 5]],
        })),
      }],
    }),
  };
}
