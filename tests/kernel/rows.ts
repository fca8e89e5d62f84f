/** Cells that tests run in every front end, and what a reader then sees. */

/** A row of the table of what a kernel should tell. */
export interface Row {
  readonly name: string;
  readonly code: string;
  readonly shown: string;
  /** Shows where in the cell. */
  readonly line?: string;
}

export const ROWS: readonly Row[] = [
  {
    name: "syntax error",
    code: "const a = ;",
    shown: "SyntaxError: Expression expected.",
    line: "line 1 | const a = ;",
  },
  {
    name: "missing export",
    code: "import { nope } from 'node:fs';",
    shown: "does not provide an export named 'nope'",
    line: "line 1 | import { nope }",
  },
  {
    name: "missing package",
    code: "import x from 'npm:there-is-no-such-package-9f3';",
    shown: "there-is-no-such-package",
    line: "line 1 | import x",
  },
  {
    name: "throw",
    code: "1;\nthrow new RangeError('too far');",
    shown: "RangeError: too far",
    line: "line 2 | throw",
  },
  {
    name: "rejected promise",
    code: "1;\nPromise.reject(new Error('nobody awaits'));",
    shown: "Error: nobody awaits",
    line: "line 2 | Promise.reject",
  },
  {
    name: "error in a timer",
    code:
      "setTimeout(() => { throw new Error('in a timer'); }, 10);\nawait new Promise((r) => setTimeout(r, 100));",
    shown: "Error: in a timer",
    line: "line 1 | setTimeout",
  },
  { name: "NaN", code: "NaN", shown: "NaN" },
  { name: "Infinity", code: "-Infinity", shown: "-Infinity" },
  { name: "minus zero", code: "-0", shown: "-0" },
  { name: "bigint", code: "10n", shown: "10n" },
  {
    name: "type warning",
    code: "const n: number = 'text';",
    shown: "Type warning: Type 'string' is not assignable",
    line: "line 1 | const n",
  },
];

const MODELS = `const { comms } = await import(${
  JSON.stringify(import.meta.resolve("../../lib/kernel/talk.ts"))
});
const model = (module: string, name: string, more: object) => comms()!.open("jupyter.widget", {
  state: { _model_module: module, _model_module_version: "2.0.0", _model_name: name, ...more },
  buffer_paths: [],
}, { metadata: { version: "2.1.0" } });
const view = (name: string) => ({
  _view_module: "@jupyter-widgets/controls", _view_module_version: "2.0.0", _view_name: name });
const show = ({ id }: { id: string }) => Deno.jupyter.broadcast("display_data", { metadata: {}, transient: {}, data: {
  "application/vnd.jupyter.widget-view+json": { version_major: 2, version_minor: 0, model_id: id },
  "text/plain": "widget" } });
const layout = model("@jupyter-widgets/base", "LayoutModel", {});`;

/** A slider for `g`. */
export const SLIDER = `${MODELS}
const style = model("@jupyter-widgets/controls", "SliderStyleModel", {});
const slider = model("@jupyter-widgets/controls", "FloatSliderModel", {
  ...view("FloatSliderView"), value: 0, min: 0, max: 1, step: 0.1, description: "g",
  layout: "IPY_MODEL_" + layout.id, style: "IPY_MODEL_" + style.id, readout: true,
  readout_format: ".2f", orientation: "horizontal", behavior: "drag-tap", continuous_update: true,
});
let g = 0;
slider.onMessage = ({ data }) => { g = (data.state as { value?: number })?.value ?? g; };
await show(slider);`;

/** A button that says `pressed`; after the slider. */
export const BUTTON = `const look = model("@jupyter-widgets/controls", "ButtonStyleModel", {});
const button = model("@jupyter-widgets/controls", "ButtonModel", {
  ...view("ButtonView"), description: "Enough",
  layout: "IPY_MODEL_" + layout.id, style: "IPY_MODEL_" + look.id,
});
let pressed = false;
button.onMessage = ({ data }) => { pressed ||= (data.content as { event?: string })?.event === "click"; };
await show(button);`;
