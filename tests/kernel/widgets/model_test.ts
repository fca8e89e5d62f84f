/** Controls as the page is told of them, and as the page moves them. */

import { assert, assertEquals } from "@std/assert";
import { findProgram } from "../../helpers/core.ts";
import type { Json, Message } from "gradnets/kernel/messages.ts";
import { Session, texts } from "../session.ts";

const CONTROLS = `const { button, column, dropdown, label, progress, row, slider, toggle } =
  await import(${JSON.stringify(import.meta.resolve("../../../lib/kernel/widgets/mod.ts"))});
const g = slider({ min: 0, max: 1, label: "g" });
const kind = dropdown({ options: ["plain", "highway"], label: "kind" });
const pause = toggle({ label: "pause" });
const bar = progress({ max: 10, label: "epochs" });
const note = label("a note");
const step = button({ label: "step" });
const heard = [];
g.onChange((value) => heard.push(value));
kind.onChange((value) => heard.push(value));
step.onClick(() => heard.push("click"));
column(g, kind, row(pause, step), bar, note)`;

const comms = (session: Session, type: string) =>
  session.iopub.filter(({ header }) => header.msg_type === type).map(({ content }) => content);

/** State of each model, by the name of its class, as comm_open told it. */
function states(session: Session): Map<string, { readonly id: string; readonly state: Json }> {
  return new Map(
    comms(session, "comm_open").map(({ comm_id, data }) => {
      const { state } = data as { state: Json };
      return [String(state["_model_name"]), { id: String(comm_id), state }];
    }),
  );
}

/** Says something for the page, and waits until the program has dealt with it. */
async function say(session: Session, type: string, content: Json): Promise<void> {
  const id = await session.shell.send(type, content);
  await session.until(({ header, parent, content }) =>
    header.msg_type === "status" && parent.msg_id === id && content["execution_state"] === "idle"
  );
}

const move = (session: Session, comm_id: string | undefined, data: Json) =>
  say(session, "comm_msg", { comm_id, data });

const dataOf = ({ content }: Message | { content: Json }) => JSON.stringify(content["data"]);

Deno.test("widgets: the page learns of every model, and a box refers to its children", async () => {
  await using session = await Session.start();
  await session.run(CONTROLS);
  const found = states(session);
  const boxes = comms(session, "comm_open").map(({ data }) => (data as { state: Json }).state)
    .filter(({ _model_name }) => String(_model_name).endsWith("BoxModel"));
  assertEquals(boxes.length, 2);
  const slider = found.get("FloatSliderModel");
  assertEquals([slider?.state["min"], slider?.state["max"], slider?.state["value"]], [0, 1, 0]);
  const column = found.get("VBoxModel")?.state["children"];
  assertEquals(
    column,
    ["FloatSliderModel", "DropdownModel", "HBoxModel", "FloatProgressModel", "LabelModel"].map(
      (name) => `IPY_MODEL_${found.get(name)?.id}`,
    ),
  );
  const shown = session.iopub.find(({ header }) => header.msg_type === "display_data");
  const bundle = shown?.content["data"] as Json;
  assertEquals(
    (bundle["application/vnd.jupyter.widget-view+json"] as Json)["model_id"],
    found.get("VBoxModel")?.id,
  );
  assert(String(bundle["text/plain"]).includes("g  ●"), "a picture goes with it");
});

Deno.test("widgets: what the page moves is heard and echoed, what is wrong is put right", async () => {
  await using session = await Session.start();
  await session.run(CONTROLS);
  const found = states(session), id = (name: string) => found.get(name)?.id;
  const slide = (value: unknown) =>
    move(session, id("FloatSliderModel"), { method: "update", state: { value }, buffer_paths: [] });
  await slide(0.25);
  await session.until((message) =>
    message.header.msg_type === "comm_msg" && dataOf(message).includes('"echo_update"') &&
    dataOf(message).includes("0.25")
  );
  await slide(7); // no slider of the page does that
  await session.until((message) =>
    message.header.msg_type === "comm_msg" && dataOf(message).includes('"update"') &&
    dataOf(message).includes('"value":0.25')
  );
  await move(session, id("DropdownModel"), {
    method: "update",
    state: { index: 1 },
    buffer_paths: [],
  });
  await move(session, id("ButtonModel"), { method: "custom", content: { event: "click" } });
  const { outputs } = await session.run("JSON.stringify([g.value, kind.value, heard])");
  assertEquals(texts(outputs), [`'[0.25,"highway",[0.25,"highway","click"]]'`]);
});

Deno.test("widgets: a value set by code reaches the page, a closed control does not", async () => {
  await using session = await Session.start();
  await session.run(CONTROLS);
  const id = states(session).get("FloatSliderModel")?.id;
  await session.run("g.value = 0.5");
  await session.until(({ header, content }) =>
    header.msg_type === "comm_msg" && content["comm_id"] === id &&
    dataOf({ content }) === '{"method":"update","state":{"value":0.5},"buffer_paths":[]}'
  );
  await session.run("g.close(); g.value = 0.75");
  await session.until(({ header, content }) =>
    header.msg_type === "comm_close" && content["comm_id"] === id
  );
  assertEquals(
    comms(session, "comm_msg").some((content) => dataOf({ content }).includes("0.75")),
    false,
  );
  assertEquals(texts((await session.run("g.value")).outputs), ["0.75"]);
});

Deno.test("widgets: a page that comes later is told of all models", async () => {
  await using session = await Session.start();
  await session.run(CONTROLS);
  await session.run("g.value = 0.5");
  const comm_id = crypto.randomUUID();
  await say(session, "comm_open", {
    comm_id,
    target_name: "jupyter.widget.control",
    data: {},
  });
  await move(session, comm_id, { method: "request_states" });
  const { content } = await session.until(({ header, content }) =>
    header.msg_type === "comm_msg" && content["comm_id"] === comm_id
  );
  const told =
    (content["data"] as { states: Record<string, { model_name: string; state: Json }> }).states;
  const slider = Object.values(told).find(({ model_name }) => model_name === "FloatSliderModel");
  assertEquals(slider?.state["value"], 0.5);
  assertEquals(Object.keys(told).length, comms(session, "comm_open").length);
});

const python = findProgram("GRADNETS_JUPYTER_PYTHON"); // one that has ipywidgets

Deno.test({
  name: `widgets: all traits are ipywidgets' own${python ? "" : ": skipped, no Python for it"}`,
  ignore: !python,
  async fn() {
    await using session = await Session.start();
    await session.run(CONTROLS);
    const script = `import json, ipywidgets as w
from ipywidgets.widgets.widget_bool import DescriptionStyle, ToggleButtonStyle
from ipywidgets.widgets.widget_button import ButtonStyle
from ipywidgets.widgets.widget_float import ProgressStyle, SliderStyle
from ipywidgets.widgets.widget_string import LabelStyle
kinds = [w.FloatSlider, w.Dropdown, w.ToggleButton, w.FloatProgress, w.Label, w.Button, w.HBox,
  w.VBox, w.Layout, ProgressStyle, SliderStyle, ButtonStyle, DescriptionStyle, LabelStyle, ToggleButtonStyle]
states = [kind().get_state() for kind in kinds]
print(json.dumps({s["_model_name"]: {k: v if k[0] == "_" else None for k, v in s.items()} for s in states}))`;
    const { stdout } = await new Deno.Command(python ?? "", { args: ["-c", script] }).output();
    const theirs = JSON.parse(new TextDecoder().decode(stdout)) as Record<string, Json>;
    const ours = states(session);
    assert(ours.size >= 9, `only ${[...ours.keys()]}`);
    for (const [name, { state }] of ours) {
      const known = theirs[name];
      assert(known, `ipywidgets has no ${name}`);
      assertEquals(Object.keys(state).filter((trait) => !(trait in known)), [], name);
      const fixed = Object.keys(state).filter((trait) => /^_(model|view)_/.test(trait));
      for (const trait of fixed) assertEquals(state[trait], known[trait], `${name} ${trait}`);
    }
  },
});
