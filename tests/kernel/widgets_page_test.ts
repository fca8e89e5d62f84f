/** Controls as a reader meets them: turned in JupyterLab while a net trains. */

import { assert, assertEquals } from "@std/assert";
import { findProgram } from "../helpers/core.ts";
import { OpenNotebook } from "./page.ts";

const jupyter = findProgram("GRADNETS_JUPYTER_LAB", "jupyter-lab");
const chromium = findProgram("GRADNETS_CHROMIUM", "/usr/bin/chromium", "chromium");
const SHOTS = Deno.env.get("GRADNETS_SHOTS"); // keeps screenshots there
const lacking = [!jupyter && "jupyter-lab", !chromium && "chromium"].filter(Boolean).join(", ");
const programs = { jupyter: jupyter ?? "", chromium: chromium ?? "" };
const page = (name: string, fn: () => Promise<void>) =>
  Deno.test({
    name: `JupyterLab: ${name}${lacking && `: skipped, no ${lacking}`}`,
    ignore: lacking !== "",
    sanitizeOps: false, // playwright's own
    sanitizeResources: false,
    fn,
  });

const entry = (name: string) => JSON.stringify(import.meta.resolve(`../../lib/${name}`));
const WIDGETS =
  `const { button, column, dropdown, label, progress, row, slider, stopButton, toggle } =
  await import(${entry("kernel/widgets/mod.ts")});`;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const PANEL = `${WIDGETS}
const { anneal, Architecture, drawnDataset, FusedEngine, manual, Trainer } = await import(${
  entry("core.ts")
});
const schedule = manual(anneal({ epochs: 1e5 }));
const net = new Architecture({ width: 8, depth: 5 });
const data = drawnDataset({ train: 500, validation: 10, test: 50 });
const engine = (options) => new FusedEngine(options);
const trainer = new Trainer({ net, data, g: schedule, engine, every: 10 });

const g = slider({ label: "g", value: 0.5 });
g.onChange((value) => schedule.set(value));
const auto = button({ label: "give back", icon: "undo" });
auto.onClick(() => schedule.auto());
const pause = toggle({ label: "pause", icon: "pause" });
pause.onChange((on) => on ? trainer.pause() : trainer.resume());
const state = label();
const beat = setInterval(() =>
  state.value = trainer.state + " at " + trainer.iter + ", by hand: " + schedule.value, 50);
column(g, row(auto, pause, stopButton()), state)`;

page("a slider drives a net that trains, buttons pause and stop it", async () => {
  await using notebook = await OpenNotebook.open(programs, [
    PANEL,
    "console.log('trains'); for await (const _ of trainer.run({ epochs: 1e5 }));",
    "[trainer.iter > 0, trainer.points.some(({ g }) => g === 0.51)]",
  ], SHOTS);
  const { page } = notebook;
  await notebook.run(0);
  const handle = page.locator(".widget-slider .noUi-handle");
  const shown = await handle.waitFor({ timeout: 15_000 }).then(() => true, () => false);
  assert(shown, "this JupyterLab has no widgets: install jupyterlab_widgets beside it");
  const state = page.locator(".widget-label", { hasText: " at " });
  const says = (text: string) => state.filter({ hasText: text }).waitFor();
  await says("idle at 0, by hand: undefined");

  await notebook.run(1);
  await notebook.output(1, "trains");
  await says("running");
  await handle.focus();
  await page.keyboard.press("ArrowRight");
  await says("by hand: 0.51");
  await notebook.shot("widgets light");

  await page.getByRole("button", { name: "pause" }).click();
  await says("paused");
  const before = await state.innerText();
  await wait(300);
  assertEquals(await state.innerText(), before);
  await page.getByRole("button", { name: "pause" }).click();
  await says("running");

  await page.getByRole("button", { name: "give back" }).click();
  await says("by hand: undefined");

  await page.getByRole("button", { name: "Stop" }).click();
  await notebook.output(1, "Interrupted: The cell was stopped.");
  await notebook.idle();
  await notebook.run(2);
  await notebook.output(2, "[ true, true ]");
  await notebook.shot("widgets stopped");
});

const ALL = `${WIDGETS}
const g = slider({ label: "learning rate", max: 0.1, step: 0.001, value: 0.02 });
const layer = dropdown({ options: ["plain", "identity-grelu"], label: "layer" });
const bar = progress({ label: "epochs", max: 10, value: 3 });
const on = toggle({ label: "dropout", value: true });
const heard = [];
g.onChange((value) => heard.push(value));
layer.onChange((value) => heard.push(value));
column(g, layer, row(bar, on, button({ label: "step", icon: "step-forward" })))`;

/** Asks JupyterLab for something that has no key. */
function theme(notebook: OpenNotebook, theme: string): Promise<void> {
  return notebook.page.evaluate(async (theme) => {
    type App = { commands: { execute(name: string, args: object): Promise<void> } };
    const { jupyterapp } = globalThis as unknown as { jupyterapp: App };
    await jupyterapp.commands.execute("apputils:change-theme", { theme });
  }, theme);
}

page("all controls, in the dark, after a reload, and in the saved file", async () => {
  await using notebook = await OpenNotebook.open(programs, [
    ALL,
    "await new Promise((r) => setTimeout(r, 1200)); bar.value = 7; heard",
    "heard.at(-1)",
  ], SHOTS);
  const { page } = notebook;
  await notebook.run(0);
  const handle = page.locator(".widget-slider .noUi-handle");
  await handle.waitFor();
  const drag = async (by: number) => {
    const { x, y, width, height } = await handle.boundingBox() ??
      { x: 0, y: 0, width: 0, height: 0 };
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 2 + by, y + height / 2, { steps: 5 });
    await page.mouse.up();
  };
  await drag(40);
  await page.locator(".widget-dropdown select").selectOption("identity-grelu");
  await notebook.run(1);
  await notebook.output(1, "identity-grelu");
  await notebook.idle();
  assertEquals(await handle.count(), 1); // drawn anew with its picture, not twice
  await theme(notebook, "JupyterLab Dark");
  await wait(500);
  await notebook.shot("widgets dark");
  await notebook.command("docmanager:save");
  await wait(1000);
  await page.reload();
  await handle.waitFor();
  await notebook.idle();
  await wait(500);
  await notebook.shot("widgets reloaded");
  await handle.focus();
  await page.keyboard.press("ArrowLeft");
  await wait(500);
  await notebook.run(2);
  const readout = page.locator(".widget-readout").first();
  await notebook.output(2, await readout.innerText()); // what the page shows is what was heard
});
