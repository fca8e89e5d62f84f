/** One output of a cell as HTML: text, errors, pictures, tables. */

import { AnsiUp } from "ansi_up";
import { escapeHtml } from "gradnets/notebook/page.ts";
import type { MimeBundle, Output } from "../notebook.ts";
import { foreignHtml, proseHtml, type Surroundings } from "./prose.ts";

const LONG = 40; // lines; more are shown in a box of their own, whole on paper

/** Writes an output as HTML; nothing if there is nothing to see. */
export function outputHtml(output: Output, around: Surroundings): string {
  if (output.output_type === "stream") return textHtml(output.text, output.name);
  if (output.output_type === "error") {
    const { ename, evalue, traceback } = output;
    const told = `${ename}: ${evalue}`;
    const trace = traceback.join("\n");
    return textHtml(trace.includes(evalue) && trace !== "" ? trace : `${told}\n${trace}`, "error");
  }
  for (const type of order(output.data)) {
    const html = WRITERS[type]!(textOf(output.data[type]), output, around);
    if (html !== "") return html;
  }
  return "";
}

type Shown = Extract<Output, { data: MimeBundle }>;
type Writer = (value: string, output: Shown, around: Surroundings) => string;

/** By MIME type, the richest first. */
const WRITERS: Readonly<Record<string, Writer>> = {
  "text/html": (html, _, around) => {
    const cleaned = foreignHtml(html, around);
    return cleaned.trim() === "" ? "" : `<div class="html">${cleaned}</div>`;
  },
  "image/svg+xml": (svg, output) => {
    const code = new TextEncoder().encode(svg).toBase64();
    return svg.trim() === "" ? "" : imageHtml("image/svg+xml", code, output);
  },
  ...Object.fromEntries(["image/png", "image/jpeg", "image/gif", "image/webp"].map((
    type,
  ): [string, Writer] => [
    type,
    (code, output) => code === "" ? "" : imageHtml(type, code, output),
  ])),
  "text/markdown": (markdown, _, around) => proseHtml(markdown, around),
  "text/latex": (tex, _, around) => proseHtml(tex, around),
  "text/plain": (text) => textHtml(text, "result"),
  "application/json": (json) => textHtml(json, "result"),
};

/** What a bundle can be shown as. HTML that needs scripts comes after its pictures. */
function order(data: MimeBundle): string[] {
  const types = Object.keys(WRITERS).filter((type) => data[type] !== undefined);
  const live = /<script/i.test(textOf(data["text/html"]));
  const rank = (type: string) =>
    type === "text/html" && live ? 1 : type.startsWith("image/") ? 0 : 1;
  return live ? types.toSorted((a, b) => rank(a) - rank(b)) : types;
}

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value, null, 2);

/** Writes text with a terminal's colours. */
function textHtml(text: string, kind: string): string {
  // what a carriage return writes over is gone
  const left = text.replaceAll("\r\n", "\n").replaceAll(/[^\n]*\r(?!\n)/g, "").replace(/\n$/, "");
  if (left.trim() === "") return "";
  const ansi = new AnsiUp();
  ansi.use_classes = true;
  const html = ansi.ansi_to_html(left);
  const lines = left.split("\n").length;
  const long = lines > LONG
    ? ` tabindex="0" role="region" aria-label="${lines} lines of output"`
    : "";
  return `<pre class="said ${kind}${long && " long"}"${long}>${html}</pre>`;
}

/** Writes a picture in the size that its output or its plot gives. */
function imageHtml(type: string, base64: string, { data, metadata }: Shown): string {
  const given = [
    (metadata ?? {})[type],
    (data["application/vnd.plotly.v1+json"] as { layout?: unknown } | undefined)?.layout,
    type === "image/png" ? pngSize(base64) : undefined,
  ] as ({ width?: unknown; height?: unknown } | undefined)[];
  const { width, height } = given.find((size) => typeof size?.width === "number") ?? {};
  const size = [["width", width], ["height", height]].filter(([, value]) =>
    typeof value === "number"
  )
    .map(([name, value]) => ` ${name}="${value}"`).join("");
  const alt = textOf(data["text/plain"]).replace(/^\[figure: (.*)\]$/s, "$1") || "Picture";
  return `<div class="picture"><img alt="${escapeHtml(alt)}"${size} src="data:${type};base64,${
    base64.replaceAll(/\s/g, "")
  }"></div>`;
}

/** The pixels of a PNG, which stand at its beginning. */
function pngSize(base64: string): { readonly width: number; readonly height: number } {
  const head = new DataView(Uint8Array.fromBase64(base64.slice(0, 32)).buffer);
  return { width: head.getUint32(16), height: head.getUint32(20) };
}
