/** A cell's outputs: which form of one is shown, and how. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { outputHtml } from "../../../notebooks/tools/html/output.ts";
import type { MimeBundle } from "../../../notebooks/tools/notebook.ts";

const around = { headings: [], link: (href: string) => href, read: () => undefined };
const shown = (data: MimeBundle, metadata: Record<string, unknown> = {}) =>
  outputHtml({ output_type: "display_data", data, metadata }, around);
const stream = (text: string, name = "stdout") =>
  outputHtml({ output_type: "stream", name, text }, around);

// the first 24 bytes of a PNG of 3 × 5 pixels
const PNG = Uint8Array.of(
  137,
  80,
  78,
  71,
  13,
  10,
  26,
  10,
  0,
  0,
  0,
  13,
  73,
  72,
  68,
  82,
  0,
  0,
  0,
  3,
  0,
  0,
  0,
  5,
)
  .toBase64();

Deno.test("a live figure is shown as its picture, in its plot's size, with its title in words", () => {
  const figure = {
    "text/html": "<div>place</div><script>draw()</script>",
    "image/png": PNG,
    "text/plain": '[figure: g & "accuracy"]',
  };
  assertEquals(
    shown(figure),
    `<div class="picture"><img alt="g &amp; &quot;accuracy&quot;" width="3" height="5" ` +
      `src="data:image/png;base64,${PNG}"></div>`,
  );
  const plotly = { layout: { width: 900, height: 400 } };
  const sized = shown({ ...figure, "application/vnd.plotly.v1+json": plotly });
  assertStringIncludes(sized, 'width="900" height="400"');
  const stated = shown(figure, { "image/png": { width: 450, height: 200 } });
  assertStringIncludes(stated, 'width="450" height="200"');
});

Deno.test("the richest form is shown; one that is empty gives way to the next", () => {
  assertMatch(
    shown({ "text/html": "<table></table>", "text/plain": "t" }),
    /class="html".*<table>/,
  );
  assertStringIncludes(shown({ "text/html": "<script>1</script>", "text/plain": "t" }), ">t</pre>");
  assertStringIncludes(shown({ "image/svg+xml": "<svg/>", "text/plain": "t" }), 'alt="t"');
  assertStringIncludes(shown({ "text/markdown": "**b**" }), "<strong>b</strong>");
  assertStringIncludes(shown({ "text/latex": "$$x$$" }), "katex");
  assertStringIncludes(shown({ "application/json": { a: 1 } }), "&quot;a&quot;: 1");
  const widget = { "application/vnd.jupyter.widget-view+json": { model_id: "m" } };
  assertStringIncludes(shown({ ...widget, "text/plain": "slider g" }), "slider g");
  assertEquals(shown({ ...widget, "text/html": "", "text/plain": "" }), "");
});

Deno.test("text keeps a terminal's colours and loses what it wrote over", () => {
  const html = stream("\x1b[31m<red>\x1b[0m 10%\r20%\nend\r\n");
  for (const gone of ["\x1b", "10%"]) assert(!html.includes(gone), html);
  assertStringIncludes(
    stream("\x1b[31m<red>\x1b[0m"),
    '<span class="ansi-red-fg">&lt;red&gt;</span>',
  );
  assertMatch(html, /20%\nend<\/pre>$/);
  assertStringIncludes(stream("x", "stderr"), "stderr");
  assertEquals(stream("\n"), "");
  assertMatch(
    stream("x\n".repeat(41)),
    /class="said stdout long" tabindex="0" .*"41 lines of output"/,
  );
  assert(!stream("x\n".repeat(40)).includes("long"));
});

Deno.test("an error shows its trace, or its name and message where there is none", () => {
  const error = (traceback: string[]) =>
    outputHtml({ output_type: "error", ename: "RangeError", evalue: "too far", traceback }, around);
  assertMatch(error([]), /class="said error">RangeError: too far<\/pre>/);
  assertMatch(error(["\x1b[1mRangeError: too far\x1b[0m", "at x"]), /too far<\/span>\nat x<\/pre>/);
});
