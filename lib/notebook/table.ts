/** Formats a small table as HTML for notebooks, Markdown for git hosts and text for terminals. */
import { list, object, optional, optionsOf, text } from "../validate.ts";
import { escapeHtml } from "./page.ts";

/** Text that links to a file beside the notebook, a place in it (#…), or a web page. */
export interface Link {
  /** What is read. */
  readonly text: string;
  /** Where it leads. */
  readonly href: string;
}

/** One row: a value per column. */
export type Row = Readonly<
  Record<string, string | number | boolean | Link | null | undefined>
>;

/** Options of {@linkcode tableBundle}. */
export interface TableOptions {
  /** Columns in order. Default: the keys of all rows, in order of first occurrence. */
  readonly columns?: readonly string[];
  /** A line above the table. */
  readonly caption?: string;
}

/** An output by MIME type. */
export type MimeBundle = Readonly<Record<string, unknown>>;

const NUMBER = /^([-+−]?[\d.,]+(e[-+]?\d+)?)? ?%?$/i; // or empty

/**
 * Formats rows as `text/html`, `text/markdown` and `text/plain`. A column of numbers, or of text
 * that looks like numbers, is right-aligned; numbers are not rounded. Markup in a cell is escaped;
 * use a {@linkcode Link} for links.
 *
 * @throws {TypeError} if a link is neither a relative path, a place (#…) nor a web address
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tableBundle } from "gradnets/notebook/table.ts";
 *
 * const bundle = tableBundle([{ iter: 0, accuracy: .0931 }, { iter: 100, accuracy: .587 }]);
 * assertEquals(bundle["text/plain"], "iter  accuracy\n   0    0.0931\n 100     0.587");
 * ```
 */
export function tableBundle(rows: readonly Row[], options: TableOptions = {}): MimeBundle {
  list(object)(rows, "Cannot make a table: rows");
  const { caption, ...asked } = optionsOf("make a table", "TableOptions", {
    columns: [optional(list(text))],
    caption: [optional(text)],
  }, options);
  const { columns = [...new Set(rows.flatMap((row) => Object.keys(row)))] } = asked;
  const cells = rows.map((row) => columns.map((column) => cellOf(row[column])));
  const right = new Set(
    columns.filter((_, i) => cells.every((row) => NUMBER.test(row[i]!.text))),
  );
  const lead = (text: string) => caption === undefined ? "" : text;
  return {
    "text/html": html(columns, cells, right, caption),
    "text/markdown": lead(`${markdownCell(caption ?? "")}\n\n`) + markdown(columns, cells, right),
    "text/plain": lead(`${caption}\n`) + plainText(columns, cells, right),
  };
}

/** Text of a cell, and the target of its link, if any. */
interface Cell {
  readonly text: string;
  readonly href?: string;
}

type Cells = readonly (readonly Cell[])[];

// No scheme but http(s), and no character that would end an address in Markdown.
const HREF = /^(https?:\/\/|[\w./-]*#|[\w./-]+$)[^\s()<>"]*$/;

function cellOf(value: Row[string]): Cell {
  if (typeof value !== "object" || value === null) return { text: String(value ?? "") };
  if (!HREF.test(value.href)) {
    throw new TypeError(
      `Cannot link to "${value.href}": expected a path, a place (#…) or an address of http(s)`,
    );
  }
  return value;
}

function html(
  columns: readonly string[],
  cells: Cells,
  right: ReadonlySet<string>,
  caption: string | undefined,
): string {
  const align = (column: string) =>
    ` style="text-align:${right.has(column) ? "right" : "left"};white-space:nowrap"`;
  const inner = ({ text, href }: Cell) =>
    href === undefined ? escapeHtml(text) : `<a href="${escapeHtml(href)}">${escapeHtml(text)}</a>`;
  const line = (tag: string, cells: readonly Cell[]) =>
    `<tr>${
      cells.map((cell, i) => `<${tag}${align(columns[i]!)}>${inner(cell)}</${tag}>`).join("")
    }</tr>`;
  return "<table>" +
    (caption === undefined ? "" : `<caption>${escapeHtml(caption)}</caption>`) +
    `<thead>${line("th", columns.map((text) => ({ text })))}</thead>` +
    `<tbody>${cells.map((row) => line("td", row)).join("")}</tbody></table>`;
}

function markdown(columns: readonly string[], cells: Cells, right: ReadonlySet<string>): string {
  const inner = ({ text, href }: Cell) =>
    href === undefined ? markdownCell(text) : `[${markdownCell(text)}](${href})`;
  const line = (cells: readonly Cell[]) => `| ${cells.map(inner).join(" | ")} |`;
  const rule = columns.map((column) => right.has(column) ? "---:" : "---");
  return [line(columns.map((text) => ({ text }))), `| ${rule.join(" | ")} |`, ...cells.map(line)]
    .join("\n");
}

/** Escapes what Markdown, or HTML in it, would read as markup. */
function markdownCell(text: string): string {
  return text.replace(/[\\`*_[\]|~$]/g, "\\$&").replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(/\r?\n/g, " ");
}

function plainText(columns: readonly string[], cells: Cells, right: ReadonlySet<string>): string {
  const widths = columns.map((column, i) =>
    Math.max(column.length, ...cells.map((row) => row[i]!.text.length))
  );
  const texts = cells.map((row) => row.map(({ text }) => text));
  const line = (texts: readonly string[]) =>
    texts.map((text, i) =>
      right.has(columns[i]!) ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)
    ).join("  ").trimEnd();
  return [columns, ...texts].map(line).join("\n");
}
