/**
 * Variables whose values stay where they were computed until somebody looks.
 *
 * A training step changes every parameter, and a tensor of each would be copied twice a step for
 * readers that come once in a hundred. Whoever reads a variable, TensorFlow.js itself included,
 * asks for its `dataId` first. So that property is where the value is made, if it is not there yet.
 *
 * TensorFlow.js holds every variable until it is disposed of, so a variable must not hold the
 * kernels that have its value: their memory and thread would stay for ever. It knows them weakly.
 * The net holds them, for as long as somebody holds the net.
 */

import * as tf from "../tf.ts";
import type { Home } from "./fused_engine.ts";

/** Assigns its new value to a variable. */
type Assign = () => void;

const due = new WeakMap<tf.Variable, Assign>();
const watched = new WeakSet<tf.Variable>();

/**
 * Sees to it that `assign` is called before anybody reads `variable` again; it takes the place of
 * one that was not called yet. A variable that is assigned from outside is not overwritten.
 */
export function postpone(variable: tf.Variable, assign: Assign): void {
  due.set(variable, assign);
  if (watched.has(variable)) return;
  watched.add(variable);
  // To dispose of a variable is to ask for its dataId, too: nobody wants its value then.
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

/** Assigns now what was {@linkcode postpone}d, if anything was. */
export function settle(variable: tf.Variable): void {
  const assign = due.get(variable);
  due.delete(variable); // first, because to assign is to read the old value's place
  if (assign && !variable.isDisposed) assign();
}

/** Whether what was {@linkcode postpone}d last is `assign` and has not been called. */
export function isDue(variable: tf.Variable, assign: Assign): boolean {
  return due.get(variable) === assign;
}

/** Reads a parameter where it is computed. */
type Read = (name: string) => Float32Array;

/** A variable, and what assigns it its new value. */
interface Kept {
  readonly name: string;
  readonly variable: tf.Variable;
  readonly assign: Assign;
}

/** For each net the home that its variables get their values from. */
const homes = new WeakMap<object, VariablesHome>();

/**
 * The variables of a net as the home of parameters that kernels compute: right whenever anybody
 * looks, and taken over where they were assigned from outside.
 */
export class VariablesHome implements Home {
  readonly #net: WeakRef<object>;
  readonly #variables: readonly Kept[];
  // What a variable held when both sides were the same.
  readonly #known = new Map<string, unknown>();
  #read: Read | undefined;

  /** @param net whose variables they are */
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
      if (isDue(variable, assign)) continue; // nobody has read it since it was computed
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

  /** Assigns a variable the value that was computed. */
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
