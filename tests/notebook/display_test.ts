/** What a notebook is sent: the messages, the page in them, and that the page does what it says. */

import {
  assert,
  assertEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertLess,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { JSDOM } from "jsdom";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { plotlySource } from "gradnets/notebook/assets.ts";
import { flushed, type MimeBundle, NotebookOutput } from "gradnets/notebook/display.ts";
import {
  activationFigure,
  bandsFigure,
  confusionFigure,
  confusionMatrix,
  digitsFigure,
  type Figure,
  mistakesFigure,
  scheduleFigure,
  trainingFigure,
} from "gradnets/notebook/figures.ts";
import { inKernel } from "gradnets/notebook/kernel.ts";
import { drawHtml, escapeHtml, figureIn, scriptLiteral } from "gradnets/notebook/page.ts";
import { tableBundle } from "gradnets/notebook/table.ts";
import { drawnDataset } from "gradnets";
import { original } from "gradnets/notebook/original.ts";
import { loadSweep } from "gradnets/notebook/sweeps.ts";
import { variantsAbout } from "gradnets/notebook/variants.ts";
import { originalLines } from "gradnets/train/lines.ts";
import type { Point } from "gradnets/train/metrics.ts";
import { anneal, constant, decay } from "gradnets/train/schedules.ts";
import { formatNotebook, NOTEBOOKS, readNotebook } from "../../notebooks/tools/notebook.ts";

interface Message {
  readonly type: string;
  readonly data: MimeBundle;
  readonly id: string | undefined;
}

/** The output of a kernel that is not there: its messages, and a clock to set. */
function fakeKernel() {
  const messages: Message[] = [];
  const clock = { now: 0 };
  let ids = 0;
  const output = new NotebookOutput({
    broadcast: (type, content) => {
      const { data, transient } = content as {
        data: MimeBundle;
        transient: { display_id?: string };
      };
      messages.push({ type, data, id: transient.display_id });
      return Promise.resolve();
    },
    log: () => {
      throw new Error("a kernel has no use for the log");
    },
    now: () => clock.now,
    date: () => 5,
    newId: () => `figure-${++ids}`,
  });
  return { output, messages, clock };
}

/** A small figure with a text of one's choice. */
function figure(title: string, y = 1): Figure {
  return {
    data: [{ type: "scatter", x: [0, 1], y: [0, y] }],
    layout: { title: { text: title }, width: 320, height: 200 },
  };
}

const html = (bundle: MimeBundle) => String(bundle["text/html"]);
const bringsPlotly = (bundle: MimeBundle) => html(bundle).includes("data-gradnets-plotly");

Deno.test("show() sends one output with a page, in it the picture and the plot, and a text", async () => {
  const { output, messages } = fakeKernel();
  await output.show(figure("Loss"));
  assertEquals(messages.map(({ type }) => type), ["display_data"]);
  const { data } = messages[0]!;
  assertEquals(Object.keys(data), ["text/html", "text/plain"], "nothing is there twice");
  assertEquals(data["text/plain"], "[figure: Loss]");
  assertEquals(figureIn(html(data)), figure("Loss"));
  const [, base64] = /src="data:image\/png;base64,([^"]*)"/.exec(html(data))!;
  const png = Uint8Array.fromBase64(base64!);
  assertEquals(new TextDecoder().decode(png.subarray(1, 4)), "PNG");
});

Deno.test("show() brings Plotly once in a notebook, whole and from nowhere else", async () => {
  const { output, messages } = fakeKernel();
  await output.show(figure("first"));
  await output.show(figure("second"));
  await output.display(figure("third"));
  await output.live(figure("fourth"));
  assertEquals(messages.map(({ data }) => bringsPlotly(data)), [true, false, false, false]);
  const first = html(messages[0]!.data);
  const [, packed] = /\}\)\("([A-Za-z0-9+/=]{1000,})"\)/.exec(first)!;
  assertEquals(gunzipSync(Uint8Array.fromBase64(packed!)).toString(), plotlySource());
  assertStringIncludes(first, "if (!window.Plotly)");
  for (const { data } of messages) assert(!/(src|href)="?https?:/.test(html(data)));
});

Deno.test("show() embeds a title that looks like the end of a script as text", async () => {
  const title = `</script><script>alert(1)</script><!-- " ' & \u2028`;
  const { output, messages } = fakeKernel();
  await output.show(figure(title));
  const page = html(messages[0]!.data);
  assertEquals(page.match(/<script/g)?.length, 2, "Plotly's and the figure's");
  assertEquals(page.match(/<\/script>/g)?.length, 2);
  assert(!page.includes("<!--"));
  const { window } = new JSDOM(page);
  const image = window.document.querySelector("img");
  assertEquals(image.getAttribute("alt"), `[figure: ${title}]`);
  window.close();
});

Deno.test("scriptLiteral() is the value again for JavaScript, and has no < in it", () => {
  const value = { a: ["</script>", "<!--", "\u2028\u2029", 1.5, null], "<": true };
  const literal = scriptLiteral(value);
  assert(!/[<\u2028\u2029]/.test(literal));
  assertEquals(new Function(`return ${literal}`)(), value);
});

Deno.test("escapeHtml() leaves nothing that HTML reads as markup", () => {
  assertEquals(escapeHtml(`<a b="c" d='e'>&`), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
});

Deno.test("figureIn() reads numbers back to six digits, and finds nothing where there is none", () => {
  const { data } = figureIn(drawHtml("a", figure("F", 1 / 3)))!;
  assertEquals(data[0]!.y, [0, 0.333333]);
  for (const none of ["", "<table></table>", "<script>update()</script>"]) {
    assertEquals(figureIn(none), undefined);
  }
});

Deno.test("live() shows a figure and a second output, for scripts only", async () => {
  const { output, messages } = fakeKernel();
  await output.live(figure("F"));
  assertEquals(messages.map(({ type, id }) => [type, id]), [
    ["display_data", "figure-1"],
    ["display_data", "figure-1-update"],
  ]);
  assertEquals(messages[1]!.data, { "text/html": "", "text/plain": "" });
});

Deno.test("live() leads the reader to the figure, later outputs do not", async () => {
  const { output, messages } = fakeKernel();
  const plot = await output.live(figure("F"));
  await plot.update(figure("F"));
  await plot.finish();
  await output.show(figure("F"));
  const calls = messages.map(({ data }) => /",(\d+)\]\)<.script>/.exec(html(data))?.[1]);
  assertEquals(calls, ["5", undefined, "0", undefined, "0", "0"]);
});

Deno.test("text() shows a line and changes it in place", async () => {
  const { output, messages } = fakeKernel();
  const line = await output.text("1 < 2");
  await line.update("2 < 3", "<b>2</b>");
  assertEquals(messages.map(({ type, id, data }) => [type, id, data]), [
    ["display_data", "figure-1", { "text/html": "1 &lt; 2", "text/plain": "1 < 2" }],
    ["update_display_data", "figure-1", { "text/html": "<b>2</b>", "text/plain": "2 < 3" }],
  ]);
});

Deno.test("live() updates in place, no more than four times a second", async () => {
  const { output, messages, clock } = fakeKernel();
  const plot = await output.live(figure("F"));
  messages.length = 0;
  let made = 0;
  const make = () => figure("F", ++made);
  for (clock.now = 1000; clock.now < 2000; clock.now += 10) await plot.update(make);
  assertEquals(messages.length, 4);
  assertEquals(made, 4, "a figure that is left out is not made");
  for (const { type, id, data } of messages) {
    assertEquals([type, id], ["update_display_data", "figure-1-update"]);
    assertMatch(html(data), /^<script>/);
    assert(!bringsPlotly(data));
  }
  assertEquals(figureIn(html(messages[3]!.data)), figure("F", 4));
});

Deno.test("live() ends with the last figure and its picture in the first output", async () => {
  const { output, messages, clock } = fakeKernel();
  await output.show(figure("before"));
  const plot = await output.live(figure("F", 1));
  clock.now = 1000;
  await plot.update(figure("F", 2));
  clock.now = 1001;
  await plot.update(figure("F", 3)); // too early: left out
  const pictureIn = (data: MimeBundle) => /base64,[^"]*/.exec(html(data))![0];
  const first = pictureIn(messages[1]!.data);
  messages.length = 0;
  await plot.finish();
  assertEquals(messages.map(({ type, id }) => [type, id]), [
    ["update_display_data", "figure-1-update".replace("1", "2")],
    ["update_display_data", "figure-2"],
  ]);
  assertEquals(messages[0]!.data, { "text/html": "", "text/plain": "" });
  const { data } = messages[1]!;
  assertEquals(figureIn(html(data)), figure("F", 3), "also one left out");
  assert(pictureIn(data) !== first);
  assert(!bringsPlotly(data), "the figure before has it");

  await plot.finish(figure("F", 4));
  assertEquals(figureIn(html(messages.at(-1)!.data)), figure("F", 4));
});

Deno.test("live() brings Plotly again at the end, if its first output had brought it", async () => {
  const { output, messages } = fakeKernel();
  const plot = await output.live(figure("F"));
  await output.show(figure("another"));
  await plot.finish();
  assertEquals(messages.map(({ data }) => bringsPlotly(data)), [true, false, false, false, true]);
});

Deno.test("display() is an object that a kernel asks for its outputs", async () => {
  const { output, messages } = fakeKernel();
  const shown = output.display(figure("F")) as unknown as Record<
    symbol,
    () => Promise<MimeBundle>
  >;
  const bundle = await shown[Symbol.for("Jupyter.display")]!();
  assertEquals(Object.keys(bundle).sort(), ["text/html", "text/plain"]);
  assertEquals(messages, []);
});

Deno.test("outside a kernel everything prints a line or nothing, and sends nothing", async () => {
  const lines: string[] = [];
  const output = new NotebookOutput({ broadcast: undefined, log: (line) => lines.push(line) });
  await output.show(figure("F"));
  const plot = await output.live(figure("G"));
  await plot.update(() => {
    throw new Error("not made");
  });
  await plot.finish(figure("H"));
  await output.table([{ n: 1 }]);
  assertEquals(lines, ["[figure: F]", "[figure: G]", "n\n1"]);
  assertEquals(inKernel(), false);
  // Without options it looks for a kernel itself, and finds none here.
  await new NotebookOutput({ log: (line) => lines.push(line) }).show(figure("I"));
  assertEquals(lines.at(-1), "[figure: I]");
});

Deno.test("show() passes on what keeps a figure from being drawn", async () => {
  const { output, messages } = fakeKernel();
  const broken = { ...figure("F"), data: [null] as unknown as Figure["data"] };
  let message = "";
  await output.show(broken).catch((error) => message = String(error));
  assert(message !== "");
  assertEquals(messages, []);
  await output.show(figure("F"));
  assert(bringsPlotly(messages[0]!.data), "what was not sent is still owed");
});

Deno.test("flushed() waits 30 ms, and 20 more for each megabyte", async () => {
  for (const [bytes, least] of [[0, 30], [5 * 2 ** 20, 130]] as const) {
    const start = performance.now();
    await flushed(bytes);
    const waited = performance.now() - start;
    assertGreaterOrEqual(waited, least - 2);
    assertLess(waited, least + 2000);
  }
});

Deno.test("table() writes HTML, Markdown and text, and reads nothing in a cell as markup", async () => {
  const rows = [{ name: "a|b <i>", n: 1.5 }, { name: "*c*", n: 22, note: "x\ny" }];
  const bundle = tableBundle(rows, { caption: "T <b>" });
  const { window } = new JSDOM(html(bundle));
  const texts = (selector: string) =>
    Array.from(window.document.querySelectorAll(selector) as Iterable<{ textContent: string }>)
      .map((cell) => cell.textContent);
  assertEquals(texts("th"), ["name", "n", "note"]);
  assertEquals(texts("td"), ["a|b <i>", "1.5", "", "*c*", "22", "x\ny"]);
  assertEquals(texts("caption"), ["T <b>"]);
  window.close();
  assertEquals(
    bundle["text/markdown"],
    "T &lt;b>\n\n" +
      "| name | n | note |\n| --- | ---: | --- |\n" +
      "| a\\|b &lt;i> | 1.5 |  |\n| \\*c\\* | 22 | x y |",
  );
  const plain = String(bundle["text/plain"]).split("\n");
  assertEquals(plain[0], "T <b>");
  assertEquals(plain[2], "a|b <i>  1.5");

  const { output, messages } = fakeKernel();
  await output.table(rows, { columns: ["n"] });
  assertEquals(messages[0]!.data["text/plain"], "  n\n1.5\n 22");
  assertGreater(html(messages[0]!.data).length, 0);
});

Deno.test("table() links to places and pages, and to nothing else", () => {
  const [text, href] = ["05 [1]", "05_comparison.ipynb#The-table"];
  const bundle = tableBundle([{ see: { text, href } }]);
  assertEquals(bundle["text/markdown"], `| see |\n| --- |\n| [05 \\[1\\]](${href}) |`);
  assertEquals(bundle["text/plain"], "see\n04 [1]");
  const { window } = new JSDOM(html(bundle));
  const link = window.document.querySelector("td a")!;
  assertEquals([link.textContent, link.getAttribute("href")], [text, href]);
  window.close();
  for (const href of ["javascript:alert(1)", "a b", 'x">', "data:text/html,x", ""]) {
    assertThrows(() => tableBundle([{ see: { text, href } }]), TypeError, "Cannot link to");
  }
  for (const href of ["#here", "https://arxiv.org/abs/1511.06827", "../../README.md"]) {
    tableBundle([{ see: { text, href } }]);
  }
});

Deno.test("show() of a real figure stays small once Plotly is there", async () => {
  const { output, messages } = fakeKernel();
  await output.show(figure("first"));
  await output.show(scheduleFigure(constant(1), constant(1e-3)));
  const bytes = JSON.stringify(messages[1]!.data).length;
  assertLess(bytes, 100_000);
});

Deno.test("notebook 01 after a full run, all its figures in it, is under 1 MB", async () => {
  const { output, messages } = fakeKernel();
  const data = drawnDataset({ train: 100, validation: 10, test: 500 });
  const { height, width } = data, size = { height, width }, { images, labels } = data.test;
  const points = original.log.map((point): Point => ({
    ...point,
    ...{ epoch: point.iter / 1100, learningRate: 1e-3 * .8 ** (point.iter / 1000), keep: .95 },
    ...{ loss: 20 + Math.sin(point.iter), crossEntropy: 17 + Math.sin(point.iter) },
  }));
  const author = variantsAbout(await loadSweep("author"), "author");
  const seeds = author.groups.get("identity GReLU, tuned")!;
  const wrong = labels.map((label, i) => i % 3 ? label : (label + 1) % 10);
  await output.show(activationFigure());
  await output.show(digitsFigure(images.subarray(0, 20 * height * width), size));
  await output.show(scheduleFigure(anneal({ epochs: 10 }), decay()));
  const plot = await output.live(trainingFigure([], { live: true, iterations: 22_000 }));
  await plot.finish(trainingFigure(points, { original: original.log, iterations: 22_000 }));
  await output.show(bandsFigure(seeds, {
    over: { "the original, 2015": original.log, "this run": points },
    range: [.85, .96],
  }));
  await output.show(confusionFigure(confusionMatrix(labels, wrong)));
  await output.show(mistakesFigure({ images, labels, predictions: wrong }, size));

  const shown = new Map(messages.map(({ data, id }, i) => [id ?? i, data])); // updates replace
  const { cells } = await readNotebook(join(NOTEBOOKS, "01_walkthrough.ipynb"));
  const unrun = formatNotebook({
    ...{ nbformat: 4, nbformat_minor: 5, metadata: {} },
    cells: cells.map((cell) => cell.cell_type === "code" ? { ...cell, outputs: [] } : cell),
  });
  const log = points.filter((_, i) => i % 10 === 0).flatMap(originalLines).join("\n");
  const saved = [unrun, log, ...[...shown.values()].map((data) => JSON.stringify(data, null, 5))];
  const bytes = saved.reduce((sum, text) => sum + new TextEncoder().encode(text).length, 0);
  assertLess(bytes, 1_000_000);
  assertGreater(bytes, 700_000, "Plotly is in it");
});
