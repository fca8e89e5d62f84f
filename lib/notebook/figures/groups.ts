/** Styles that tell groups of runs apart: colour, dash and symbol together. */
import { layerKinds } from "../../model/layers.ts";
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

const blue = style("blue", "solid", "circle");
const vermillion = style("vermillion", "dash", "square");
const green = style("green", "dashdot", "triangle-up");
const purple = style("purple", "longdash", "cross");
const black = style("black", "dot", "diamond");
const more = [style("orange", "solid", "square"), style("sky", "dash", "circle")] as const;

/** Styles of the kinds of layers, in the order of `layerKinds`: the same in every notebook. */
const kindStyles: readonly GroupStyle[] = [blue, vermillion, black, green, purple, ...more];

const others: readonly GroupStyle[] = [blue, vermillion, green, purple, black, ...more];

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
  const kinds: readonly string[] = layerKinds;
  const areKinds = names.every((name) => kinds.includes(name));
  const styles = areKinds ? kindStyles : others;
  return new Map(
    names.map((name, i) => [name, styles[(areKinds ? kinds.indexOf(name) : i) % styles.length]!]),
  );
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
