/** What is said to the page about models, by the protocol of Jupyter's widgets. */

import { assertEquals } from "@std/assert";
import { button, dropdown, row, slider, stopButton, toggle } from "gradnets/kernel/widgets";
import { FakeKernel, shown } from "./kernel.ts";

const kernel = new FakeKernel(true);

/** Shows something; returns the models that this opens, in order, and what else is sent. */
async function opened(value: unknown) {
  kernel.take();
  assertEquals(await shown(value), {});
  const sent = kernel.take();
  const models = sent.filter(({ type }) => type === "comm_open");
  return { models, last: sent.at(-1) };
}

Deno.test("a slider opens its layout, its style and itself, and is then displayed", async () => {
  const { models, last } = await opened(slider({ label: "g", value: 0.5 }));
  const [layout, style, model] = models;
  assertEquals(models.map(({ content }) => content.target_name), Array(3).fill("jupyter.widget"));
  assertEquals(models.map(({ metadata }) => metadata), Array(3).fill({ version: "2.1.0" }));
  assertEquals(layout?.content.data.state._model_module, "@jupyter-widgets/base");
  assertEquals(model?.content.data, {
    buffer_paths: [],
    state: {
      _model_module: "@jupyter-widgets/controls",
      _model_module_version: "2.0.0",
      _model_name: "FloatSliderModel",
      _view_module: "@jupyter-widgets/controls",
      _view_module_version: "2.0.0",
      _view_name: "FloatSliderView",
      layout: `IPY_MODEL_${layout?.content.comm_id}`,
      style: `IPY_MODEL_${style?.content.comm_id}`,
      description: "g",
      min: 0,
      max: 1,
      step: 0.01,
      readout: true,
      readout_format: ".6~g",
      value: 0.5,
    },
  });
  const { data } = last?.content ?? {};
  assertEquals(data["application/vnd.jupyter.widget-view+json"], {
    version_major: 2,
    version_minor: 0,
    model_id: model?.content.comm_id,
  });
  assertEquals(data["text/plain"], "g  ━━━━━━━━━━●─────────  0.5");
});

Deno.test("what the page changes is echoed as the answer to its message, and told", async () => {
  const g = slider();
  const { models } = await opened(g);
  const id = models.at(-1)?.content.comm_id;
  const told: number[] = [];
  g.onChange((value) => told.push(value));
  kernel.say(id, { method: "update", state: { value: 0.1 + 0.2 }, buffer_paths: [] });
  assertEquals([g.value, told], [0.3, [0.3]]);
  assertEquals(kernel.take().map(({ type, content, parent }) => [type, content.data, parent]), [
    [
      "comm_msg",
      { method: "echo_update", state: { value: 0.1 + 0.2 }, buffer_paths: [] },
      "page's",
    ],
  ]);
  g.value = 0.4;
  assertEquals(
    kernel.take().map(({ content, parent }) => [content.comm_id, content.data, parent]),
    [
      [id, { method: "update", state: { value: 0.4 }, buffer_paths: [] }, undefined],
    ],
  );
});

Deno.test("a value that cannot be is not taken from the page, which is told the right one", async () => {
  const g = slider({ value: 0.5 });
  const id = (await opened(g)).models.at(-1)?.content.comm_id;
  for (const value of [2, NaN, "0.1", null]) {
    kernel.say(id, { method: "update", state: { value } });
    const [, correction] = kernel.take();
    assertEquals([g.value, correction?.content.data.state.value], [0.5, 0.5]);
  }
});

Deno.test("a dropdown speaks of indices in the page, and of texts here", async () => {
  const layer = dropdown({ options: ["plain", "relu"] });
  const { models } = await opened(layer);
  const { _options_labels, index } = models.at(-1)?.content.data.state;
  assertEquals([_options_labels, index], [["plain", "relu"], 0]);
  kernel.say(models.at(-1)?.content.comm_id, { method: "update", state: { index: 1 } });
  assertEquals(layer.value, "relu");
  kernel.say(models.at(-1)?.content.comm_id, { method: "update", state: { index: 2 } });
  assertEquals(layer.value, "relu");
});

Deno.test("a click is a message of its own kind; the Stop button interrupts", async () => {
  const step = button({ label: "step" }), stop = stopButton();
  let steps = 0;
  const end = step.onClick(() => steps++);
  const { models } = await opened(row(step, stop));
  const [stepId, stopId] = models.filter(({ content }) =>
    content.data.state._model_name === "ButtonModel"
  ).map(({ content }) => content.comm_id);
  const click = { method: "custom", content: { event: "click" } };
  kernel.say(stepId, click);
  kernel.say(stepId, { method: "custom", content: { event: "other" } });
  end();
  kernel.say(stepId, click);
  kernel.say(stopId, click);
  assertEquals([steps, kernel.interrupts], [1, 1]);
});

Deno.test("a page that was loaded anew is told of all models that are open", async () => {
  const pause = toggle({ label: "pause" }), gone = toggle({ label: "gone" });
  const id = (await opened(pause)).models.at(-1)?.content.comm_id;
  const goneId = (await opened(gone)).models.at(-1)?.content.comm_id;
  gone.close();
  assertEquals(kernel.take().map(({ type, content }) => [type, content.comm_id]), [
    ["comm_close", goneId],
  ]);
  kernel.say(id, { method: "update", state: { value: true } });
  const content = { comm_id: "c", target_name: "jupyter.widget.control", data: {} };
  kernel.comms.receive({ type: "comm_open", header: 1, content, metadata: {}, buffers: [] });
  kernel.take();
  kernel.say("c", { method: "request_states" });
  const [answer] = kernel.take();
  const { method, states } = answer?.content.data ?? {};
  assertEquals([method, goneId in states], ["update_states", false]);
  const { state, ...model } = states[id];
  assertEquals(model, {
    model_name: "ToggleButtonModel",
    model_module: "@jupyter-widgets/controls",
    model_module_version: "2.0.0",
  });
  assertEquals(state.value, true);
  for (const { state } of Object.values<{ state: object }>(states)) {
    for (const [, layout = ""] of JSON.stringify(state).matchAll(/IPY_MODEL_([\w-]+)/g)) {
      assertEquals(layout in states, true);
    }
  }
  // as pages ask that know no such conversation
  kernel.say(id, { method: "request_state" });
  const [one] = kernel.take();
  assertEquals([one?.content.data.method, one?.content.data.state.value], ["update", true]);
});

const python = Deno.env.get("GRADNETS_JUPYTER_PYTHON"); // a Python that has ipywidgets
const spec = python && new Deno.Command(python, {
  args: [new URL("spec.py", import.meta.url).pathname],
}).outputSync();

Deno.test({
  name: `all models are those of ipywidgets${
    spec ? "" : ": skipped, GRADNETS_JUPYTER_PYTHON names no Python with ipywidgets"
  }`,
  ignore: !spec,
  async fn() {
    if (!spec) return;
    assertEquals(spec.success, true, new TextDecoder().decode(spec.stderr));
    const states = JSON.parse(new TextDecoder().decode(spec.stdout));
    const { column, label, progress } = await import("gradnets/kernel/widgets");
    const all = [slider(), toggle({ label: "" }), dropdown({ options: ["a"] }), progress()];
    const { models } = await opened(column(row(...all), label(), button({ label: "b" })));
    kernel.say("c", { method: "request_states" });
    // those that were opened before, too: layouts and styles are shared
    const { states: known } = kernel.take().at(-1)?.content.data ?? {};
    assertEquals(models.length > 6, true);
    const seen = new Set<string>();
    const chosen =
      /^(value|index|_options_labels|description|max|step|layout|style|children)$|_format$|_width$|^icon$|^width$/;
    for (const { state } of Object.values<{ state: Record<string, unknown> }>(known)) {
      const theirs = states[String(state["_model_name"])];
      seen.add(String(state["_model_name"]));
      for (const [trait, value] of Object.entries(state)) {
        assertEquals(trait in theirs, true, `${state["_model_name"]} has no ${trait}`);
        const own = chosen.test(trait) || value === "danger";
        if (!own) assertEquals(value, theirs[trait], `${state["_model_name"]}.${trait}`);
      }
    }
    assertEquals([...seen].toSorted(), Object.keys(states).toSorted());
  },
});
