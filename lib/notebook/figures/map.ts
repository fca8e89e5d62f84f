/** Draws maps: a number for every layer and g as colour, side by side under one scale. */
import {
  type Check,
  finite,
  flag,
  integer,
  limits,
  list,
  optional,
  optionsOf,
  parseFields,
  text,
} from "../../validate.ts";
import {
  axis,
  baseLayout,
  type Figure,
  finite as orNull,
  heading,
  type Json,
  legendAt,
  plain,
  type Trace,
  WIDTH,
} from "./figure.ts";

/** One map of a {@linkcode mapFigure}. */
export interface MapPanel {
  /** Above the panel. */
  readonly heading: string;
  /** z[row][column], bottom row first; NaN where the value is unknown. */
  readonly z: readonly (readonly number[])[];
}

/** Options of {@linkcode mapFigure}. */
export interface MapFigureOptions {
  /** Above the figure. */
  readonly title: string;
  /** Title of the x axis, and the position of each column. */
  readonly x: { readonly title: string; readonly values: readonly number[] };
  /** Title of the y axis, and the position of each row, bottom row first. */
  readonly y: { readonly title: string; readonly values: readonly number[] };
  /** Title of the colour scale, with the unit. */
  readonly scale: string;
  /** Logarithmic colour scale; an exact 0, which has no logarithm, is hatched. */
  readonly log?: boolean;
  /**
   * Limits of the colour scale. Default: those of the data, if logarithmic in whole powers of 10.
   */
  readonly range?: readonly [number, number];
  /** Maps per row. Default 3. */
  readonly columns?: number;
}

type Axis = MapFigureOptions["x"];
const anAxis: Check<Axis> = (value, path) =>
  parseFields<Axis>({ title: [text], values: [list(finite)] }, value, path);

const GAP = 84; // CSS pixels between maps: labels at the left and below, a heading above
const MAP_HEIGHT = 190;
const STEPS = 40; // maximum number of colours, unless there are more powers of 10
// Viridis by Smith and van der Walt (CC0), as in Plotly.
const VIRIDIS = [
  [68, 1, 84],
  [72, 40, 120],
  [62, 74, 137],
  [49, 104, 142],
  [38, 130, 142],
  [31, 158, 137],
  [53, 183, 121],
  [109, 205, 89],
  [180, 222, 44],
  [253, 231, 37],
] as const;
const MARGIN = { l: 72, r: 112, b: 56 };

/**
 * Draws maps under one colour scale (Viridis: perceptually uniform, readable in grey). Hatched
 * cells are exactly 0, white ones unknown.
 *
 * @throws {RangeError} if a map lacks a number for some row and column
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mapFigure } from "gradnets/notebook/figures.ts";
 *
 * const figure = mapFigure([{ heading: "one map", z: [[0, 1], [10, 100]] }], {
 *   title: "Powers", scale: "size", log: true,
 *   x: { title: "g", values: [0, 1] }, y: { title: "layer", values: [1, 2] },
 * });
 * assertEquals(figure.data[0]!.z, [[null, 0], [1, 2]]); // 0 has no logarithm
 * ```
 */
export function mapFigure(panels: readonly MapPanel[], options: MapFigureOptions): Figure {
  const { title, x, y, scale, log, range, columns } = optionsOf("draw maps", "MapFigureOptions", {
    title: [text],
    x: [anAxis],
    y: [anAxis],
    scale: [text],
    log: [flag, false],
    range: [optional(limits)],
    columns: [integer(1), 3],
  }, options);
  for (const { heading, z } of panels) {
    if (z.length !== y.values.length || z.some((row) => row.length !== x.values.length)) {
      throw new RangeError(
        `Cannot draw the map "${heading}": expected ${y.values.length} rows of ${x.values.length}, ` +
          `found ${z.length} of ${[...new Set(z.map((row) => row.length))]}`,
      );
    }
  }
  const across = Math.min(columns, panels.length), down = Math.ceil(panels.length / across);
  const inner = {
    width: WIDTH - MARGIN.l - MARGIN.r,
    height: down * MAP_HEIGHT + (down - 1) * GAP,
  };
  const side = (inner.width - (across - 1) * GAP) / across;
  const place = (i: number) => {
    const column = i % across, row = Math.floor(i / across);
    const left = column * (side + GAP) / inner.width;
    const top = 1 - row * (MAP_HEIGHT + GAP) / inner.height;
    return { left, right: left + side / inner.width, top };
  };
  const drawn = (value: number) => log && value <= 0 ? NaN : log ? Math.log10(value) : value;
  const nth = (i: number) => i === 0 ? "" : String(i + 1);
  const axes = panels.map((_, i) => {
    const { left, right, top } = place(i);
    const quiet = { gridcolor: "#FFFFFF" }; // invisible where nothing is drawn
    return {
      [`xaxis${nth(i)}`]: axis(x.title, {
        ...quiet,
        anchor: `y${nth(i)}`,
        domain: [left, right],
        range: edges(x.values),
      }),
      [`yaxis${nth(i)}`]: axis(y.title, {
        ...quiet,
        anchor: `x${nth(i)}`,
        range: edges(y.values),
        domain: [top - MAP_HEIGHT / inner.height, top],
      }),
    };
  });
  const firstZero = log ? panels.findIndex(({ z }) => z.flat().includes(0)) : -1;
  const top = firstZero < 0 ? 76 : 104; // room for a legend
  const { bar, ...colored } = colors(panels, scale, drawn, log, range);
  return {
    data: panels.flatMap(({ z }, i): Trace[] => {
      const on = { xaxis: `x${nth(i)}`, yaxis: `y${nth(i)}` };
      const map: Trace = {
        type: "heatmap",
        ...on,
        x: [...x.values],
        y: [...y.values],
        z: z.map((row) => row.map((value) => orNull(drawn(value)))),
        ...log && { customdata: z.map((row) => row.map((value) => orNull(value))) },
        ...colored,
        showscale: i === 0,
        ...i === 0 && { colorbar: bar },
        hovertemplate: `${plain(x.title)} %{x}, ${plain(y.title)} %{y}: ` +
          `%{${log ? "customdata:.2e" : "z:.3f"}}<extra></extra>`,
      };
      return [
        map,
        ...log && z.flat().includes(0)
          ? [hatching(z, x.values, y.values, { ...on, showlegend: i === firstZero })]
          : [],
      ];
    }),
    layout: baseLayout(title, top + inner.height + MARGIN.b, {
      margin: { ...MARGIN, t: top },
      legend: legendAt(1 + 26 / inner.height),
      annotations: panels.map((panel, i) => {
        const { left, top } = place(i);
        return heading(plain(panel.heading), left, top);
      }),
      ...Object.assign({}, ...axes),
    }),
  };
}

/** Outer edges of the outermost cells: half a step from their centres. */
function edges(values: readonly number[]): [number, number] {
  const [first = 0, second = first + 1] = values;
  const last = values.at(-1) ?? first;
  return [first - (second - first) / 2, last + (last - (values.at(-2) ?? last - 1)) / 2];
}

/** Draws a stroke in every cell that is exactly 0. */
function hatching(
  z: MapPanel["z"],
  xs: readonly number[],
  ys: readonly number[],
  on: Record<string, Json>,
): Trace {
  const cells = z.flatMap((row, r) =>
    row.flatMap((value, c) => value === 0 ? [{ x: xs[c]!, y: ys[r]! }] : [])
  );
  return {
    type: "scatter",
    mode: "markers",
    ...on,
    x: cells.map(({ x }) => x),
    y: cells.map(({ y }) => y),
    marker: { symbol: "line-ne", size: 7, line: { color: "#888888", width: 1 } },
    hovertemplate: "exactly 0<extra></extra>",
    name: "exactly 0",
    legendgroup: "exactly 0",
  };
}

/**
 * Quantises Viridis into a whole number of steps per unit of `units`: steps can be counted, and the
 * palette of a PNG holds them all.
 */
function stepped(units: number): [number, string][] {
  const count = units * Math.max(1, Math.floor(STEPS / units));
  const color = (share: number) => {
    const at = share * (VIRIDIS.length - 1), from = Math.min(Math.floor(at), VIRIDIS.length - 2);
    const mixed = VIRIDIS[from]!.map((c, i) => c + (at - from) * (VIRIDIS[from + 1]![i]! - c));
    return `rgb(${mixed.map(Math.round).join()})`;
  };
  return Array.from({ length: count }, (_, i) => color(count === 1 ? 1 : i / (count - 1)))
    .flatMap((color, i) => [[i / count, color], [(i + 1) / count, color]]);
}

function colors(
  panels: readonly MapPanel[],
  scale: string,
  drawn: (value: number) => number,
  log: boolean,
  range: readonly number[] | undefined,
) {
  const values = (range ?? panels.flatMap(({ z }) => z.flat())).map(drawn).filter(Number.isFinite);
  const ends = [Math.min(...values), Math.max(...values)] as const;
  const [zmin, zmax] = values.length === 0
    ? [0, 1]
    : log
    ? [Math.floor(ends[0]), Math.ceil(ends[1])]
    : ends;
  const every = Math.max(1, Math.ceil((zmax - zmin) / 8));
  const powers = Array.from(
    { length: Math.floor((zmax - zmin) / every) + 1 },
    (_, i) => zmax - i * every,
  );
  return {
    zmin,
    zmax,
    colorscale: stepped(log ? zmax - zmin : STEPS),
    bar: {
      title: { text: plain(scale), side: "right", font: { size: 12 } },
      thickness: 14,
      outlinewidth: 0,
      ...log && {
        tickvals: powers,
        ticktext: powers.map((power) => `10<sup>${String(power).replace("-", "−")}</sup>`),
      },
    },
  };
}
