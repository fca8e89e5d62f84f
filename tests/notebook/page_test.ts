/** Figures in a real page: the reader's zoom, width, theme and printer. */

import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { type Browser, chromium, type Page } from "playwright-core";
import { plotlySource } from "gradnets/notebook/assets.ts";
import { type Figure, trainingFigure } from "gradnets/notebook/figures.ts";
import { drawHtml, placeHtml, plotlyHtml } from "gradnets/notebook/page.ts";
import type { Point } from "gradnets/train/metrics.ts";
import { findProgram } from "../helpers/core.ts";

const executablePath = findProgram("GRADNETS_CHROMIUM", "/usr/bin/chromium", "chromium");

/** A training that has come to its `count`-th measurement. */
function figure(count: number, live: boolean): Figure {
  const points = Array.from({ length: count }, (_, i): Point => ({
    ...{ iter: 100 * i, epoch: i / 11, g: i / 110, learningRate: 1e-3, keep: 1, loss: 9 },
    ...{ crossEntropy: 8, weightNorm: .07, gradientNorm: .01 },
    ...{ trainAccuracy: i / count, testAccuracy: i / count },
  }));
  return trainingFigure(points, { iterations: 22_000, iterationsPerEpoch: 1100, live });
}

/** A page with a figure in it, on white or on black. */
async function opened(browser: Browser, width: number, background = "#fff"): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const png = new Uint8Array([1]);
  await page.setContent(
    `<body style="margin:0;background:${background}"><script>${HELPERS}</script><div id="out">` +
      placeHtml("a", figure(3, true), png) + plotlyHtml(plotlySource()) + "</div></body>",
  );
  await drawn(page, figure(3, true));
  await page.locator(".main-svg").first().waitFor();
  return page;
}

/** Lets the page run what an update brings; waits until the figure is there. */
async function drawn(page: Page, figure: Figure): Promise<void> {
  const script = drawHtml("a", figure).replace(/<.?script>/g, "");
  await page.evaluate(script.replace(/;$/, ""));
  await page.waitForFunction((height) => plot()?.layout.height === height, figure.layout.height)
    .catch(() => {}); // narrower places have other heights
  await page.waitForTimeout(300);
}

/** What the tests look at, in the page. */
interface Plot {
  readonly layout: { readonly height: number; readonly paper_bgcolor: string };
  readonly clientWidth: number;
  readonly _fullLayout: Readonly<Record<string, { readonly range: readonly number[] }>>;
}
declare const plot: () => Plot | undefined;
const HELPERS = `globalThis.plot = () => document.querySelector(".js-plotly-plot");
globalThis.boxes = (selector) => [...document.querySelectorAll(selector)]
  .map((one) => one.getBoundingClientRect()).filter(({ width }) => width > 0)
  .map(({ left, top, right, bottom }) => [left, top, right, bottom]);`;
declare const boxes: (selector: string) => [number, number, number, number][];

const rangeOf = (page: Page, axis: string) =>
  page.evaluate((axis) => plot()!._fullLayout[axis]!.range.map(Math.round), axis);

const inPage = (name: string, fn: (browser: Browser) => Promise<void>) =>
  Deno.test({
    name: `a page ${name}${executablePath ? "" : ": skipped, no chromium"}`,
    ignore: !executablePath,
    sanitizeOps: false, // playwright's own
    sanitizeResources: false,
    fn: async () => {
      const browser = await chromium.launch({
        executablePath: executablePath!,
        args: ["--no-sandbox", "--disable-dev-shm-usage"],
      });
      try {
        await fn(browser);
      } finally {
        await browser.close();
      }
    },
  });

inPage("keeps the reader's zoom to the end of the training, with ticks in it", async (browser) => {
  const page = await opened(browser, 1000);
  const [left, top, right, bottom] = (await page.evaluate(() => boxes(".nsewdrag")))[0]!;
  const at = (share: number) => left + share * (right - left);
  await page.mouse.move(at(.2), (top + bottom) / 2);
  await page.mouse.down();
  await page.mouse.move(at(.3), (top + bottom) / 2, { steps: 4 });
  await page.mouse.up();
  await page.waitForTimeout(300);
  const zoomed = await rangeOf(page, "xaxis");
  assertGreater(zoomed[0]!, 3000);
  assertLess(zoomed[1]!, 8000);
  await drawn(page, figure(100, true));
  assertEquals(await rangeOf(page, "xaxis"), zoomed, "after an update");
  // at the end the front end replaces the output
  const place = placeHtml("a", figure(220, false), new Uint8Array([1]));
  await page.evaluate(`document.querySelector("#out").innerHTML = ${JSON.stringify(place)}`);
  await drawn(page, figure(220, false));
  assertEquals(await page.evaluate(() => boxes(".nsewdrag").length), 7);
  for (const axis of ["xaxis", "xaxis6"]) assertEquals(await rangeOf(page, axis), zoomed, axis);
  assertGreater(await page.evaluate(() => boxes(".xtick text").length), 2);
  const [x, y] = await page.evaluate(() => boxes(".nsewdrag")[0]!);
  await page.mouse.dblclick(x! + 50, y! + 50);
  await page.waitForTimeout(300);
  await drawn(page, figure(220, false));
  assertEquals((await rangeOf(page, "xaxis"))[1], 22_264, "a double click ends it");
});

inPage("follows its width, down to one column", async (browser) => {
  const page = await opened(browser, 1000);
  await drawn(page, figure(20, false));
  const columns = async () =>
    new Set((await page.evaluate(() => boxes(".nsewdrag"))).map(([left]) => Math.round(left))).size;
  assertEquals(await columns(), 2);
  for (const [width, count] of [[700, 2], [390, 1]] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.waitForTimeout(500);
    assertEquals(await columns(), count);
    const all = await page.evaluate(() => boxes(".nsewdrag, .annotation, .gtitle"));
    for (const [left, , right] of all) assert(left >= 0 && right <= width, `${width}: ${right}`);
  }
});

inPage("draws light on dark where the page is dark, also when that changes", async (browser) => {
  const page = await opened(browser, 800, "rgb(20, 20, 30)");
  const colors = () =>
    page.evaluate(`({ paper: plot().layout.paper_bgcolor,
      title: getComputedStyle(document.querySelector(".gtitle")).fill })`);
  assertEquals(await colors(), { paper: "rgb(20, 20, 30)", title: "rgb(221, 221, 221)" });
  await page.evaluate(`document.body.style.background = "white"`);
  await page.waitForTimeout(600);
  assertEquals(await colors(), { paper: "#FFFFFF", title: "rgb(34, 34, 34)" });
});

inPage("prints a figure whole and light, and is as before then", async (browser) => {
  const page = await opened(browser, 1000, "rgb(20, 20, 30)");
  await page.evaluate(`addEventListener("beforeprint", () => {
    globalThis.printed = { width: plot().clientWidth, paper: plot().layout.paper_bgcolor,
      right: Math.max(...boxes(".nsewdrag").map((box) => box[2])) };
  })`);
  await page.pdf({ format: "A4" });
  const printed = await page.evaluate("printed") as Record<string, unknown>;
  assertEquals(printed["paper"], "#FFFFFF");
  assertLess(printed["right"] as number, 600); // A4 is 794 wide, with margins and prompts
  await page.waitForTimeout(400);
  assertEquals(await page.evaluate(() => plot()!.layout.paper_bgcolor), "rgb(20, 20, 30)");
});
