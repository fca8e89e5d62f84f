/** A lesson as one HTML file: to be read, printed and sent; it asks for nothing and runs nothing. */

import { escapeHtml } from "gradnets/notebook/page.ts";
import type { Notebook } from "../notebook.ts";
import { lessonOf, type LessonOptions } from "./lesson.ts";
import type { Heading } from "./prose.ts";

/** What the page may do, whatever an output contains. */
const POLICY = "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; " +
  "base-uri 'none'; form-action 'none'";

const CSS = Deno.readTextFileSync(new URL("./page.css", import.meta.url));

/** Writes a notebook with its outputs as a page of its own. The same notebook gives the same text. */
export function pageHtml(notebook: Notebook, options: LessonOptions): string {
  const { title, headings, html, css } = lessonOf(notebook, options);
  const heading = headings.some(({ level }) => level === 1) ? "" : `<h1>${escapeHtml(title)}</h1>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>
${CSS}${css}
</style>
</head>
<body>
<a class="skip" href="#lesson">To the lesson</a>
${contentsHtml(headings)}
<main id="lesson">
${heading}${html}
</main>
<footer>${escapeHtml(options.name)}.ipynb${escapeHtml(ranWith(notebook))}</footer>
</body>
</html>
`;
}

/** The headings as a list of links; those below the title, two levels. */
export function contentsHtml(headings: readonly Heading[]): string {
  const listed = headings.filter(({ level }) => level === 2 || level === 3);
  if (listed.length === 0) return "";
  const items = listed.map(({ level, id, html }) =>
    `<li class="h${level}"><a href="#${escapeHtml(encodeURIComponent(id))}">${html}</a></li>`
  );
  return `<nav aria-label="Contents"><details><summary>Contents</summary>
<ol>${items.join("\n")}</ol></details></nav>`;
}

/** Says how a short run was asked for. */
function ranWith({ metadata }: Notebook): string {
  const asked = Object.entries((metadata["gradnets"] ?? {}) as Record<string, string>);
  if (asked.length === 0) return "";
  return `, run with ${asked.map(([name, value]) => `--${name} ${value}`).join(" ")}`;
}
