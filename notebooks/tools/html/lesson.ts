/** A notebook as the parts of a page: its title, its headings, its cells. */

import { escapeHtml } from "gradnets/notebook/page.ts";
import { type Cell, firstLine, type Notebook } from "../notebook.ts";
import { codeHtml } from "./code.ts";
import { formulaCss } from "./math.ts";
import { outputHtml } from "./output.ts";
import { type Heading, proseHtml, type Surroundings } from "./prose.ts";

/** Options of {@linkcode lessonOf}. */
export interface LessonOptions {
  /** The notebook's file name without ending: the title where it has no heading. */
  readonly name: string;
  /** Where a link of the notebook leads. Default: a notebook's page, beside this one. */
  readonly link?: (href: string) => string;
  /** Reads a picture that prose names by its path. Default: finds none. */
  readonly read?: (path: string) => Uint8Array | undefined;
}

/** What a page of a lesson is made of. */
export interface Lesson {
  readonly title: string;
  readonly headings: readonly Heading[];
  /**
   * All cells: those of prose are `section.prose`; code cells are `section.cell` with
   * `data-cell`, their number from 1, and in it the code as the text of `.code code`, and `.outputs`.
   */
  readonly html: string;
  /** Rules and fonts for the formulas in it. */
  readonly css: string;
}

/** Leads to a notebook's page, also where a place in it is named. */
export const toPage = (href: string) =>
  /^[a-z]+:/i.test(href) ? href : href.replace(/\.ipynb(?=#|$)/, ".html");

/** Writes a notebook's cells as HTML that needs nothing from elsewhere. */
export function lessonOf(notebook: Notebook, options: LessonOptions): Lesson {
  const { name, link = toPage, read = () => undefined } = options;
  const headings: Heading[] = [];
  let count = 0;
  const html = notebook.cells.map((cell) => {
    const around = { headings, link, read: (path: string) => attached(cell, path) ?? read(path) };
    if (cell.cell_type === "markdown") {
      return `<section class="prose">${proseHtml(cell.source, around)}</section>`;
    }
    return cell.cell_type === "code" ? cellHtml(cell, ++count, around) : "";
  }).join("\n");
  const title = headings.find(({ level }) => level === 1)?.text ?? name;
  return { title, headings, html, css: formulaCss(html) };
}

/** Reads a picture that is in the cell itself. */
function attached(cell: Cell, path: string): Uint8Array | undefined {
  const attachments =
    (cell as { attachments?: Record<string, Record<string, string>> }).attachments;
  const [code] = Object.values(attachments?.[path.replace("attachment:", "")] ?? {});
  return code === undefined ? undefined : Uint8Array.fromBase64(code);
}

function cellHtml(cell: Cell, number: number, around: Surroundings): string {
  const outputs = (cell.outputs ?? []).map((output) => outputHtml(output, around)).join("\n");
  if (cell.source.trim() === "" && outputs === "") return "";
  const hides = hidden(cell);
  const code = `<div class="code"><span class="count">[${cell.execution_count ?? " "}]</span>` +
    `<pre><code>${codeHtml(cell.source, "typescript")}</code></pre></div>`;
  const shown = outputs && `<div class="outputs">${outputs}</div>`;
  return `<section class="cell" data-cell="${number}">` +
    (hides.code ? folded(`Code: ${firstLine(cell, 60)}`, code) : code) +
    (hides.outputs && shown ? folded("Output", shown) : shown) + "</section>";
}

const folded = (summary: string, html: string) =>
  `<details><summary>${escapeHtml(summary)}</summary>${html}</details>`;

/** What Jupyter shows folded, by the cell's settings or by Jupyter Book's tags. */
function hidden({ metadata }: Cell): { readonly code: boolean; readonly outputs: boolean } {
  const { collapsed, tags = [], jupyter = {} } = metadata as {
    collapsed?: boolean;
    tags?: string[];
    jupyter?: { source_hidden?: boolean; outputs_hidden?: boolean };
  };
  const has = (what: string) => tags.includes(`hide-${what}`) || tags.includes("hide-cell");
  return {
    code: jupyter.source_hidden === true || has("input"),
    outputs: jupyter.outputs_hidden === true || collapsed === true || has("output"),
  };
}
