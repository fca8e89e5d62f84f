/**
 * Writes a figure as HTML: its picture, and a script that replaces it by the live plot where
 * scripts may run. A notebook that is not trusted, or is opened without this kernel, keeps the
 * picture.
 */
import { gzipSync } from "node:zlib";
import type { Figure } from "./figures/figure.ts";

/**
 * Writes a value as a JavaScript literal that is safe inside a `<script>`: it has no `<`, so no
 * `</script>` and no `<!--`.
 */
export function scriptLiteral(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

/** Escapes text for HTML, also inside an attribute's quotes. */
export function escapeHtml(text: string): string {
  const names: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => names[character]!);
}

/**
 * Makes the placeholder of a figure: a `<div>` that scripts find by `id`, with the picture in it.
 *
 * @param png the picture, or undefined to keep the place empty until the plot comes
 */
export function placeHtml(id: string, { layout }: Figure, png: Uint8Array): string {
  const { width, height, title } = layout;
  return `<div data-gradnets="${escapeHtml(id)}" style="max-width:${width}px">` +
    `<img alt="${escapeHtml(`[figure: ${title.text}]`)}" width="${width}" height="${height}" ` +
    `src="data:image/png;base64,${png.toBase64()}"></div>`;
}

/** Makes a script that draws or redraws the figure in every placeholder of that `id`. */
export function drawHtml(id: string, figure: Figure): string {
  // Keeps the reader's zoom when later figures are drawn over this one.
  const { data, layout } = figure;
  const plot = { data, layout: { ...layout, uirevision: id } };
  return `<script>(${DRAW})(${scriptLiteral(id)},${scriptLiteral(plot)})</script>`;
}

// Runs in the page. Waits for Plotly, which the notebook's first figure carries, and for its
// placeholder, which some front ends insert after the script; after 20 s it keeps the picture.
// A late script draws the latest figure of its id, so an old one never covers a newer one.
const DRAW = `function (id, figure) {
  const latest = window.gradnetsFigures ??= {};
  latest[id] = figure;
  const until = Date.now() + 20000;
  const config = { displaylogo: false };
  (function draw() {
    const places = window.Plotly ? document.querySelectorAll("[data-gradnets='" + id + "']") : [];
    if (places.length === 0) {
      if (Date.now() < until) setTimeout(draw, 100);
      return;
    }
    for (const place of places) {
      const { data, layout } = latest[id];
      const width = Math.min(layout.width, place.clientWidth || layout.width);
      const sized = { ...layout, width };
      if (place.plot) {
        Plotly.react(place.plot, data, sized, config);
        continue;
      }
      const picture = [...place.childNodes];
      const plot = document.createElement("div");
      place.replaceChildren(plot);
      Plotly.newPlot(plot, data, sized, config).then(
        () => place.plot = plot,
        (error) => { place.replaceChildren(...picture); console.error(error); },
      );
    }
  })();
}`;

/**
 * Makes a script that loads Plotly into the page unless it is there. It contains the whole bundle,
 * compressed, and fetches nothing.
 *
 * @param source of a classic script that sets `window.Plotly`
 */
export function plotlyHtml(source: string): string {
  // Compression takes 1.5 MB to 0.7: a Jupyter server passes at most 1 MB/s to a page.
  const packed = gzipSync(source, { level: 9 }).toString("base64");
  return `<script data-gradnets-plotly>(${UNPACK})("${packed}")</script>`;
}

const UNPACK = `async function (packed) {
  if (window.Plotly) return;
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const source = await new Response(stream).text();
  if (window.Plotly) return;
  const script = document.createElement("script");
  script.textContent = source;
  document.head.append(script);
}`;
