/** Formulas in prose: found as Jupyter finds them, set, and with the fonts they need. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { formulaCss } from "../../../notebooks/tools/html/math.ts";
import { proseHtml } from "../../../notebooks/tools/html/prose.ts";

const prose = (text: string) =>
  proseHtml(text, { headings: [], link: (href) => href, read: () => undefined });
/** The sources of a text's formulas, which KaTeX keeps in its MathML. */
const formulas = (text: string) =>
  [...prose(text).matchAll(/<annotation[^>]*>([^<]*)</g)].map(([, tex]) => tex);
const fonts = (text: string) =>
  [
    ...formulaCss(prose(text)).matchAll(
      /@font-face\{[^}]*KaTeX_(\w+);[^}]*style:(\w+);[^}]*weight:(\d+)/g,
    ),
  ]
    .map(([, ...font]) => font.join(" "));

Deno.test("dollars make formulas where Jupyter makes them", () => {
  const rows: readonly [text: string, ...found: string[]][] = [
    ["a $x_1$ and $y_1$ b", "x_1", "y_1"],
    ["_so $x_1 * y$ and $z*$_ on", "x_1 * y", "z*"],
    ["over $a\nb$ lines", "a\nb"],
    ["| a |\n| - |\n| $g \\cdot x$ |", "g \\cdot x"],
    ["$$\ny = g\n$$\n\nand", "y = g"],
    ["- $W$: weights", "W"],
    ["it costs $5 or $6"],
    ["not `$x$`, not \\$x\\$"],
    ["```\n$x$\n```"],
    ["<code>a</code> then $\\$ 5$", "\\$ 5"],
  ];
  for (const [text, ...found] of rows) assertEquals(formulas(text), found, text);
  assertMatch(prose("$$\nx\n$$"), /<div class="formula"><span class="katex-display">/);
  assertMatch(
    prose("<div>\n\n$x$\n\n</div>"),
    /<div>\s*<p><span class="formula"><span class="katex">/,
  );
});

Deno.test("a formula that cannot be read stays as its source", () => {
  const html = prose("see $\\frac{1$ there");
  assertMatch(html, /<span class="katex-error"[^>]*>\\frac\{1<\/span>/);
  assertStringIncludes(html, "there");
});

Deno.test("a formula cannot bring markup or an address", () => {
  for (
    const tex of [
      "\\href{https://x.org}{a}",
      "\\includegraphics{https://x.org/a.png}",
      "<img src=x>",
    ]
  ) {
    assert(!/<(a|img) /.test(prose(`$${tex}$`)), tex);
  }
});

Deno.test("a page brings the fonts of its formulas, and no other", () => {
  assertEquals(formulaCss(prose("none")), "");
  assertEquals(fonts("$1$"), ["Main normal 400"]);
  assertEquals(fonts("$x$"), ["Main normal 400", "Math italic 400"]);
  assertEquals(fonts("$\\mathbb{R}$"), ["AMS normal 400", "Main normal 400"]);
  assertEquals(fonts("$\\textbf{b}$"), ["Main normal 700", "Main normal 400"]);
  assertEquals(fonts("$\\mathcal{L}$"), ["Caligraphic normal 400", "Main normal 400"]);
  assert(!formulaCss(prose("$x$")).includes("url(fonts"));
});
