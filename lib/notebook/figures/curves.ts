/** Draws formulas: the two schedules over the iterations, and a GReLU at several g. */
import { aSchedule, type Schedule } from "../../train/schedules.ts";
import {
  finite as number,
  integer,
  list,
  optional,
  optionsOf,
  positive,
  refusal,
  share,
  text,
} from "../../validate.ts";
import {
  axis,
  baseLayout,
  type Figure,
  finite,
  heading,
  legendAt,
  palette,
  type Trace,
} from "./figure.ts";
import { iterationAxis } from "./iterations.ts";

const LEFT = [0, .44] as const;
const RIGHT = [.56, 1] as const;
const MOST_POINTS = 100_000; // of a curve

/** Options of {@linkcode scheduleFigure}. */
export interface ScheduleFigureOptions {
  /** Iterations of the run. Default 22,000: the original's 20 epochs. */
  readonly iterations?: number;
  /** Default 1,100: 55,000 images in batches of 50. */
  readonly iterationsPerEpoch?: number;
  /** Iterations between points of the curve. Default: 200 points. */
  readonly every?: number;
  /** Above the figure. */
  readonly title?: string;
}

/**
 * Draws g and the learning rate as a run will have them, before it starts.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { scheduleFigure } from "gradnets/notebook/figures.ts";
 * import { anneal, decay } from "gradnets/train/schedules.ts";
 *
 * const figure = scheduleFigure(anneal({ epochs: 10 }), decay(), { every: 5500 });
 * assertEquals(figure.data[0]!.y, [0, .5, 1, 1, 1]);
 * ```
 */
export function scheduleFigure(
  g: Schedule,
  learningRate: Schedule,
  options: ScheduleFigureOptions = {},
): Figure {
  const what = "draw the schedules";
  aSchedule(g, `Cannot ${what}: g`);
  aSchedule(learningRate, `Cannot ${what}: learningRate`);
  const { iterations, iterationsPerEpoch, title, ...asked } = optionsOf(
    what,
    "ScheduleFigureOptions",
    {
      iterations: [integer(1), 22_000],
      iterationsPerEpoch: [positive, 1100],
      every: [optional(integer(1))],
      title: [text, "g climbs to 1 while the learning rate falls"],
    },
    options,
  );
  const { every = Math.max(1, Math.round(iterations / 200)) } = asked;
  if (iterations / every > MOST_POINTS) {
    throw refusal(`Cannot ${what}: every`, `${Math.ceil(iterations / MOST_POINTS)} or more`, every);
  }
  const x = Array.from({ length: Math.floor(iterations / every) + 1 }, (_, i) => i * every);
  const curve = (schedule: Schedule, n: "" | "2", color: string): Trace => ({
    type: "scatter",
    mode: "lines",
    x,
    y: x.map((iter) => finite(schedule({ iter, epoch: iter / iterationsPerEpoch }))),
    xaxis: `x${n}`,
    yaxis: `y${n}`,
    line: { color, width: 2 },
    showlegend: false,
    name: n ? "learning rate" : "g",
  });
  const bottom = iterationAxis("iteration", { iterations, iterationsPerEpoch });
  return {
    data: [curve(g, "", palette.blue), curve(learningRate, "2", palette.blue)],
    layout: baseLayout(title, 320, {
      margin: { l: 72, r: 36, t: 72, b: 68 },
      hovermode: "x",
      xaxis: { ...bottom, domain: LEFT, anchor: "y" },
      xaxis2: { ...bottom, domain: RIGHT, anchor: "y2", matches: "x" },
      yaxis: axis("g", { anchor: "x", range: [-.03, 1.05], dtick: .25 }),
      yaxis2: axis("step size of Adam", {
        anchor: "x2",
        rangemode: "tozero",
        exponentformat: "power",
      }),
      annotations: [
        heading("g, the weight of the ReLU layer", 0, 1),
        heading("Learning rate", .56, 1),
      ],
    }),
  };
}

/** Options of {@linkcode activationFigure}. */
export interface ActivationFigureOptions {
  /** Values of g to draw a curve for, in [0, 1]. Default 0, ¼, ½, ¾, 1. */
  readonly g?: readonly number[];
  /** The input that the identity variant passes on. Default 1. */
  readonly x?: number;
  /** Above the figure. */
  readonly title?: string;
}

// From early to late, light to dark: the order shows also in grey.
const ORDERED = [palette.orange, palette.sky, palette.green, palette.blue, palette.black];

/**
 * Draws one unit of each GReLU over its u = xW + b: on the left the paper's first example,
 * y = g·ReLU(u) + (1−g)·u, on the right the notebook's, y = g·ReLU(u) + (1−g)·x, whose second term
 * does not depend on u and is drawn for one fixed x.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { activationFigure } from "gradnets/notebook/figures.ts";
 *
 * const [linear, identity] = activationFigure({ g: [0], x: 1 }).data;
 * assertEquals(linear!.y, linear!.x); // g = 0: y = u
 * assertEquals(new Set(identity!.y as number[]), new Set([1])); // g = 0: y = x
 * ```
 */
export function activationFigure(options: ActivationFigureOptions = {}): Figure {
  const { g: shares, x, title } = optionsOf("draw the layers", "ActivationFigureOptions", {
    g: [list(share), [0, .25, .5, .75, 1]],
    x: [number, 1],
    title: [text, "One unit of a GReLU layer: both kinds end as ReLU, and start differently"],
  }, options);
  const us = Array.from({ length: 25 }, (_, i) => (i - 12) / 4);
  const curve = (g: number, i: number, n: "" | "2"): Trace => ({
    type: "scatter",
    mode: "lines",
    x: us,
    y: us.map((u) => g * Math.max(u, 0) + (1 - g) * (n ? x : u)),
    xaxis: `x${n}`,
    yaxis: `y${n}`,
    name: `g = ${g}`,
    legendgroup: `g = ${g}`,
    showlegend: n === "",
    line: { color: ORDERED[i % ORDERED.length]!, width: 2 },
  });
  const across = axis("u = xW + b", { range: [-3.1, 3.1] });
  const up = axis("y", { range: [-3.2, 3.2] });
  return {
    data: (["", "2"] as const).flatMap((n) => shares.map((g, i) => curve(g, i, n))),
    layout: baseLayout(title, 400, {
      margin: { l: 72, r: 36, t: 100, b: 56 },
      legend: legendAt(1.1),
      xaxis: { ...across, domain: LEFT, anchor: "y" },
      xaxis2: { ...across, domain: RIGHT, anchor: "y2" },
      yaxis: { ...up, anchor: "x" },
      yaxis2: { ...up, anchor: "x2" },
      annotations: [
        heading("linear GReLU: g·ReLU(u) + (1−g)·u", 0, 1),
        heading(`identity GReLU: g·ReLU(u) + (1−g)·x, at x = ${x}`, .56, 1),
      ],
    }),
  };
}
