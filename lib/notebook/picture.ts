/** Draws a figure as PNG without a browser: Plotly makes SVG in jsdom, resvg rasterises it. */
import { fontFiles, plotlySource, resvgBinary } from "./assets.ts";
import type { Figure } from "./figures/figure.ts";
import { type FontMetrics, fontMetrics } from "./picture/font.ts";
import { encodePng } from "./picture/png.ts";

/** Options of {@linkcode picture}. */
export interface PictureOptions {
  /** CSS pixels. Default: the figure's own. */
  readonly width?: number;
  /** CSS pixels. Default: the figure's own. */
  readonly height?: number;
  /** Pixels of the picture per CSS pixel. Default 1. */
  readonly scale?: number;
}

interface Plotly {
  newPlot(div: object, data: unknown, layout: unknown, config: unknown): Promise<unknown>;
  purge(div: object): void;
  readonly Snapshot: { toSVG(div: object, format: "svg"): string };
}

/**
 * Draws the figure as Plotly's SVG. Text stays text with named fonts, not outlines.
 *
 * @throws {Error} what Plotly says, if it cannot draw the figure
 */
export async function svg(figure: Figure, options: PictureOptions = {}): Promise<string> {
  const { openWindow } = await import("./picture/window.ts");
  const window = openWindow(metrics());
  try {
    // A new window each time costs 25 ms and leaves nothing behind of earlier figures.
    window.eval(plotlySource());
    const plotly = (window as unknown as { readonly Plotly: Plotly }).Plotly;
    const div = window.document.createElement("div");
    window.document.body.append(div);
    const { width = figure.layout.width, height = figure.layout.height } = options;
    // Plotly modifies its arguments.
    const { data, layout } = structuredClone(figure);
    await plotly.newPlot(div, data, { ...layout, width, height }, { staticPlot: true });
    const drawn = plotly.Snapshot.toSVG(div, "svg");
    plotly.purge(div);
    // resvg does not resolve a quoted reference: it would paint a colour bar's gradient black.
    return drawn.replaceAll(/url\('(#[^']*)'\)/g, "url($1)");
  } catch (cause) {
    // The window has its own Error class, so `instanceof Error` does not hold here.
    const { message = cause } = cause as { readonly message?: string };
    const title = figure.layout?.title?.text;
    throw new Error(`Cannot draw the figure "${title}": Plotly says: ${message}`, { cause });
  } finally {
    window.close();
    // A WeakRef's target (jsdom has many) lives until the event loop turns: without this wait,
    // a series of pictures keeps all its windows in memory.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/**
 * Draws the figure as a PNG file on white. Takes about a tenth of a second (the first half a second
 * more, to load jsdom and resvg).
 *
 * @throws {Error} what Plotly says, if it cannot draw the figure
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { confusionFigure } from "gradnets/notebook/figures.ts";
 * import { picture } from "gradnets/notebook/picture.ts";
 *
 * const png = await picture(confusionFigure([[5, 0], [1, 4]]));
 * assertEquals(new TextDecoder().decode(png.subarray(1, 4)), "PNG");
 * ```
 */
export async function picture(
  figure: Figure,
  options: PictureOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const drawing = await svg(figure, options);
  const Resvg = await startResvg();
  const { regular, bold } = fontFiles();
  const resvg = new Resvg(drawing, {
    background: "#FFFFFF",
    imageRendering: 1, // keep the pixels of a heatmap sharp
    fitTo: { mode: "zoom", value: options.scale ?? 1 },
    font: { fontBuffers: [regular, bold], defaultFontFamily: "DejaVu Sans" },
  });
  try {
    const image = resvg.render();
    try {
      // resvg's own PNG has four bytes per pixel and three times the size.
      const { width, height, pixels: rgba } = image;
      return encodePng({ width, height, rgba }, { palette: true });
    } finally {
      image.free();
    }
  } finally {
    resvg.free();
  }
}

let fonts: { readonly regular: FontMetrics; readonly bold: FontMetrics } | undefined;

function metrics() {
  const { regular, bold } = fontFiles();
  return fonts ??= { regular: fontMetrics(regular), bold: fontMetrics(bold) };
}

type Resvg = typeof import("@resvg/resvg-wasm").Resvg;
let resvgStarted: Promise<Resvg> | undefined;

function startResvg(): Promise<Resvg> {
  return resvgStarted ??= (async () => {
    const { initWasm, Resvg } = await import("@resvg/resvg-wasm");
    await initWasm(resvgBinary());
    return Resvg;
  })();
}
