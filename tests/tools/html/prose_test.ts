/** Prose and foreign HTML: what stays, what is replaced, what is thrown away. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { foreignHtml, type Heading, proseHtml } from "../../../notebooks/tools/html/prose.ts";

const around = (headings: Heading[] = []) => ({
  headings,
  link: (href: string) => `to:${href}`,
  read: (path: string) => path === "a b.svg" ? new TextEncoder().encode("<svg/>") : undefined,
});

Deno.test("HTML of unknown origin can neither run, nor restyle the page, nor fetch", () => {
  const rows = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><use href='https://x.org/a.svg#b'/><image href='https://x.org/a'/></svg>",
    "<iframe src='https://x.org'></iframe>",
    "<style>body { display: none }</style>",
    "<link rel=stylesheet href='https://x.org/a.css'>",
    "<p style='background: url(https://x.org/a.png)'>b</p>",
    "<p style='background: u\\72l(https://x.org/a.png)'>b</p>",
    "<table background='https://x.org/a.png'><tr><td>b</td></tr></table>",
    "<video src='https://x.org/a' poster='https://x.org/b'></video>",
    "<picture><source srcset='https://x.org/a.png'><img src='data:image/png;base64,AA==' alt=a></picture>",
    "<form action='https://x.org'><button>b</button></form>",
    "<meta http-equiv=refresh content='0;url=https://x.org'><base href='https://x.org'>",
    "<a href='javascript:alert(1)'>b</a>",
  ];
  for (const row of rows) {
    const html = foreignHtml(row, around());
    assert(!/script|onerror|onload|x\.org|<style|<meta|<base|<form/.test(html), `${row} → ${html}`);
  }
});

Deno.test("pictures come with the text, or are named where they cannot", () => {
  const html = proseHtml(
    "![seen](a%20b.svg) ![](none.png) ![far](https://x.org/a.png) ![](//x.org/b.png)",
    around(),
  );
  assertStringIncludes(html, `<img src="data:image/svg+xml;base64,${btoa("<svg/>")}" alt="seen">`);
  assertStringIncludes(html, "<em>[none.png]</em>");
  assertStringIncludes(html, '<a href="https://x.org/a.png">far</a>');
  assertStringIncludes(html, '<a href="//x.org/b.png">//x.org/b.png</a>');
  const dark = "<picture><source srcset='data:image/png;base64,BB==' media='(x)'>" +
    "<img src='data:image/png;base64,AA==' alt='both'></picture>";
  const both = foreignHtml(dark, around());
  for (const part of ["data:image/png;base64,AA==", "data:image/png;base64,BB==", 'alt="both"']) {
    assertStringIncludes(both, part);
  }
});

Deno.test("headings are named as JupyterLab names them, each once", () => {
  const headings: Heading[] = [];
  const html = proseHtml(
    "# A $g$\n\n## 1 · Does it *move*?\n\n## 1 · Does it move?",
    around(headings),
  );
  assertEquals(headings.map(({ level, id }) => [level, id]), [
    [1, "A-g"],
    [2, "1-·-Does-it-move?"],
    [2, "1-·-Does-it-move?-2"],
  ]);
  for (const { id } of headings) assertStringIncludes(html, `id="${id}"`);
});

Deno.test("links lead where the page says, also those in HTML; code has its colours", () => {
  const html = proseHtml('[a](b.ipynb#c) <a href="d.ipynb">e</a>', around());
  for (const href of ["to:b.ipynb#c", "to:d.ipynb"]) assertStringIncludes(html, `href="${href}"`);
  const code = proseHtml("```python\ndef f(x): return '<b>'\n```\n\n```sh\nls <b>\n```", around());
  assertStringIncludes(code, '<span class="k">def</span>');
  assertStringIncludes(code, `<span class="s">'&lt;b&gt;'</span>`);
  assertStringIncludes(code, "ls &lt;b&gt;");
});
