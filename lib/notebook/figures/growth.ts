/** Draws how a network grows: g of each layer over a training. */
import { ramp } from "../../train/schedules.ts";
import { perLayer } from "../../train/shaped.ts";
import { finite, integer, object, optionsOf, positive, text } from "../../validate.ts";
import type { Figure } from "./figure.ts";
import { mapFigure } from "./map.ts";

/** Options of {@linkcode growthFigure}. */
export interface GrowthFigureOptions {
  /** Hidden layers. */
  readonly hidden: number;
  /** Fraction of the training that a layer's g takes from 0 to 1. */
  readonly turn: number;
  /**
   * By heading: fraction of the training that the last layer waits; if negative, the first does.
   */
  readonly lags: Readonly<Record<string, number>>;
  /** Above the figure. */
  readonly title?: string;
}

const TIMES = 41;

/**
 * Draws g of each hidden layer (bottom to top) over the training, a map for each lag.
 *
 * @throws {RangeError} if `perLayer` or `ramp` refuses a number
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { growthFigure } from "gradnets/notebook/figures.ts";
 *
 * const figure = growthFigure({ hidden: 2, turn: 0.5, lags: { "shallow first": 0.5 } });
 * const [first, last] = figure.data[0]!.z as number[][];
 * assertEquals([first![10], first![20], last![20], last![40]], [0.5, 1, 0, 1]);
 * ```
 */
export function growthFigure(options: GrowthFigureOptions): Figure {
  const { hidden, turn, lags, title } = optionsOf("draw the growth", "GrowthFigureOptions", {
    hidden: [integer(1, 10_000)],
    turn: [positive],
    lags: [object],
    title: [text, "g of each hidden layer"],
  }, options);
  const layers = Array.from({ length: hidden }, (_, l) => l);
  const times = Array.from({ length: TIMES }, (_, i) => i / (TIMES - 1));
  const panels = Object.entries(lags).map(([heading, given]) => {
    const lag = finite(given, `Cannot draw the growth: lags["${heading}"]`);
    const g = perLayer({ schedule: ramp({ epochs: 1, end: turn }), hidden, lag });
    const at = times.map((epoch) => g({ iter: 0, epoch }));
    return { heading, z: layers.map((l) => at.map((g) => g[l]!)) };
  });
  return mapFigure(panels, {
    title,
    x: { title: "fraction of the training", values: times },
    y: { title: "hidden layer", values: layers.map((l) => l + 1) },
    scale: "g",
    range: [0, 1],
  });
}
