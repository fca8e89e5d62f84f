/** The kernel as a reader meets it, in three front ends. GRADNETS_SHOTS keeps screenshots. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { findProgram } from "../helpers/core.ts";
import { FRONT_ENDS, type OpenNotebook, Server } from "./page.ts";
import { PANEL, ROWS } from "./rows.ts";
import type { FrontEnd } from "./fronts.ts";

const python = findProgram("GRADNETS_JUPYTER_PYTHON") ?? "";
const chromium = findProgram("GRADNETS_CHROMIUM", "/usr/bin/chromium", "chromium") ?? "";
const SHOTS = Deno.env.get("GRADNETS_SHOTS");

const has = (module: string) =>
  python !== "" &&
  new Deno.Command(python, { args: ["-c", `import ${module}`], stderr: "null" }).outputSync()
    .success;
const lacking = (front: FrontEnd) =>
  [!has(front.module) && front.name, chromium === "" && "chromium"].filter(Boolean).join(", ");

let server: Promise<Server> | undefined; // one for all, started by the first test that needs it
Deno.test.afterAll(async () => await (await server)?.[Symbol.asyncDispose]());

for (const front of FRONT_ENDS) {
  const missing = lacking(front);
  Deno.test({
    name: `${front.name}${missing && `: skipped, no ${missing}`}`,
    ignore: missing !== "",
    sanitizeOps: false, // playwright's own, and the server stays for the next front end
    sanitizeResources: false,
    async fn(test) {
      const open = await opener(front);
      for (const [name, check] of Object.entries(CHECKS)) {
        await test.step(name, () => check(open));
      }
    },
  });
}

type Open = (cells: readonly string[] | string) => Promise<OpenNotebook>;

async function opener(front: FrontEnd): Promise<Open> {
  server ??= Server.start({ python, chromium });
  const started = await server;
  return (content) => started.open(front, content, SHOTS);
}

const CHECKS: Readonly<Record<string, (open: Open) => Promise<void>>> = {
  "every row of the table is told": async (open) => {
    await using notebook = await open(ROWS.map(({ code }) => code));
    for (const [i, { name, shown, line = "" }] of ROWS.entries()) {
      await notebook.run(i);
      assertStringIncludes(await notebook.output(i, shown), line, name);
      await notebook.state("idle");
      await notebook.shot(`row ${String(i + 1).padStart(2, "0")} ${name}`, i);
    }
  },

  "Stop ends any cell and keeps the variables": async (open) => {
    await using notebook = await open([
      "let i = 0; console.log('runs'); for (;;) { i++; await new Promise((r) => setTimeout(r, 1)); }",
      "console.log('runs'); for (;;) i++;",
      "i > 0",
    ]);
    for (const [cell, name] of ["a cell that waits", "a loop that never yields"].entries()) {
      await notebook.run(cell);
      await notebook.output(cell, "runs");
      await notebook.command("stop");
      await notebook.output(cell, "Interrupted: The cell was stopped. All variables are kept.");
      await notebook.state("idle");
      await notebook.shot(`stop ${name}`, cell);
    }
    await notebook.run(2);
    await notebook.output(2, "true");
  },

  "Shift+Tab shows signature and doc comment": async (open) => {
    await using notebook = await open(["import { double } from './double.ts';", "double"]);
    await notebook.run(0);
    await notebook.state("idle");
    await notebook.cell(1).locator(notebook.front.api.editor).click();
    await notebook.page.keyboard.press("End");
    await notebook.page.keyboard.press("Shift+Tab");
    const tooltip = notebook.page.locator(notebook.front.api.tooltip);
    await tooltip.filter({ hasText: "function double(x: number): number" }).waitFor();
    assertStringIncludes(await tooltip.innerText(), "y = 2x");
    await notebook.shot("inspect");
  },

  "Run All stops at the first error, and restart runs all again": async (open) => {
    await using notebook = await open([
      "const a = 41;",
      "a + 1",
      "throw new Error('here')",
      "'never'",
    ]);
    await notebook.command("runAll");
    await notebook.output(2, "Error: here");
    await notebook.state("idle");
    assertEquals(await notebook.shown(3), "");
    const prompt = notebook.cell(3).locator(notebook.front.api.prompt);
    assert(!/\d/.test(await prompt.innerText()), "a cell that did not run has a number");
    await notebook.shot("run all");
    await notebook.command("restartRunAll");
    await notebook.page.locator(notebook.front.api.confirm).click();
    await notebook.cell(1).filter({ hasText: "42" }).waitFor();
    await notebook.output(2, "Error: here");
  },

  "a slider drives a net that trains, buttons pause and stop it": async (open) => {
    await using notebook = await open([
      PANEL,
      "console.log('trains'); for await (const _ of trainer.run({ epochs: 1e5 }));",
      "[trainer.iter > 0, trainer.points.some((p) => p.g === g.value)]",
    ]);
    const { page } = notebook;
    const ready = await page.locator(notebook.front.api.widgets)
      .waitFor({ state: "attached" }).then(() => true, () => false);
    assert(ready, `this ${notebook.front.name} has no widgets: install ipywidgets beside it`);
    await notebook.run(0);
    const state = page.locator(".widget-label", { hasText: " at " });
    const says = (text: string) => state.filter({ hasText: text }).waitFor();
    const press = (name: string) =>
      page.locator("button.jupyter-widgets", { hasText: name }).click();
    await says("idle at 0, by hand: undefined");

    await notebook.run(1);
    await notebook.output(1, "trains");
    await says("running");
    const slider = page.locator(".widget-slider .noUi-base");
    const { width = 0, height = 0 } = await slider.boundingBox() ?? {};
    await slider.click({ position: { x: 0.8 * width, y: height / 2 } });
    const moved = await page.locator(".widget-readout").innerText();
    assert(Number(moved) > 0.6, moved);
    await says(`by hand: ${moved}`);
    await notebook.shot("knobs");

    await press("pause");
    await says("paused");
    const before = await state.innerText();
    await new Promise((resolve) => setTimeout(resolve, 300));
    assertEquals(await state.innerText(), before);
    await press("pause");
    await says("running");
    await press("give back");
    await says("by hand: undefined");

    await press("Stop");
    await notebook.output(1, "Interrupted: The cell was stopped.");
    await notebook.state("idle");
    await notebook.run(2);
    await notebook.output(2, "[ true, true ]");

    await notebook.command("save");
    while (!(await Deno.readTextFile(notebook.path)).includes("[ true, true ]")) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await notebook.reload(); // a page that comes later gets the controls as they are
    await page.locator(".widget-readout", { hasText: moved }).waitFor();
    await notebook.shot("knobs after a reload");
  },

  "a page that is loaded anew during training": async (open) => {
    await using notebook = await open([
      `let epoch = 0;
for (; epoch < 40; epoch++) { console.log("epoch " + epoch); await new Promise((r) => setTimeout(r, 100)); }
"done"`,
      "epoch",
      "console.log('runs'); for (;;) await new Promise((r) => setTimeout(r, 10));",
      "'goes on'",
    ]);
    await notebook.run(0);
    await notebook.output(0, "epoch 3");
    await notebook.command("save");
    await notebook.output(0, "epoch 6");
    await notebook.reload();
    await notebook.state("busy"); // the page knows that a cell still runs
    const saved = await notebook.shown(0);
    assertStringIncludes(saved, "epoch 3"); // what was saved is there
    await notebook.run(1); // waits for the training
    await notebook.output(1, "40");
    // what a page did not ask for itself it does not show: no front end shows the rest
    assertEquals(await notebook.shown(0), saved);
    await notebook.shot("reload");
    // Stop still finds what an earlier page started
    await notebook.run(2);
    await notebook.output(2, "runs");
    await notebook.reload();
    await notebook.state("busy");
    await notebook.command("stop");
    await notebook.run(3);
    await notebook.output(3, "goes on");
  },

  "a notebook from elsewhere runs nothing before it is asked to": async (open) => {
    let sent: string;
    {
      await using notebook = await open([
        "Deno.jupyter.html`<b>bold</b><script>globalThis.ran = 1</script>`",
        "Deno.jupyter.html`<i>slanted</i><img src='x' onerror='globalThis.ran = 2'>`",
        `await Deno.jupyter.display({ "application/javascript": "globalThis.ran = 3" }, { raw: true })`,
        "6 * 7",
      ]);
      await notebook.run(0);
      await notebook.page.waitForFunction("globalThis.ran === 1"); // our own may
      for (const cell of [1, 2, 3]) await notebook.run(cell);
      await notebook.output(3, "42");
      await notebook.page.waitForFunction("globalThis.ran === 3");
      await notebook.command("save");
      for (sent = ""; !sent.includes('"42"');) {
        sent = await Deno.readTextFile(notebook.path);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    // with another text the signature of this machine does not fit
    await using notebook = await open(sent.replace("6 * 7", "2 * 21"));
    assertStringIncludes(await notebook.shown(0), "bold");
    assertStringIncludes(await notebook.shown(1), "slanted");
    assertStringIncludes(await notebook.shown(3), "42");
    await notebook.page.waitForTimeout(300);
    assertEquals(await notebook.page.evaluate("globalThis.ran"), undefined);
    await notebook.shot("untrusted");
  },
};
