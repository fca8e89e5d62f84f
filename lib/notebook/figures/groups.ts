/** Styles that tell groups of runs apart: colour, dash and symbol together. */
import { type LayerKind, layerKinds } from "../../model/layers.ts";
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

/** The style of each kind of layer: the same in every figure of every notebook. */
const kindStyles: Readonly<Record<LayerKind, GroupStyle>> = {
  "identity-grelu": style("blue", "solid", "circle"),
  "linear-grelu": style("vermillion", "dash", "square"),
  "plain": style("black", "dot", "diamond"),
  "residual": style("green", "dashdot", "triangle-up"),
  "highway": style("purple", "longdash", "cross"),
};

/** Styles of all else, and of a kind that is there more than once. */
const others: readonly GroupStyle[] = [
  style("blue", "solid", "circle"),
  style("vermillion", "dash", "square"),
  style("green", "dot", "triangle-up"),
  style("purple", "dashdot", "cross"),
  style("orange", "solid", "square"),
  style("sky", "dash", "circle"),
  style("black", "longdash", "diamond"),
];

/** The kind of layer that a name begins with: "linear", "linear GReLU, g = 0", "linear-grelu". */
function kindOf(name: string): LayerKind | undefined {
  return layerKinds.find((kind) => {
    const [word = "", grelu] = kind.split("-");
    // a bare "identity" may be a matrix
    const rest = grelu ? `([ -]${grelu}\\b|(?=$|[,:]))` : "(?![\\w-])";
    return new RegExp(`^${word}${rest}`, "i").test(name);
  });
}

/**
 * Assigns a style to every name. The first of a figure that begins with a kind of layer has the
 * style of this kind, as everywhere; the rest have others.
 *
 * @throws {RangeError} if there are more names than styles
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { palette } from "gradnets/notebook/figures.ts";
 * import { groupStyles } from "gradnets/notebook/figures/groups.ts";
 *
 * const styles = groupStyles(["plain", "linear, g = 0", "linear, orthogonal", "τ = 5"]);
 * assertEquals(styles.get("plain")?.color, palette.black);
 * assertEquals(styles.get("linear, g = 0")?.color, palette.vermillion);
 * assertEquals(new Set([...styles.values()].map(({ color }) => color)).size, 4);
 * ```
 */
export function groupStyles(names: readonly string[]): ReadonlyMap<string, GroupStyle> {
  const styles = new Map<string, GroupStyle>();
  for (const name of names) {
    const kind = kindOf(name), own = kind && kindStyles[kind];
    if (own && ![...styles.values()].includes(own)) styles.set(name, own);
  }
  const taken = new Set([...styles.values()].map(({ color }) => color));
  const free = others.filter(({ color }) => !taken.has(color));
  const rest = names.filter((name) => !styles.has(name));
  if (rest.length > free.length) {
    throw new RangeError(
      `Cannot tell ${names.length} groups apart: expected no more than ${others.length}, as many ` +
        `as there are colours`,
    );
  }
  rest.forEach((name, i) => styles.set(name, free[i]!));
  return new Map(names.map((name) => [name, styles.get(name)!]));
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
