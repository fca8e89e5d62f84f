/** How each kind of layer is wired, in one notation, and how a layer is drawn from that. */

import type { LayerKind } from "../../model/layers.ts";
import { groupStyles } from "../figures/groups.ts";
import { box, type Ink, inkOf, line, type Place, type Svg, text } from "./svg.ts";

/** What an oval multiplies by. */
export type Factor = "0" | "½" | "1" | "g" | "1−g" | "t" | "1−t";

/** y = late·relu(u) + early·I with u = xW + b; the part with I is absent in a plain layer. */
export interface Wiring {
  readonly late: Factor;
  readonly early?: { readonly factor: Factor; readonly of: "x" | "u" };
}

/** Every kind of layer, in the order in which they are drawn: from what is known to what is new. */
export const wirings: Readonly<Record<LayerKind, Wiring>> = {
  "plain": { late: "1" },
  "residual": { late: "1", early: { factor: "1", of: "x" } },
  "highway": { late: "t", early: { factor: "1−t", of: "x" } },
  "identity-grelu": { late: "g", early: { factor: "1−g", of: "x" } },
  "linear-grelu": { late: "g", early: { factor: "1−g", of: "u" } },
};

/** Colour and dash of a kind of layer, as in every figure. */
export function kindLine(kind: LayerKind): { readonly ink: Ink; readonly dash?: string } {
  const { color, dash } = groupStyles([kind]).get(kind)!;
  const dashes = { solid: "", dash: "8 4", dot: "2 3", dashdot: "8 3 2 3", longdash: "13 4" };
  return { ink: inkOf(color), ...(dash !== "solid" && { dash: dashes[dash] }) };
}

const times = (factor: Factor) =>
  factor === "1" ? "" : `${factor.includes("−") ? `(${factor})` : factor}·`;

/** The formula of y in one or two lines. */
export function formula({ late, early }: Wiring): string[] {
  const first = `y = ${times(late)}relu(u)`;
  return early === undefined ? [first] : [first, `+ ${times(early.factor)}${early.of}`];
}

/**
 * What ∂L/∂y is multiplied by on its way to ∂L/∂x, in one or two lines. D keeps the units with
 * u > 0. A gate t that is learned from x adds a part G of its own.
 */
export function gradientFactor({ late, early }: Wiring): string[] {
  if (early?.of === "u") return [`(${times(late)}D + ${early.factor})·Wᵀ`];
  const through = `${times(late)}D·Wᵀ`;
  if (early === undefined) return [through];
  return [through, `+ ${early.factor}${late === "t" ? " + G" : ""}`];
}

/** How a layer is drawn. */
export interface Drawing {
  /** Where its left path and its right path are halfway between. */
  readonly x: number;
  /** Where its output is. */
  readonly top: number;
  /** The right path. */
  readonly aside: { readonly ink: Ink; readonly dash?: string };
  /** The gradient's way, from y down to x. Default: the signal's, from x up to y. */
  readonly back?: boolean;
}

/** Height of a drawn layer, from its output's letter to its input's. */
export const LAYER_HEIGHT = 226;

const shares: Partial<Record<Factor, number>> = { "0": 0, "½": 0.5 };

/** A path's line: the less it counts, the thinner; at 0 a thin dotted grey. */
function pathLine(factor: Factor, style: { readonly ink: Ink; readonly dash?: string }) {
  const share = shares[factor] ?? 1;
  return share === 0 ? { ink: "soft" as const, width: 1, dash: "1 4" } : {
    ...style,
    width: 1 + 2 * share,
  };
}

/** Draws a layer: its two paths, what they are multiplied by, and the sum. */
export function layer(wiring: Wiring, { x, top, aside, back = false }: Drawing): Svg[] {
  const { late, early } = wiring;
  const left = early === undefined ? x : x - 34, right = x + 46;
  const [sum, factor, relu, fork] = [top + 40, top + 78, top + 118, top + 196];
  const before = early?.of === "u"; // W stands before the fork
  const [matrix, split] = before ? [top + 184, top + 152] : [top + 160, fork];
  const signal = (places: readonly Place[], style: Parameters<typeof line>[1] = {}) =>
    line(back ? places.toReversed() : places, style);
  const shapes: Svg[] = [
    text([x, top + 8], back ? "∂L/∂y" : "y", { size: 13 }),
    signal([[x, sum], [x, top + 15]], { head: !back }),
    signal([[x, fork + 17], [x, split]], { head: back }),
    text([x, top + LAYER_HEIGHT], back ? "∂L/∂x" : "x", { size: 13 }),
  ];
  const path = (column: number, style: Parameters<typeof line>[1]) => {
    const gap = Math.sign(column - x) * 9; // from the middle of the adder to its rim
    const [first, last] = back ? [gap, 0] : [0, gap];
    const places: Place[] = [[x + first, split], [column, split], [column, sum], [x + last, sum]];
    shapes.push(signal(places, { ...style, head: true }));
  };
  if (early === undefined) {
    shapes.push(line([[x, split], [x, sum]]));
  } else {
    path(left, pathLine(late, { ink: "ink" }));
    path(right, pathLine(early.factor, aside));
    shapes.push(box([x, back ? split : sum], [18, 18], "+", { oval: true }));
  }
  if (late === "t") shapes.push(...gate([left, right], fork, factor, x + 12));
  const ovals = [[left, late], ...(early ? [[right, early.factor] as const] : [])] as const;
  for (const [column, by] of ovals) if (by !== "1") shapes.push(oval([column, factor], by));
  shapes.push(
    box([left, relu], [56, 24], back ? "D" : "relu"),
    box([before ? x : left, matrix], [56, 24], back ? "·Wᵀ" : "·W + b"),
  );
  return shapes;
}

const oval = (place: Place, factor: Factor) =>
  box(place, [Math.max(26, 14 + 8 * factor.length), 22], factor, { oval: true });

/** The gate of a highway layer: from x to both ovals. */
function gate(columns: Place, fork: number, factor: number, x: number): Svg[] {
  const thin = { ink: "soft", width: 1 } as const;
  return [
    line([[x, fork], [x, factor]], thin),
    line([[columns[0], factor], [columns[1], factor]], thin),
    box([x, factor + 62], [26, 24], "σ"),
  ];
}
