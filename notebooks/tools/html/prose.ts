/** Markdown, and HTML from outputs, as HTML for a page: cleaned, whole without a network. */

import { extname } from "node:path";
import { Marked } from "marked";
import { escapeHtml } from "gradnets/notebook/page.ts";
import { codeHtml } from "./code.ts";
import { cleaned, dropFetches, type Element } from "./dom.ts";
import { FORMULAS, setFormulas } from "./math.ts";

/** A heading, and the place in the page that it names. */
export interface Heading {
  readonly level: number;
  readonly id: string;
  /** As HTML, because there may be formulas in it. */
  readonly html: string;
  readonly text: string;
}

/** What is around a text. */
export interface Surroundings {
  /** Headings so far, in order; new ones are added. */
  readonly headings: Heading[];
  /** Returns where a link of the notebook leads in the page. */
  readonly link: (href: string) => string;
  /** Reads a picture that the notebook names, by its path or as "attachment:name". */
  readonly read: (path: string) => Uint8Array | undefined;
}

const marked = new Marked({ gfm: true, extensions: [...FORMULAS] });

const PICTURES: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".svg": "image/svg+xml",
};

/** Writes Markdown with formulas as HTML. */
export function proseHtml(markdown: string, around: Surroundings): string {
  return foreignHtml(marked.parse(markdown, { async: false }), around);
}

/** Writes HTML of unknown origin as HTML that a page may hold. */
export function foreignHtml(html: string, around: Surroundings): string {
  const element = cleaned(html);
  for (const code of element.querySelectorAll("pre > code")) {
    const [, language = ""] = /\blanguage-(\S+)/.exec(code.className) ?? [];
    code.innerHTML = codeHtml(code.textContent ?? "", language);
  }
  for (const link of element.querySelectorAll("a[href]")) {
    link.setAttribute("href", around.link(link.getAttribute("href") ?? ""));
  }
  for (const image of element.querySelectorAll("img")) inline(image, around);
  dropFetches(element);
  const headings = [...element.querySelectorAll("h1, h2, h3, h4, h5, h6")];
  const texts = headings.map((heading) => heading.textContent ?? ""); // before formulas double
  setFormulas(element);
  for (const [i, heading] of headings.entries()) {
    const level = Number(heading.tagName.slice(1)), text = texts[i]!;
    heading.id = freeId(text, around.headings);
    around.headings.push({ level, text, id: heading.id, html: heading.innerHTML });
  }
  for (const table of element.querySelectorAll("table")) {
    table.outerHTML = `<div class="wide">${table.outerHTML}</div>`; // to be moved sideways
  }
  return element.innerHTML;
}

/** The id that JupyterLab gives a heading, so that links to it hold in both. */
function freeId(text: string, headings: readonly Heading[]): string {
  const id = text.trim().replaceAll(" ", "-");
  for (let n = 1;; n++) {
    const candidate = n === 1 ? id : `${id}-${n}`;
    if (headings.every((heading) => heading.id !== candidate)) return candidate;
  }
}

/** Puts a picture's bytes where its path stood, or a link where it would be fetched from afar. */
function inline(image: Element, { read }: Surroundings): void {
  const source = image.getAttribute("src") ?? "";
  if (!image.getAttribute("alt")) image.setAttribute("alt", "");
  if (source.startsWith("data:")) return;
  const alt = escapeHtml(image.getAttribute("alt") || source);
  if (/^([a-z]+:)?\/\//i.test(source)) {
    image.outerHTML = `<a href="${escapeHtml(source)}">${alt}</a>`;
    return;
  }
  const bytes = read(decodeURI(source));
  const type = PICTURES[extname(source).toLowerCase()];
  if (bytes && type) image.setAttribute("src", `data:${type};base64,${bytes.toBase64()}`);
  else image.outerHTML = `<em>[${alt}]</em>`;
}
