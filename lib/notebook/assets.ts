/**
 * Reads files of npm packages that cannot be imported as modules: Plotly's bundle as text, the
 * fonts, resvg's WebAssembly. They come from Deno's package cache, so no network is needed.
 */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

// require() finds only packages that some module imports. None of these can run here (one is for
// browsers, one holds only fonts), so the imports stand in a function that is never called.
export const _packages = () => [
  import("plotly.js-cartesian-dist-min"),
  import("dejavu-fonts-ttf/package.json", { with: { type: "json" } }),
  import("@resvg/resvg-wasm"),
];

function once<T>(read: () => T): () => T {
  let kept: { readonly value: T } | undefined;
  return () => (kept ??= { value: read() }).value;
}

/** The source of Plotly (its cartesian bundle): a classic script that sets `window.Plotly`. */
export const plotlySource: () => string = once(() =>
  Deno.readTextFileSync(require.resolve("plotly.js-cartesian-dist-min"))
);

/** DejaVu Sans, regular and bold, as TrueType files. */
export const fontFiles: () => { readonly regular: Uint8Array; readonly bold: Uint8Array } = once(
  () => ({
    regular: Deno.readFileSync(require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf")),
    bold: Deno.readFileSync(require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf")),
  }),
);

/** resvg, the SVG painter, as a WebAssembly binary. */
export function resvgBinary(): Uint8Array<ArrayBuffer> {
  return Deno.readFileSync(require.resolve("@resvg/resvg-wasm/index_bg.wasm"));
}
