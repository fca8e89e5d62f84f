/**
 * A lesson as one file: every published lesson is written, and opened in headless Chromium without a
 * network or scripts.
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { pageHtml } from "../../../notebooks/tools/html/page.ts";
import { findNotebooks, parseNotebook, readNotebook } from "../../../notebooks/tools/notebook.ts";
import { writeOtherPages } from "../../../notebooks/tools/pages.ts";
import { findProgram } from "../../helpers/core.ts";
import { inDirectory } from "../../helpers/files.ts";
import { notebookText } from "../../helpers/notebook.ts";

const LIMIT = 3_000_000; // bytes of a page
const program = findProgram("GRADNETS_CHROMIUM", "/usr/bin/chromium", "chromium");
const lessons = await Promise.all(
  findNotebooks([]).map(async (path) => {
    const name = basename(path, ".ipynb"), notebook = await readNotebook(path);
    return { name, notebook, html: pageHtml(notebook, { name }) };
  }),
);

Deno.test("every lesson's page is whole: all cells, headings in order, below 3 MB", () => {
  const names = new Set(lessons.map(({ name }) => `${name}.html`));
  for (const { name, notebook, html } of lessons) {
    assert(html.length < LIMIT, `${name}: ${html.length} bytes`);
    const code = notebook.cells.filter(({ cell_type, source }) =>
      cell_type === "code" && source.trim() !== ""
    );
    assertEquals(html.match(/<section class="cell" /g)?.length, code.length, name);
    const levels = [...html.matchAll(/<h([1-6])[ >]/g)].map(([, level]) => Number(level));
    assertEquals(levels.filter((level) => level === 1), [1], name);
    levels.forEach((level, i) => assert(level <= (levels[i - 1] ?? 0) + 1, `${name}: ${levels}`));
    assert(!html.includes('class="katex-error"'), `${name} has a formula that cannot be read`);
    assert(!/<script|<img(?![^>]* alt="[^"])|href="[^":]*\.ipynb/.test(html), name);
    for (const [, to = ""] of html.matchAll(/href="(\w+\.html)/g)) assert(names.has(to), to);
  }
});

Deno.test("a place that one lesson names in another is there", () => {
  for (const { name, html } of lessons) {
    for (const [, page, id = ""] of html.matchAll(/href="(\w*)(?:\.html)?#([^"]*)"/g)) {
      const there = lessons.find((lesson) => lesson.name === (page || name))!;
      const place = decodeURIComponent(id.replaceAll("&#39;", "'"));
      assert(there.html.includes(`id="${place}"`), `${name} → ${page}#${place}`);
    }
  }
});

Deno.test("a cell is folded as the notebook says; a short run says how it was asked for", () => {
  const notebook = parseNotebook(
    notebookText(["// look\n1", { source: "2", tags: ["hide-output"] }]),
    "a",
  );
  notebook.cells[1]!.metadata = { jupyter: { source_hidden: true } };
  notebook.metadata["gradnets"] = { epochs: "2", seed: "3" };
  const html = pageHtml(notebook, { name: "a" });
  assertMatch(html, /data-cell="1"><details><summary>Code: \/\/ look<\/summary><div class="code">/);
  assertMatch(html, /data-cell="2"><div class="code">.*<details><summary>Output<\/summary>/);
  assertStringIncludes(html, "a.ipynb, run with --epochs 2 --seed 3");
  assertStringIncludes(html, "<title>A test</title>");
  assertEquals(html, pageHtml(notebook, { name: "a" }));
});

Deno.test("every page tells the browser to fetch and to run nothing", () => {
  for (const { name, html } of lessons) {
    assertMatch(html, /<meta http-equiv="Content-Security-Policy" content="default-src 'none';/);
    const fetched = [...html.matchAll(/ (?:src|srcset)="(?!data:)|url\((?!data:|#)/g)];
    assertEquals(fetched.map(([text]) => text), [], name);
  }
});

Deno.test({
  name: `Chromium opens every lesson's page without a network or scripts${
    program ? "" : ": skipped, no chromium"
  }`,
  ignore: program === undefined,
  sanitizeOps: false, // playwright's own
  sanitizeResources: false,
  fn: () =>
    inDirectory(async (folder) => {
      await writeOtherPages(folder);
      const browser = await chromium.launch({
        executablePath: program!,
        args: ["--no-sandbox", "--disable-dev-shm-usage"],
      });
      try {
        for (const { name } of lessons) {
          const context = await browser.newContext({
            viewport: { width: 390, height: 800 },
            javaScriptEnabled: false,
            offline: true,
          });
          const page = await context.newPage();
          const asked: string[] = [], said: string[] = [];
          page.on("request", (request) => asked.push(request.url()));
          page.on("console", (message) => said.push(message.text()));
          const url = pathToFileURL(join(folder, `${name}.html`)).href;
          await page.goto(url);
          for (const width of [390, 700, 1280]) {
            await page.setViewportSize({ width, height: 800 });
            const body = await page.locator("html").boundingBox();
            assertEquals(body?.width, width, name);
            const wide = await page.locator("main").evaluate((main) =>
              (main as unknown as { scrollWidth: number; clientWidth: number }).scrollWidth -
              (main as unknown as { clientWidth: number }).clientWidth
            );
            assert(wide <= 0, `${name} is ${wide} px too wide at ${width}`);
          }
          const fonts = await page.evaluate(FONTS);
          assertEquals(fonts.lacking, [], name);
          const unseen = await page.locator("img").evaluateAll((images) =>
            images.filter((image) =>
              (image as unknown as { naturalWidth: number }).naturalWidth === 0
            )
              .length
          );
          assertEquals(unseen, 0, name);
          const others = asked.filter((asked) => asked !== url && !asked.startsWith("data:"));
          assertEquals([others, said], [[], []], name);
          await context.close();
        }
      } finally {
        await browser.close();
      }
    }),
});

/** In the page: fonts that a formula asks for and that the page does not have. */
const FONTS = `(() => {
  const has = new Set([...document.fonts].map(({ family, style }) => family + " " + style));
  const lacking = new Set();
  for (const element of document.querySelectorAll(".katex-html *")) {
    const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const { fontFamily, fontStyle } = getComputedStyle(element);
    const font = fontFamily.split(",")[0].replaceAll('"', "") + " " + fontStyle;
    if (text && !has.has(font)) lacking.add(font + ": " + element.textContent);
  }
  return { lacking: [...lacking] };
})()` as unknown as () => { readonly lacking: readonly string[] };
