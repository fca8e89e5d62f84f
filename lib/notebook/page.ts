/**
 * What a figure is in a web page: its picture, and a script that puts the live plot in its place
 * wherever scripts may run. A notebook that is not trusted, or that is opened without this kernel,
 * keeps the picture.
 */
import { gzipSync } from "node:zlib";
import type { Figure } from "./figures/figure.ts";

/**
 * A value as a JavaScript literal that is safe inside a `<script>`: no `<` is left in it, so no
 * `</script>` and no `<!--`.
 */
export function scriptLiteral(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

/** Text as HTML shows it, also inside an attribute's quotes. */
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
 * The place of a figure: a `<div>` that scripts find by `id`, with the picture in it.
 *
 * @param png the picture, or undefined to keep the place empty until the plot comes
 */
export function placeHtml(id: string, { layout }: Figure, png: Uint8Array): string {
  const { width, height, title } = layout;
  return `<div data-gradnets="${escapeHtml(id)}" style="max-width:${width}px">` +
    `<img alt="${escapeHtml(`[figure: ${title.text}]`)}" width="${width}" height="${height}" ` +
    `src="data:image/png;base64,${png.toBase64()}"></div>`;
}

/** A script that draws the figure in every place of that `id`, anew or over what it drew before. */
export function drawHtml(id: string, figure: Figure): string {
  // Later figures may be drawn over this one; whatever the reader zoomed into stays.
  const { data, layout } = figure;
  const plot = { data, layout: { ...layout, uirevision: id } };
  return `<script>(${DRAW})(${scriptLiteral(id)},${scriptLiteral(plot)})</script>`;
}

// Runs in the page. It waits for Plotly, which the notebook's first figure brings, and for its own
// place, which some front ends insert after the script; after 20 s it leaves the picture alone.
// What comes late draws the latest figure of its id, so an early one never covers a newer one.
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
 * A script that brings Plotly to the page, unless it is there: the whole bundle, compressed, from
 * nowhere but this text.
 *
 * @param source of a classic script that sets `window.Plotly`
 */
export function plotlyHtml(source: string): string {
  // Compressed, 1.5 MB become 0.7: a Jupyter server passes no more than 1 MB/s on to a page.
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
