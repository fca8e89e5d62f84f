/** Styles that tell groups of runs apart: colour, dash and symbol together. */
import type { LayerKind } from "../../model/layers.ts";
import { palette } from "./figure.ts";

/** Style of one group. */
export interface GroupStyle {
  readonly color: string;
  readonly dash: "solid" | "dash" | "dot" | "dashdot" | "longdash";
  readonly symbol: "circle" | "square" | "diamond" | "triangle-up" | "cross";
}

const style = (
  color: keyof typeof palette,
  dash: GroupStyle["dash"],
  symbol: GroupStyle["symbol"],
): GroupStyle => ({ color: palette[color], dash, symbol });

/** Kinds of layers look the same in every notebook. */
const layerStyles: Readonly<Record<LayerKind, GroupStyle>> = {
  "identity-grelu": style("blue", "solid", "circle"),
  "linear-grelu": style("vermillion", "dash", "square"),
  "plain": style("black", "dot", "diamond"),
  "residual": style("green", "dashdot", "triangle-up"),
  "highway": style("purple", "longdash", "cross"),
};

const others: readonly GroupStyle[] = [
  style("blue", "solid", "circle"),
  style("vermillion", "dash", "square"),
  style("green", "dashdot", "triangle-up"),
  style("purple", "longdash", "cross"),
  style("black", "dot", "diamond"),
  style("orange", "solid", "square"),
  style("sky", "dash", "circle"),
];

/**
 * Assigns a style to every name; kinds of layers look the same everywhere.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { palette } from "gradnets/notebook/figures.ts";
 * import { groupStyles } from "gradnets/notebook/figures/groups.ts";
 *
 * assertEquals(groupStyles(["plain"]).get("plain")?.color, palette.black);
 * assertEquals(groupStyles(["τ = 5", "τ = 10"]).get("τ = 5")?.color, palette.blue);
 * ```
 */
export function groupStyles(names: readonly string[]): ReadonlyMap<string, GroupStyle> {
  const known: Readonly<Record<string, GroupStyle>> = layerStyles;
  const kinds = names.every((name) => Object.hasOwn(known, name));
  return new Map(names.map((name, i) => [name, kinds ? known[name]! : others[i % others.length]!]));
}

/** Makes `#RRGGBB` translucent; `alpha` from 0 to 1. */
export function translucent(color: string, alpha: number): string {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return `rgba(${r},${g},${b},${alpha})`;
}

/** Groups `items` by the key that `of` returns, in order of first occurrence. */
export function groupedBy<T>(items: readonly T[], of: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = of(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}
