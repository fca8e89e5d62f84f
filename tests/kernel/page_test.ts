/** The kernel as a reader meets it: JupyterLab in headless Chromium. Screenshots go to runs/. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { findProgram } from "../helpers/core.ts";
import { OpenNotebook } from "./page.ts";

const jupyter = findProgram("GRADNETS_JUPYTER_LAB", "jupyter-lab");
const chromium = findProgram("GRADNETS_CHROMIUM", "/usr/bin/chromium", "chromium");
const SHOTS = Deno.env.get("GRADNETS_SHOTS"); // keeps screenshots there
const lacking = [!jupyter && "jupyter-lab", !chromium && "chromium"].filter(Boolean).join(", ");
const programs = { jupyter: jupyter ?? "", chromium: chromium ?? "" };
const page = (name: string, fn: (test: Deno.TestContext) => Promise<void>) =>
  Deno.test({
    name: `JupyterLab: ${name}${lacking && `: skipped, no ${lacking}`}`,
    ignore: lacking !== "",
    sanitizeOps: false, // playwright's own
    sanitizeResources: false,
    fn,
  });

const ROWS: readonly [name: string, code: string, shown: string, line?: string][] = [
  ["syntax error", "const a = ;", "SyntaxError: Expression expected.", "line 1 | const a = ;"],
  ["missing export", "import { nope } from 'node:fs';", "does not provide an export named 'nope'"],
  [
    "missing package",
    "import x from 'npm:there-is-no-such-package-9f3';",
    "there-is-no-such-package",
  ],
  ["throw", "1;\nthrow new RangeError('too far');", "RangeError: too far", "line 2 | throw"],
  ["rejected promise", "Promise.reject(new Error('nobody awaits'));", "Error: nobody awaits"],
  [
    "error in a timer",
    "setTimeout(() => { throw new Error('in a timer'); }, 10);\nawait new Promise((r) => setTimeout(r, 100));",
    "Error: in a timer",
  ],
  ["NaN", "NaN", "NaN"],
  ["Infinity", "-Infinity", "-Infinity"],
  ["minus zero", "-0", "-0"],
  ["bigint", "10n", "10n"],
  ["type warning", "const n: number = 'text';", "Type warning: Type 'string' is not assignable"],
];

page("every row of the table is told", async (test) => {
  await using notebook = await OpenNotebook.open(programs, ROWS.map(([, code]) => code), SHOTS);
  for (const [i, [name, , shown, line = ""]] of ROWS.entries()) {
    await test.step(name, async () => {
      await notebook.run(i);
      assertStringIncludes(await notebook.output(i, shown), line);
      await notebook.shot(`row ${i + 1} ${name}`);
    });
  }
});

page("Run All stops at the first error, and restart runs all again", async () => {
  const cells = ["const a = 41;", "a + 1", "throw new Error('here')", "'never'"];
  await using notebook = await OpenNotebook.open(programs, cells, SHOTS);
  await notebook.command("notebook:run-all-cells");
  await notebook.output(2, "Error: here");
  await notebook.idle();
  const outputs = notebook.page.locator(".jp-CodeCell .jp-Cell-outputArea");
  assertEquals((await outputs.nth(3).innerText()).trim(), "");
  await notebook.shot("run all");
  await notebook.command("notebook:restart-run-all");
  await notebook.page.getByRole("button", { name: "Confirm Kernel Restart" }).click();
  await notebook.output(1, "42");
  await notebook.output(2, "Error: here");
});

page("Stop ends a cell and keeps the variables", async () => {
  const cells = ["let i = 0; console.log('runs'); for (;;) i++;", "i > 0"];
  await using notebook = await OpenNotebook.open(programs, cells, SHOTS);
  await notebook.run(0);
  await notebook.output(0, "runs");
  await notebook.command("notebook:interrupt-kernel");
  await notebook.output(0, "Interrupted: The cell was stopped.");
  await notebook.shot("stop");
  await notebook.run(1);
  await notebook.output(1, "true");
});

page("Shift+Tab shows signature and doc comment", async () => {
  await using notebook = await OpenNotebook.open(programs, [
    "import { double } from './double.ts';",
    "double",
  ], SHOTS);
  await notebook.run(0);
  await notebook.idle();
  await notebook.page.locator(".jp-CodeCell").nth(1).locator(".cm-content").click();
  await notebook.page.keyboard.press("End");
  await notebook.page.keyboard.press("Shift+Tab");
  const tooltip = notebook.page.locator(".jp-Tooltip");
  await tooltip.filter({ hasText: "function double(x: number): number" }).waitFor();
  assertStringIncludes(await tooltip.innerText(), "y = 2x");
  await notebook.shot("inspect");
});

const SLIDER = `const { comms } = await import(${
  JSON.stringify(import.meta.resolve("../../lib/kernel/talk.ts"))
});
const model = (module, name, more) => comms().open("jupyter.widget", {
  state: { _model_module: module, _model_module_version: "2.0.0", _model_name: name, ...more },
  buffer_paths: [],
}, { metadata: { version: "2.1.0" } });
const layout = model("@jupyter-widgets/base", "LayoutModel", {});
const style = model("@jupyter-widgets/controls", "SliderStyleModel", {});
const slider = model("@jupyter-widgets/controls", "FloatSliderModel", {
  _view_module: "@jupyter-widgets/controls", _view_module_version: "2.0.0",
  _view_name: "FloatSliderView", value: 0, min: 0, max: 1, step: 0.1, description: "g",
  layout: "IPY_MODEL_" + layout.id, style: "IPY_MODEL_" + style.id, readout: true,
  readout_format: ".2f", orientation: "horizontal", behavior: "drag-tap", continuous_update: true,
});
let g = 0;
slider.onMessage = ({ data }) => { if (data.state?.value !== undefined) g = data.state.value; };
await Deno.jupyter.broadcast("display_data", { metadata: {}, transient: {}, data: {
  "application/vnd.jupyter.widget-view+json": { version_major: 2, version_minor: 0, model_id: slider.id },
  "text/plain": "slider" } });`;

page("a slider is heard while a cell runs", async () => {
  await using notebook = await OpenNotebook.open(programs, [
    SLIDER,
    `console.log("runs"); while (g === 0) await new Promise((r) => setTimeout(r, 30)); "g is " + g`,
  ], SHOTS);
  await notebook.run(0);
  const handle = notebook.page.locator(".widget-slider .noUi-handle");
  const shown = await handle.waitFor({ timeout: 15_000 }).then(() => true, () => false);
  assert(shown, "this JupyterLab has no widgets: install ipywidgets beside it");
  await notebook.run(1);
  await notebook.output(1, "runs");
  await handle.focus();
  await notebook.page.keyboard.press("ArrowRight");
  await notebook.output(1, "g is 0.1");
  await notebook.shot("slider");
});
