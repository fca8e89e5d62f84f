/**
 * Writes a figure as HTML: its picture, and a script that replaces it by the live plot where
 * scripts may run. A notebook that is not trusted, or is opened without this kernel, keeps the
 * picture.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import { DARK, type Figure } from "./figures/figure.ts";
import { layoutsOf } from "./figures/fit.ts";

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
 * @param png the picture, as large as the figure
 */
export function placeHtml(id: string, { layout }: Figure, png: Uint8Array): string {
  const { width, height, title } = layout;
  return `<div data-gradnets="${escapeHtml(id)}" ` +
    `style="max-width:${width}px;break-inside:avoid">` +
    `<img alt="${escapeHtml(`[figure: ${title.text}]`)}" width="${width}" height="${height}" ` +
    `style="max-width:100%;height:auto" src="data:image/png;base64,${png.toBase64()}"></div>`;
}

/**
 * Makes a script that draws or redraws the figure in every placeholder of that `id`.
 *
 * @param shown milliseconds since 1970: until a minute later, the page scrolls to the figure once
 */
export function drawHtml(id: string, figure: Figure, shown = 0): string {
  const { data } = figure;
  const packed = pack(JSON.stringify({ data, layouts: layoutsOf(figure) }, rounded));
  const call = [id, packed, shown].map(scriptLiteral).join();
  return `<script>(window.gradnets ??= []).push([${call}])</script>`;
}

/**
 * Reads the figure of a notebook's output back, undefined if there is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { drawHtml, figureIn } from "gradnets/notebook/page.ts";
 *
 * const layout = { title: { text: "Loss" }, width: 900, height: 300 };
 * const html = drawHtml("one", { data: [{ type: "scatter", y: [1, 2] }], layout });
 * assertEquals(figureIn(html)?.layout, layout);
 * ```
 */
export function figureIn(html: string): Figure | undefined {
  const [, packed] = /"([A-Za-z0-9+/=]+)",\d+\]\)<\/script>/.exec(html) ?? [];
  if (packed === undefined) return undefined;
  const { data, layouts: [layout] } = JSON.parse(
    gunzipSync(Uint8Array.fromBase64(packed)).toString(),
  );
  return { data, layout };
}

const pack = (text: string) => gzipSync(text, { level: 9 }).toString("base64");

/** Six digits are more than a screen has pixels. */
const rounded = (_: string, value: unknown) =>
  typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;

// Runs in the page, once, when Plotly is there: draws the figures that scripts have pushed so far,
// and those to come. Waits for a placeholder, which some front ends insert after the script. An old
// figure never covers a newer one of its id.
const PAGE = `function (dark) {
  const waiting = window.gradnets ?? [];
  if (!Array.isArray(waiting)) return;
  const figures = {}, config = { displaylogo: false };

  /** The page's own background behind an element, if it is a dark one. */
  function darkness(element) {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      const [r, g, b, a = 1] = (color.match(/[0-9.]+/g) ?? [0, 0, 0, 0]).map(Number);
      if (a > 0.5) return 0.3 * r + 0.6 * g + 0.1 * b < 110 ? color : undefined;
    }
  }

  /** What to draw in a place of that width: colours of the page, the reader's zoom. */
  function fit(state, width, background) {
    const { data, layouts } = state.figure;
    const layout = layouts.find((layout) => layout.width <= width) ?? layouts.at(-1);
    const own = { ...layout, width: Math.max(layout.width, Math.min(width, layouts[0].width)) };
    for (const [axis, range] of Object.entries(state.zoom)) {
      if (own[axis]) own[axis] = { ...own[axis], range, autorange: false };
    }
    const text = JSON.stringify([data, { ...own, uirevision: true }]);
    if (background === undefined) return JSON.parse(text);
    return JSON.parse(text.replace(/"(#[0-9A-F]{6})"|rgba[(]0,0,0,(?=0?[.])/g, (found, color) =>
      color === "#FFFFFF" ? JSON.stringify(background)
        : color ? JSON.stringify(dark[color] ?? color) : "rgba(240,240,240,"));
  }

  /** Keeps which axes the reader has zoomed, until a double click resets them. */
  function follow(state, plot) {
    plot.on?.("plotly_relayout", (changes) => {
      for (const key of Object.keys(changes)) {
        const [, axis, what] = /^([xy]axis[0-9]*)[.](range|autorange)/.exec(key) ?? [];
        if (what === "range") state.zoom[axis] = [...plot.layout[axis].range];
        if (what === "autorange" || state.zoom[axis] && String(state.zoom[axis]) ===
          String(state.figure.layouts[0][axis].range)) delete state.zoom[axis];
      }
    });
  }

  function paint(state, place, printed) {
    // of the paper's width nothing is known yet; beside prompts and margins A4 has this
    const width = printed ? 560 : place.clientWidth || Infinity;
    const [data, layout] = fit(state, width, printed ? undefined : darkness(place));
    if (place.plot) return Plotly.react(place.plot, data, layout, config);
    const picture = [...place.childNodes];
    const plot = document.createElement("div");
    place.replaceChildren(plot);
    Plotly.newPlot(plot, data, layout, config).then(
      () => {
        place.plot = plot;
        follow(state, plot);
        let last = place.clientWidth;
        if (window.ResizeObserver) {
          new ResizeObserver(() => {
            const now = place.clientWidth;
            if (now > 0 && now !== last && !window.gradnetsPrints) paint(state, place);
            if (now > 0) last = now;
          }).observe(place);
        }
      },
      (error) => { place.replaceChildren(...picture); console.error(error); },
    );
  }

  const places = (id) => document.querySelectorAll("[data-gradnets='" + id + "']");
  function repaint(printed) {
    window.gradnetsPrints = printed;
    for (const [id, state] of Object.entries(figures)) {
      for (const place of places(id)) if (place.plot) paint(state, place, printed);
    }
  }
  const style = document.createElement("style");
  style.textContent = "@media print { .modebar { display: none !important } }";
  document.head.append(style);
  addEventListener("beforeprint", () => repaint(true));
  addEventListener("afterprint", () => repaint(false));
  new MutationObserver(() => setTimeout(repaint, 200, false)) // of the theme
    .observe(document.body, { attributes: true });

  /** Scrolls to an element, also while cells above it still grow, unless the reader moves. */
  function lead(element) {
    const later = [0, 300, 1000, 2500].map((ms) =>
      setTimeout(() => element.scrollIntoView({ block: "center" }), ms));
    for (const what of ["wheel", "pointerdown", "keydown", "touchstart"]) {
      addEventListener(what, () => later.map(clearTimeout), { once: true, capture: true });
    }
  }

  async function show(id, packed, shown) {
    const state = figures[id] ??= { zoom: {}, asked: 0, drawn: 0 };
    const turn = ++state.asked;
    const figure = JSON.parse(await unpack(packed));
    if (turn < state.drawn) return;
    [state.figure, state.drawn] = [figure, turn];
    const until = Date.now() + 20000;
    (function draw() {
      const found = places(id);
      for (const place of found) paint(state, place);
      if (found.length === 0 && turn === state.asked && Date.now() < until) setTimeout(draw, 100);
      if (found.length === 0 || state.seen) return;
      state.seen = true;
      if (Date.now() < shown + 60000) lead(found[0]);
    })();
  }
  window.gradnets = { push: (call) => show(...call) };
  waiting.forEach(window.gradnets.push);
}`;

/**
 * Makes a script that loads Plotly into the page, and with it what draws figures there, unless they
 * are there. It contains the whole bundle, compressed, and fetches nothing.
 *
 * @param source of a classic script that sets `window.Plotly`
 */
export function plotlyHtml(source: string): string {
  // Compression takes 1.5 MB to 0.7: a Jupyter server passes at most 1 MB/s to a page.
  return `<script data-gradnets-plotly>(${LOAD})("${pack(source)}")</script>`;
}

const LOAD = `async function (packed) {
  async function unpack(packed) {
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return await new Response(stream).text();
  }
  if (!window.Plotly) {
    const source = await unpack(packed);
    const script = document.createElement("script");
    script.textContent = source;
    if (!window.Plotly) document.head.append(script);
  }
  (${PAGE})(${scriptLiteral(DARK)});
}`;
