/**
 * Writes pictures as SVG from a few shapes. A picture brings its own background, light or dark as
 * the reader's system is, so that it can be read on any page; all of it is text and can be told by a
 * screen reader. Sizes are pixels at the picture's natural width.
 */

import { FONT, palette } from "../figures/figure.ts";
import { escapeHtml } from "../page.ts";

/** Width of every picture: no text is under 12 px on a page of 700. */
export const WIDTH = 700;

/** A piece of a picture. */
export type Svg = string;

/** A place: pixels from the left, pixels from the top. */
export type Place = readonly [x: number, y: number];

/** Colours of each class, on a light and on a dark background. */
const colors = {
  card: ["#FFFFFF", "#15191F"],
  ink: ["#222222", "#E8E8E8"],
  soft: ["#595959", "#A8B0BA"],
  pale: ["#D5DEE7", "#3A4552"],
  black: [palette.black, "#F2F2F2"],
  blue: [palette.blue, "#4BA3E3"],
  vermillion: [palette.vermillion, "#F0803C"],
  green: [palette.green, "#2BC49A"],
  purple: [palette.purple, "#E29BC1"],
} as const;

/** A colour of the pictures, by name. */
export type Ink = keyof typeof colors;

/** The name of a colour of the palette. */
export function inkOf(color: string): Ink {
  const found = (Object.keys(colors) as Ink[]).find((ink) => colors[ink][0] === color);
  if (found === undefined) throw new RangeError(`Pictures have no name for the colour ${color}`);
  return found;
}

const round = (value: number) => String(Math.round(value * 10) / 10);

/** How a text is set. Default: 12 px, centred. */
export interface TextStyle {
  readonly size?: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly bold?: boolean;
  readonly ink?: Ink;
}

/** A line of text whose base line starts, has its middle or ends at a place. */
export function text([x, y]: Place, content: string, style: TextStyle = {}): Svg {
  const { size = 12, anchor = "middle", bold = false, ink = "ink" } = style;
  const weight = bold ? ' font-weight="bold"' : "";
  return `<text class="f-${ink}" x="${round(x)}" y="${round(y)}" font-size="${size}" ` +
    `text-anchor="${anchor}"${weight}>${escapeHtml(content)}</text>`;
}

/** How a line is drawn. Default: solid, in ink, 2 px wide. */
export interface LineStyle {
  readonly ink?: Ink;
  readonly width?: number;
  readonly dash?: string;
  /** Whether it ends in a head. */
  readonly head?: boolean;
}

/** A line through places, of straight pieces. */
export function line(places: readonly Place[], style: LineStyle = {}): Svg {
  const { ink = "ink", width = 2, dash, head = false } = style;
  const d = places.map(([x, y], i) => `${i === 0 ? "M" : "L"}${round(x)} ${round(y)}`).join("");
  const dashes = dash === undefined ? "" : ` stroke-dasharray="${dash}"`;
  const path = `<path class="s-${ink}" d="${d}" fill="none" stroke-width="${round(width)}"` +
    `${dashes}/>`;
  return head ? path + arrowhead(places, ink) : path;
}

function arrowhead(places: readonly Place[], ink: Ink): Svg {
  const [x, y] = places.at(-1)!, [fromX, fromY] = places.at(-2)!;
  const length = Math.hypot(x - fromX, y - fromY);
  const [dx, dy] = [(x - fromX) / length, (y - fromY) / length];
  const corner = (back: number, aside: number): Place => [
    x - back * dx - aside * dy,
    y - back * dy + aside * dx,
  ];
  const points = [corner(-2, 0), corner(7, 4.5), corner(7, -4.5)];
  return `<polygon class="f-${ink}" points="${
    points.map((point) => point.map(round).join(",")).join(" ")
  }"/>`;
}

/** A box with a label, its middle at a place; `round` makes it an oval. */
export function box(
  [x, y]: Place,
  [width, height]: readonly [number, number],
  label: string,
  options: { readonly oval?: boolean; readonly ink?: Ink } = {},
): Svg {
  const { oval = false, ink = "soft" } = options;
  return `<rect class="f-card s-${ink}" x="${round(x - width / 2)}" y="${round(y - height / 2)}" ` +
    `width="${round(width)}" height="${round(height)}" rx="${oval ? round(height / 2) : 3}" ` +
    `stroke-width="1.5"/>${text([x, y + 4], label)}`;
}

/** Bars of one colour: each with its left upper corner, width and height. */
export function bars(all: readonly (readonly [number, number, number, number])[], ink: Ink): Svg {
  const d = all.map(([x, y, w, h]) =>
    `M${round(x)} ${round(y)}h${round(w)}v${round(h)}h${round(-w)}z`
  ).join("");
  return `<path class="f-${ink}" d="${d}"/>`;
}

/** What a picture is called and what is on it, for those who do not see it. */
export interface About {
  readonly title: string;
  readonly description: string;
  readonly height: number;
}

/** A whole picture, as the text of a file. */
export function picture({ title, description, height }: About, shapes: readonly Svg[]): string {
  const rules = (scheme: 0 | 1) =>
    Object.entries(colors).map(([name, { [scheme]: color }]) =>
      `.f-${name}{fill:${color}}.s-${name}{stroke:${color}}`
    ).join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" ` +
    `viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title desc" ` +
    `font-family="${FONT}">
<title id="title">${escapeHtml(title)}</title>
<desc id="desc">${escapeHtml(description)}</desc>
<style>${rules(0)}@media(prefers-color-scheme:dark){${rules(1)}}</style>
<rect class="f-card" width="${WIDTH}" height="${height}" rx="8"/>
${[text([16, 26], title, { size: 15, anchor: "start", bold: true }), ...shapes].join("\n")}
</svg>
`;
}
