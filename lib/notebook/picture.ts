/** A figure as a PNG without a browser: Plotly draws SVG in jsdom, resvg paints it. */
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
  /** Pixels of the picture for a CSS pixel. Default 1. */
  readonly scale?: number;
}

interface Plotly {
  newPlot(div: object, data: unknown, layout: unknown, config: unknown): Promise<unknown>;
  purge(div: object): void;
  readonly Snapshot: { toSVG(div: object, format: "svg"): string };
}

/**
 * The figure as Plotly's SVG. Texts name their fonts and are not outlines.
 *
 * @throws {Error} what Plotly says, if it cannot draw the figure
 */
export async function svg(figure: Figure, options: PictureOptions = {}): Promise<string> {
  const { openWindow } = await import("./picture/window.ts");
  const window = openWindow(metrics());
  try {
    // A window each time, for 25 ms: nothing of a figure can stay behind in it.
    window.eval(plotlySource());
    const plotly = (window as unknown as { readonly Plotly: Plotly }).Plotly;
    const div = window.document.createElement("div");
    window.document.body.append(div);
    const { width = figure.layout.width, height = figure.layout.height } = options;
    // Plotly writes into what it is given.
    const { data, layout } = structuredClone(figure);
    await plotly.newPlot(div, data, { ...layout, width, height }, { staticPlot: true });
    const drawn = plotly.Snapshot.toSVG(div, "svg");
    plotly.purge(div);
    // resvg does not know a reference in quotes, and paints the gradient of a colour bar black.
    return drawn.replaceAll(/url\('(#[^']*)'\)/g, "url($1)");
  } catch (cause) {
    // An error of the window's is none of this program's: it is no instance of Error here.
    const { message = cause } = cause as { readonly message?: string };
    const title = figure.layout?.title?.text;
    throw new Error(`Cannot draw the figure "${title}": Plotly says: ${message}`, { cause });
  } finally {
    window.close();
    // What a WeakRef names (jsdom has many) lives until the event loop turns: without this, a row of
    // pictures piles up one window after another.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/**
 * The figure as a PNG file, drawn on white. Takes about a tenth of a second (the first: half a
 * second more, for jsdom and resvg to load).
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
      // resvg's own PNG has four bytes a pixel and is three times the size.
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
