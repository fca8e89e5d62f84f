/**
 * Variables that are assigned lazily: values stay where they were computed until they are read.
 *
 * A training step changes every parameter, and copying each into a tensor would be wasted: they are
 * read once in a hundred steps. Every reader, TensorFlow.js included, gets `dataId` first, so the
 * getter of that property assigns the value.
 *
 * TensorFlow.js holds every variable until it is disposed of, so a variable refers to the kernels
 * weakly: otherwise their memory and thread would never be freed. The net holds the kernels.
 */

import * as tf from "../tf.ts";
import type { Home } from "./fused_engine.ts";

/** Assigns a variable its new value. */
type Assign = () => void;

const due = new WeakMap<tf.Variable, Assign>();
const watched = new WeakSet<tf.Variable>();

/**
 * Calls `assign` before `variable` is read again, in place of any earlier one that was not called.
 * Does not overwrite a variable that was assigned from outside.
 */
export function postpone(variable: tf.Variable, assign: Assign): void {
  due.set(variable, assign);
  if (watched.has(variable)) return;
  watched.add(variable);
  // Disposing of a variable also reads its dataId: skip the assignment.
  const dispose = variable.dispose.bind(variable);
  variable.dispose = () => {
    due.delete(variable);
    dispose();
  };
  let { dataId } = variable;
  Object.defineProperty(variable, "dataId", {
    configurable: true,
    enumerable: true,
    get() {
      settle(variable);
      return dataId;
    },
    set(given: typeof dataId) {
      dataId = given;
    },
  });
}

/** Assigns what was {@linkcode postpone}d, if anything. */
export function settle(variable: tf.Variable): void {
  const assign = due.get(variable);
  due.delete(variable); // first, because assigning reads dataId
  if (assign && !variable.isDisposed) assign();
}

/** Whether `assign` was {@linkcode postpone}d last and has not been called. */
export function isDue(variable: tf.Variable, assign: Assign): boolean {
  return due.get(variable) === assign;
}

/** Reads a parameter where it is computed. */
type Read = (name: string) => Float32Array;

/** A variable, and how to assign it. */
interface Kept {
  readonly name: string;
  readonly variable: tf.Variable;
  readonly assign: Assign;
}

/** Home of the variables of each net. */
const homes = new WeakMap<object, VariablesHome>();

/**
 * The variables of a net as the home of parameters that kernels compute: up to date whenever they
 * are read, and taken over by the kernels when assigned from outside.
 */
export class VariablesHome implements Home {
  readonly #net: WeakRef<object>;
  readonly #variables: readonly Kept[];
  // dataId of each variable when both sides were in sync.
  readonly #known = new Map<string, unknown>();
  #read: Read | undefined;

  /** @param net owner of the variables */
  constructor(net: { readonly variables: Readonly<Record<string, tf.Variable>> }) {
    this.#net = new WeakRef(net);
    const home = new WeakRef(this);
    this.#variables = Object.entries(net.variables).map(([name, variable]) => ({
      name,
      variable,
      assign: () => handOut(home, name, variable),
    }));
  }

  /** See {@linkcode Home}. */
  *changes(): Generator<readonly [name: string, values: Float32Array], void, void> {
    for (const { name, variable, assign } of this.#variables) {
      if (variable.isDisposed) {
        throw new Error(`The net was disposed of: its ${name} cannot be trained any more`);
      }
      if (isDue(variable, assign)) continue; // not read since it was computed
      if (this.#known.get(name) === variable.dataId) continue;
      yield [name, variable.dataSync<"float32">()];
      this.#known.set(name, variable.dataId);
    }
  }

  /** See {@linkcode Home}. */
  changed(read: Read): void {
    this.#read = read;
    const net = this.#net.deref();
    if (net) homes.set(net, this);
    for (const { variable, assign } of this.#variables) postpone(variable, assign);
  }

  /** See {@linkcode Home}. */
  dispose(): void {
    for (const { variable, assign } of this.#variables) {
      if (isDue(variable, assign)) settle(variable);
    }
    this.#read = undefined;
    const net = this.#net.deref();
    if (net && homes.get(net) === this) homes.delete(net);
  }

  /** Assigns a variable its computed value. */
  handOut(name: string, variable: tf.Variable): void {
    const values = this.#read?.(name);
    if (!values) throw new Error(`Cannot read ${name}: its trainer was disposed of`);
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
    this.#known.set(name, variable.dataId);
  }
}

function handOut(home: WeakRef<VariablesHome>, name: string, variable: tf.Variable): void {
  const there = home.deref();
  if (there) return there.handOut(name, variable);
  throw new Error(
    `Cannot read ${name}: its net is gone. Keep the net for as long as its variables`,
  );
}
