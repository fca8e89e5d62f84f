/** Defines a figure as plain Plotly JSON, and the look that all figures share. */

/** Any JSON value. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** One curve or one matrix, as Plotly's JSON has it. */
export interface Trace {
  /** How its numbers are drawn. */
  readonly type: "scatter" | "bar" | "heatmap";
  /** All else that Plotly takes. */
  readonly [key: string]: Json;
}

/** Everything around the traces. Sizes are CSS pixels. */
export interface Layout {
  /** Above the figure. */
  readonly title: { readonly text: string; readonly [key: string]: Json };
  /** In CSS pixels. */
  readonly width: number;
  /** In CSS pixels. */
  readonly height: number;
  /** All else that Plotly takes. */
  readonly [key: string]: Json;
}

/** A Plotly figure of plain JSON: what `Plotly.newPlot(div, data, layout)` takes. */
export interface Figure {
  /** What is drawn, one upon the other. */
  readonly data: readonly Trace[];
  /** Axes, titles and sizes. */
  readonly layout: Layout;
}

/**
 * The palette of Okabe and Ito ("Color Universal Design", 2008): eight colours that remain distinct
 * under the common forms of colour blindness.
 */
export const palette = {
  black: "#000000",
  orange: "#E69F00",
  sky: "#56B4E9",
  green: "#009E73",
  yellow: "#F0E442",
  blue: "#0072B2",
  vermillion: "#D55E00",
  purple: "#CC79A7",
} as const;

/**
 * What colours become on a dark page; those that are not here stay. White becomes the page's own
 * background. A colour that must stay as it is differs from these in its last digit.
 */
export const DARK: Readonly<Record<string, string>> = {
  "#FFFFFF": "#111111",
  "#000000": "#F0F0F0",
  "#222222": "#DDDDDD",
  "#E4E4E4": "#3A3A3A",
  "#BBBBBB": "#666666",
  "#0072B2": "#1F8FD6",
  "#EDF4FA": "#0B1B26",
  "#C6DFF0": "#0A2A3F",
  "#8FC1E3": "#083C5C",
  "#4A97CB": "#045281",
};

/** Width of most figures in CSS pixels; a notebook's output area is rarely narrower. */
export const WIDTH = 900;

// Static pictures are drawn in DejaVu; Verdana has the same proportions.
export const FONT = "DejaVu Sans, Verdana, sans-serif";
const INK = "#222222";
const GRID = "#E4E4E4";

/** Layout that every figure starts from: white background, title at the left, room for labels. */
export function baseLayout(title: string, height: number, more: Record<string, Json> = {}): Layout {
  return {
    font: { family: FONT, size: 12, color: INK },
    paper_bgcolor: "#FFFFFF",
    plot_bgcolor: "#FFFFFF",
    margin: { l: 72, r: 20, t: 64, b: 56 },
    hoverlabel: { font: { family: FONT, size: 12 }, namelength: -1 }, // whole names
    ...more,
    title: {
      text: title,
      font: { size: 16 },
      x: 0,
      xanchor: "left",
      pad: { l: 12, t: 14 },
      y: 1,
      yref: "container",
      yanchor: "top",
    },
    width: typeof more.width === "number" ? more.width : WIDTH,
    height,
  };
}

/** An axis with a thin frame line, light grid and no zero line. */
export function axis(title: string, more: Record<string, Json> = {}): Record<string, Json> {
  return {
    title: { text: title, font: { size: 12 }, standoff: 8 },
    gridcolor: GRID,
    linecolor: "#888888",
    showline: true,
    zeroline: false,
    ticks: "outside",
    ticklen: 4,
    tickcolor: "#888888",
    tickfont: { size: 11 },
    ...more,
  };
}

/** A bold line of text above a panel whose top left corner is at (x, y), both from 0 to 1. */
export function heading(text: string, x: number, y: number): Record<string, Json> {
  return {
    text: `<b>${text}</b>`,
    xref: "paper",
    yref: "paper",
    x,
    y,
    xanchor: "left",
    yanchor: "bottom",
    align: "left",
    yshift: 4,
    showarrow: false,
    font: { size: 12 },
  };
}

/** A one-line legend above the plots, where it covers no data. `y` is 1 or a little more. */
export function legendAt(y: number): Record<string, Json> {
  return { orientation: "h", x: 0, xanchor: "left", y, yanchor: "bottom" };
}

/**
 * Returns `value`, or null for what JSON cannot hold (NaN, ±Infinity): Plotly leaves a gap there.
 */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Formats a whole number with thousands separators: 22,000. */
export function thousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/**
 * Escapes the characters that Plotly would read as markup (`<`, `>`, `&`). Every text from outside
 * (names of data sets, class names) must pass through here before it enters a figure.
 */
export function plain(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
