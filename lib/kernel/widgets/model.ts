/**
 * A widget's model as the page holds it: traits, kept the same on both sides by messages of a comm.
 *
 * Source: Jupyter widgets' messaging protocol 2.1 and the model states of ipywidgets 8
 * (ipywidgets.readthedocs.io, "Low Level Widget Explanation" and "Model State").
 */

import type { Comm, Comms } from "../inside/comms.ts";
import { comms } from "../talk.ts";

/** Traits by name, as JSON; a {@linkcode Model} among them, or in a list, is a reference to it. */
export type Traits = Readonly<Record<string, unknown>>;

/** What a control takes from the page. */
export interface Hearing {
  /** Takes changed traits over; returns whether all of them are right. */
  readonly update?: (traits: Traits) => boolean;
  /** Takes a message of its own kind, as a click. */
  readonly custom?: (content: Traits) => void;
}

const TARGET = "jupyter.widget";
const METADATA = { metadata: { version: "2.1.0" } };
const BASE = "@jupyter-widgets/base";
const CONTROLS = "@jupyter-widgets/controls";
const VERSION = "2.0.0"; // of both

/** All models that the page knows. */
const open = new Map<string, Model>();
let heardAt = -Infinity;

/** Milliseconds since the page last said something about any widget. */
export function silence(): number {
  return performance.now() - heardAt;
}

/** Writes references as the protocol has them. */
function wired(value: unknown): unknown {
  if (value instanceof Model) return `IPY_MODEL_${value.id}`;
  return Array.isArray(value) ? value.map(wired) : value;
}

function wire(traits: Traits): Traits {
  return Object.fromEntries(Object.entries(traits).map(([name, value]) => [name, wired(value)]));
}

const objectOf = (value: unknown) => (value ?? {}) as Traits;

/** A model. The page learns of it when something needs its id: when it is shown. */
export class Model {
  readonly #traits: Record<string, unknown>;
  readonly #hearing: Hearing;
  #comm: Comm | undefined;

  /**
   * Makes a model.
   *
   * @param name of its class in the page: "FloatSliderModel"
   */
  constructor(name: string, traits: Traits = {}, hearing: Hearing = {}) {
    this.#traits = {
      _model_module: name === "LayoutModel" ? BASE : CONTROLS,
      _model_module_version: VERSION,
      _model_name: name,
      ...traits,
    };
    this.#hearing = hearing;
  }

  /** Name of the conversation about it. */
  get id(): string {
    return (this.#comm ??= this.#open()).id;
  }

  /** All traits, as they are sent. */
  get state(): Traits {
    return wire(this.#traits);
  }

  /** Changes traits, here and in the page. */
  set(traits: Traits): void {
    Object.assign(this.#traits, traits);
    this.#send("update", traits);
  }

  /** Takes it out of the page. */
  close(): void {
    if (!this.#comm) return;
    open.delete(this.#comm.id);
    this.#comm.close();
    this.#comm = undefined;
  }

  #open(): Comm {
    const all = comms();
    if (!all) throw new Error("Cannot show a widget: this kernel does not hear the page");
    if (open.size === 0) answerReloads(all);
    const comm = all.open(TARGET, { state: this.state, buffer_paths: [] }, METADATA);
    open.set(comm.id, this);
    comm.onMessage = ({ data }) => this.#heard(data);
    comm.onClose = () => {
      open.delete(comm.id);
      this.#comm = undefined; // showing it again opens another
    };
    return comm;
  }

  #heard({ method, state, content }: Traits): void {
    heardAt = performance.now();
    if (method === "update") {
      const traits = objectOf(state);
      this.#send("echo_update", traits); // to other pages, before what follows from it
      if (this.#hearing.update && !this.#hearing.update(traits)) this.#send("update", this.#traits);
    } else if (method === "custom") {
      this.#hearing.custom?.(objectOf(content));
    } else if (method === "request_state") {
      this.#send("update", this.#traits);
    }
  }

  /** Takes over what the page has already. */
  keep(traits: Traits): void {
    Object.assign(this.#traits, traits);
  }

  #send(method: string, traits: Traits): void {
    this.#comm?.send({ method, state: wire(traits), buffer_paths: [] });
  }
}

/** Tells a page that was loaded anew, or a second one, of all models. */
function answerReloads(all: Comms): void {
  all.register("jupyter.widget.control", (comm) => {
    comm.onMessage = ({ data }) => {
      if (data["method"] !== "request_states") return;
      const states = [...open].map(([id, { state }]) => {
        const { _model_name, _model_module, _model_module_version } = state;
        return [id, {
          model_name: _model_name,
          model_module: _model_module,
          model_module_version: _model_module_version,
          state,
        }];
      });
      comm.send({ method: "update_states", states: Object.fromEntries(states), buffer_paths: [] });
    };
  });
}

const shared = new Map<string, Model>();

/** A model that widgets share: of layouts, and of each kind of style. */
function sharedModel(name: string, traits: Traits = {}): Model {
  const key = `${name} ${JSON.stringify(traits)}`;
  const model = shared.get(key) ?? new Model(name, traits);
  shared.set(key, model);
  return model;
}

/**
 * The model of a control, with its view.
 *
 * @param kind names model and view: "FloatSlider"
 * @param style names the model of its style, if it has one
 */
export function viewedModel(
  kind: string,
  style: string | undefined,
  traits: Traits,
  hearing?: Hearing,
): Model {
  const label = style?.endsWith("ButtonStyleModel") ? "" : String(traits["description"] ?? "");
  // a long label is neither cut off nor does it take the control's own room
  const width = `calc(var(--jp-widgets-inline-width) + ${label.length}ch)`;
  const layout = sharedModel("LayoutModel", label === "" ? {} : { width });
  const whole = label === "" ? {} : { description_width: "initial" };
  return new Model(`${kind}Model`, {
    _view_module: CONTROLS,
    _view_module_version: VERSION,
    _view_name: kind === "FloatProgress" ? "ProgressView" : `${kind}View`,
    layout,
    ...style !== undefined && { style: sharedModel(style, whole) },
    ...traits,
  }, hearing);
}
