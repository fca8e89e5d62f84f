/**
 * Formulas: found in Markdown, set by KaTeX, and the part of KaTeX's style sheet that a page needs,
 * fonts included.
 */

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import katex from "katex";
import type { TokenizerAndRendererExtension } from "marked";
import { escapeHtml } from "gradnets/notebook/page.ts";
import type { Element } from "./dom.ts";

const FENCED = /^ {0,3}\$\$([^]+?)\$\$[ \t]*(?:\n|$)/;
// As in Jupyter and Pandoc: no space inside the dollars, no digit behind, so that "$5 or $6" is text.
const INLINE = /^\$\$([^]+?)\$\$|^\$(?!\s)((?:\\[^]|[^\\$])+?)(?<!\s)\$(?!\d)/;

const placeOf = (tex: string, display: boolean) =>
  `<${display ? "div" : "span"} class="formula">${escapeHtml(tex.trim())}</${
    display ? "div" : "span"
  }>`;

/** Markdown's formulas as marked's extensions: they become places, which {@linkcode setFormulas} fills. */
export const FORMULAS: readonly TokenizerAndRendererExtension[] = [
  {
    name: "fencedFormula",
    level: "block",
    start: (text) => text.match(/^ {0,3}\$\$/m)?.index,
    tokenizer(text) {
      const found = FENCED.exec(text);
      return found ? { type: "fencedFormula", raw: found[0], tex: found[1] } : undefined;
    },
    renderer: ({ tex }) => placeOf(tex, true),
  },
  {
    name: "formula",
    level: "inline",
    start: (text) => text.indexOf("$"),
    tokenizer(text) {
      const found = INLINE.exec(text);
      return found
        ? {
          type: "formula",
          raw: found[0],
          tex: found[1] ?? found[2],
          display: found[1] !== undefined,
        }
        : undefined;
    },
    // display math inside a paragraph: a block element would end the paragraph
    renderer: ({ tex, display }) => placeOf(display ? `\\displaystyle ${tex}` : tex, false),
  },
];

/** Replaces the places of formulas by formulas, with MathML for who hears them. */
export function setFormulas(element: Element): void {
  for (const place of element.querySelectorAll(".formula")) {
    const displayMode = place.tagName === "DIV";
    // a formula that KaTeX cannot read stays as its source, in red
    place.innerHTML = katex.renderToString(place.textContent ?? "", {
      displayMode,
      throwOnError: false,
      strict: "ignore",
    });
  }
}

const require = createRequire(import.meta.url);

/** The rules of KaTeX's style sheet for what is in `html`, and the fonts that these name. */
export function formulaCss(html: string): string {
  const classes = new Set<string>();
  for (const [, names = ""] of html.matchAll(/ class="([^"]*)"/g)) {
    for (const name of names.split(" ")) classes.add(name);
  }
  if (!classes.has("katex")) return "";
  const path = require.resolve("katex/dist/katex.min.css");
  const rules = [...Deno.readTextFileSync(path).matchAll(/([^{}]+)\{([^{}]*)\}/g)]
    .map(([rule, selector = "", body = ""]) => ({ rule, selector, body }));
  const holds = (selector: string) =>
    (selector.match(/(?<=\.)[a-z][\w-]*/gi) ?? []).every((name) => classes.has(name));
  const held = rules.filter(({ selector }) =>
    !selector.startsWith("@") && selector.split(",").some(holds)
  );
  const fonts = new Set(
    held.filter(({ body }) => body.includes("font")).map(({ body }) => fontOf(body)),
  );
  const faces = rules.filter(({ selector, body }) =>
    selector === "@font-face" && fonts.has(fontOf(body))
  );
  const face = (body: string) =>
    `@font-face{${
      body.replace(/src:url\(([^)]*\.woff2)\).*$/, (_, file) => {
        const bytes = Deno.readFileSync(join(dirname(path), file));
        return `src:url(data:font/woff2;base64,${bytes.toBase64()}) format("woff2")`;
      })
    }}`;
  return [...faces.map(({ body }) => face(body)), ...held.map(({ rule }) => rule)].join("\n");
}

/** Which font a rule asks for, as "Main italic 400". Text is set in Main where it names none. */
function fontOf(body: string): string {
  const [family] = /(?<=KaTeX_)\w+/.exec(body) ?? ["Main"];
  const [style] = /(?<=font-style:)\w+/.exec(body) ?? ["normal"];
  const [weight] = /(?<=font-weight:)\w+/.exec(body) ?? ["400"];
  return `${family} ${style} ${weight}`;
}
