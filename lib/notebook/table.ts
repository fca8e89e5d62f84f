/** A small table for people, in the three forms that a notebook, a git host and a terminal read. */
import { escapeHtml } from "./page.ts";

/** Text that leads somewhere: to a file beside the notebook, a place in it (#…), or a page. */
export interface Link {
  /** What is read. */
  readonly text: string;
  /** Where it leads. */
  readonly href: string;
}

/** One row: what stands in each column. */
export type Row = Readonly<
  Record<string, string | number | boolean | Link | null | undefined>
>;

/** Options of {@linkcode tableBundle}. */
export interface TableOptions {
  /** The columns and their order. Default: the keys of all rows, in the order they first come. */
  readonly columns?: readonly string[];
  /** A line above the table. */
  readonly caption?: string;
}

/** What is shown, by MIME type. */
export type MimeBundle = Readonly<Record<string, unknown>>;

const NUMBER = /^([-+−]?[\d.,]+(e[-+]?\d+)?)? ?%?$/i; // or nothing at all

/**
 * Rows as `text/html`, `text/markdown` and `text/plain`. A column of numbers, or
 * of text that looks like numbers, stands at the right; they are written as they come, so round
 * them first where that is wanted. Nothing in a cell is read as markup; a {@linkcode Link} is one.
 *
 * @throws {TypeError} if a link leads neither beside the notebook nor to a page
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
  const { caption, columns = [...new Set(rows.flatMap((row) => Object.keys(row)))] } = options;
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

/** A cell as text, and where it leads, if anywhere. */
interface Cell {
  readonly text: string;
  readonly href?: string;
}

type Cells = readonly (readonly Cell[])[];

// No other scheme, and nothing that Markdown would end the address at.
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

/** Characters that Markdown or the HTML within it would read as markup lose that meaning. */
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
