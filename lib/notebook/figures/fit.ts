/** Fits a figure's layout to the width that a page has for it: nothing over anything. */

import type { Figure, Json, Layout, Trace } from "./figure.ts";

/** Narrower panels than this go below each other; in CSS pixels, as all here. */
const PANEL = 185;
/** Between panels side by side: the labels of an axis. */
const GAP = 76;
/** Widths to choose from, besides the figure's own. */
const WIDTHS = [800, 700, 560, 480, 380, 300];
const LINE = { title: 20, legend: 19, heading: 15 };
const CHARACTER = .62; // mean width of a letter of DejaVu and Verdana, in its font size

type Part = Readonly<Record<string, Json>>;
type Domain = readonly [number, number];

/** A plot with its axes. */
interface Panel {
  readonly x: string;
  readonly y: string;
  readonly left: number;
  readonly top: number;
  /** Whether it spans the whole width. */
  readonly wide: boolean;
  readonly height: number;
  /** Room that the labels below it need. */
  readonly below: number;
  readonly heading: Part | undefined;
}

/**
 * Returns layouts of the figure for narrower and narrower places, its own first. A page takes the
 * first that is not wider than its place, and may widen it up to the one before.
 */
export function layoutsOf(figure: Figure): readonly Layout[] {
  const { layout } = figure;
  return [layout, ...WIDTHS.filter((w) => w < layout.width).map((w) => fitted(figure, w))];
}

/**
 * Fits the layout to `width` CSS pixels: panels that would be too narrow go below each other,
 * titles and headings wrap, and what stands above the plots gets the room that it then needs.
 * Images keep their proportions. A figure that is no wider stays as it is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { activationFigure } from "gradnets/notebook/figures.ts";
 * import { fitted } from "gradnets/notebook/figures/fit.ts";
 *
 * const { width, xaxis, xaxis2 } = fitted(activationFigure(), 400);
 * assertEquals([width, (xaxis as { domain: number[] }).domain], [400, [0, 1]]);
 * assertEquals((xaxis2 as { domain: number[] }).domain, [0, 1]); // below the first
 * ```
 */
export function fitted({ data, layout }: Figure, width: number): Layout {
  if (width >= layout.width) return layout;
  const margin = { l: 72, r: 20, t: 64, b: 56, ...part(layout.margin) } as Record<string, number>;
  const { l = 72, r = 20, t = 64, b = 56 } = margin;
  const side = { l: Math.min(l, Math.round(.45 * width)), r: Math.min(r, Math.round(.3 * width)) };
  const inner = width - side.l - side.r;
  const image = part(layout.yaxis).scaleanchor !== undefined;
  const scale = image ? inner / (layout.width - l - r) : 1;
  const panels = panelsOf(layout, (layout.height - t - b) * scale);

  const most = Math.max(1, ...rowsOf(panels).map(({ length }) => length));
  const fits = Math.floor((inner + GAP) / (PANEL + GAP));
  const across = Math.max(1, Math.min(most, fits));
  const panelWidth = (inner - GAP * (across - 1)) / across;
  const rows = flow(panels, across).map((row) => {
    const headings = row.map(({ heading, wide }) =>
      heading ? wrapped(String(heading.text), 12, (wide ? inner : panelWidth) - 4) : ""
    );
    const lines = Math.max(0, ...headings.map((text) => text ? text.split("<br>").length : 0));
    return {
      row,
      headings,
      above: lines === 0 ? 4 : lines * LINE.heading + 10,
      height: Math.max(...row.map(({ height }) => height)),
      below: Math.max(...row.map(({ below }) => below)),
    };
  });
  const [first] = rows;
  const total = rows.reduce((sum, { above, height, below }) => sum + above + height + below, 0) -
    (first?.above ?? 0) - (rows.at(-1)?.below ?? 0);

  const title = wrapped(layout.title.text, 16, width - 24);
  const entries = layout.legend ? legendRows(data, inner) : 0;
  const top = 22 + LINE.title * title.split("<br>").length + LINE.legend * entries +
    (entries > 0 ? 8 : 0);
  const changed: Record<string, Json> = {};
  const moved = new Map<Part, Part>();
  let y = 0; // from the top of the first plot
  for (const [i, { row, headings, above, height, below }] of rows.entries()) {
    if (i > 0) y += above;
    row.forEach((panel, column) => {
      const left = panel.wide ? 0 : column * (panelWidth + GAP) / inner;
      const right = panel.wide ? 1 : left + panelWidth / inner;
      const up: Domain = [Math.max(0, 1 - (y + panel.height) / total), 1 - y / total];
      changed[panel.x] = { ...part(layout[panel.x]), domain: [left, Math.min(1, right)] };
      changed[panel.y] = { ...part(layout[panel.y]), domain: [...up] };
      if (panel.heading) {
        moved.set(panel.heading, { ...panel.heading, text: headings[column]!, x: left, y: up[1] });
      }
    });
    y += height + below;
  }
  return {
    ...layout,
    ...changed,
    width,
    height: Math.round(top + (first?.above ?? 0) + total + b),
    margin: { ...margin, ...side, t: Math.round(top + (first?.above ?? 0)) },
    title: { ...layout.title, text: title },
    ...layout.legend !== undefined && {
      legend: { ...part(layout.legend), y: 1 + (first?.above ?? 0) / total },
    },
    annotations: annotationsOf(layout).map((one) =>
      moved.get(one) ?? (image ? { ...one, font: smaller(part(one.font), scale) } : one)
    ),
  };
}

const part = (value: Json | undefined): Part =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value as Part : {};

const annotationsOf = ({ annotations }: Layout): readonly Part[] =>
  Array.isArray(annotations) ? annotations.map(part) : [];

const domainOf = (axis: Part): Domain =>
  Array.isArray(axis.domain) ? axis.domain as unknown as Domain : [0, 1];

const smaller = (font: Part, scale: number): Part => ({
  ...font,
  size: Math.max(
    scale < .4 ? 7 : 9,
    Math.floor(Number(font.size ?? 12) * Math.min(1, scale * 1.15)),
  ),
});

/** Reads the panels off the axes, row by row from the top left. */
function panelsOf(layout: Layout, inner: number): readonly Panel[] {
  const named = (id: Json | undefined) => String(id ?? "").replace(/^([xy])/, "$1axis");
  const found = Object.keys(layout).filter((key) => /^yaxis\d*$/.test(key)).map((y): Panel => {
    const up = part(layout[y]), x = named(up.anchor ?? "x"), across = part(layout[x]);
    const [left, right] = domainOf(across), [bottom, top] = domainOf(up);
    const labelled = named(across.anchor ?? "y") === y && across.visible !== false;
    return {
      x,
      y,
      left,
      top,
      wide: left < .05 && right > .95,
      height: (top - bottom) * inner,
      below: labelled ? 26 + (part(across.title).text ? 22 : 0) : 8,
      heading: annotationsOf(layout).find((one) =>
        one.xref === "paper" && one.yref === "paper" &&
        Math.abs(Number(one.x) - left) < .01 && Math.abs(Number(one.y) - top) < .01
      ),
    };
  });
  return found.sort((a, b) => b.top - a.top || a.left - b.left);
}

/** Groups panels by their top edge. */
function rowsOf(panels: readonly Panel[]): readonly (readonly Panel[])[] {
  return [...Map.groupBy(panels, ({ top }) => Math.round(1000 * top)).values()];
}

/** Lays panels out `across` a row; one that spans the width has a row of its own. */
function flow(panels: readonly Panel[], across: number): readonly (readonly Panel[])[] {
  const rows: Panel[][] = [];
  for (const panel of across === 1 ? panels.map((one) => ({ ...one, wide: true })) : panels) {
    const row = rows.at(-1);
    if (!row || panel.wide || row.length === across || row[0]?.wide) rows.push([panel]);
    else row.push(panel);
  }
  return rows;
}

/** Breaks a line of text, bold or not, into lines of at most `width` pixels. */
export function wrapped(text: string, size: number, width: number): string {
  const [, bold] = /^<b>(.*)<\/b>$/s.exec(text) ?? [];
  const most = Math.max(8, Math.floor(width / (size * (bold === undefined ? CHARACTER : .69))));
  const lines = (bold ?? text).split("<br>").flatMap((line) => {
    const broken = [""];
    for (const word of line.split(" ")) {
      const last = broken.at(-1)!;
      if (last === "") broken[broken.length - 1] = word;
      else if (last.length + 1 + word.length <= most) broken[broken.length - 1] += ` ${word}`;
      else broken.push(word);
    }
    return broken;
  });
  return bold === undefined ? lines.join("<br>") : `<b>${lines.join("<br>")}</b>`;
}

/** Rows of the legend: Plotly sets entries that do not fit one line in columns. */
function legendRows(data: readonly Trace[], width: number): number {
  const names = data.filter(({ type, name, showlegend }) =>
    type === "scatter" && name !== undefined && showlegend !== false
  ).map(({ name }) => 44 + 12 * CHARACTER * String(name).length);
  if (names.length === 0) return 0;
  if (names.reduce((a, b) => a + b) <= width) return 1;
  return Math.ceil(names.length / Math.max(1, Math.floor(width / Math.max(...names))));
}
