/** Records what a layer's forward line does, as a graph. */

import type { Tensor2D } from "../tf.ts";
import type { Layer } from "./layers.ts";

/** An operation, as a node of a graph. */
export interface Operation {
  /** Unique in its graph. */
  readonly name: string;
  /** What it does: "Relu", "Mul". */
  readonly op: string;
  /** Names of the nodes that it takes. */
  readonly input: readonly string[];
  /** Shape of its result, −1 for the batch. Default: unknown. */
  readonly shape?: readonly number[];
}

/** The operations of a layer. */
export interface Traced {
  /** Operations in order. Beside each other they take x, u, g, the own parameters and numbers. */
  readonly operations: readonly Operation[];
  /** Name of the result. */
  readonly y: string;
}

const G = 73 / 256; // 1 − g is exact, and no layer has either as a constant

/**
 * Runs `layer.forward` on stand-ins for tensors that write down which of their methods is called,
 * and with what: `y = g·relu(u) + (1−g)·x` is Relu, two Mul, Sub and Add. A layer that calls
 * functions of TensorFlow.js instead, such as `tf.add(x, u)`, is one operation, "Layer".
 *
 * @param taken names that no operation gets
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { layers } from "gradnets/model/layers.ts";
 * import { tracedLayer } from "gradnets/model/traced.ts";
 *
 * const { operations, y } = tracedLayer(layers["identity-grelu"]);
 * assertEquals(operations.map(({ name, input }) => `${name}(${input})`),
 *   ["Relu(u)", "Mul(Relu,g)", "Sub(1,g)", "Mul_1(x,Sub)", "Add(Mul,Mul_1)"]);
 * assertEquals(y, "Add");
 * ```
 */
export function tracedLayer(layer: Layer, taken: readonly string[] = []): Traced {
  const names = Object.keys(layer.parameters ?? {}), recorder = new Recorder(taken);
  const own = Object.fromEntries(names.map((name) => [name, recorder.tensor(name)]));
  try {
    const y = layer.forward(recorder.tensor("x"), recorder.tensor("u"), G, own);
    return { operations: recorder.operations, y: recorder.nameOf(y) };
  } catch { // it needs more of a tensor than methods
    const all = { name: "Layer", op: "Layer", input: ["x", "u", "g", ...names] };
    return { operations: [all], y: all.name };
  }
}

class Recorder {
  readonly operations: Operation[] = [];
  readonly #names = new Map<unknown, string>();
  readonly #taken: readonly string[];

  constructor(taken: readonly string[]) {
    this.#taken = taken;
  }

  /** A stand-in for a tensor: every method of it is an operation. */
  tensor(name: string): Tensor2D {
    const stand = new Proxy({}, {
      get: (_, method) => (...args: unknown[]) => {
        if (typeof method !== "string") throw new TypeError("A stand-in is no number or list");
        if (method === "clone") return stand;
        return this.tensor(this.#add(method, [stand, ...args]));
      },
    });
    this.#names.set(stand, name);
    return stand as Tensor2D;
  }

  /** Name of the node that makes a value. */
  nameOf(value: unknown): string {
    const known = this.#names.get(value);
    if (known !== undefined) return known;
    if (typeof value !== "number") throw new TypeError("It is no tensor and no number");
    if (value === G) return "g";
    if (value !== 1 - G) return String(value);
    const made = this.operations.find(({ op, input }) => op === "Sub" && input.join() === "1,g");
    return made?.name ?? this.#add("sub", [1, G]);
  }

  #add(method: string, args: readonly unknown[]): string {
    const input = args.map((arg) => this.nameOf(arg));
    const op = method.charAt(0).toUpperCase() + method.slice(1);
    const before = [...this.#taken, ...this.operations.map(({ op }) => op)]
      .filter((other) => other === op).length;
    const name = before === 0 ? op : `${op}_${before}`;
    this.operations.push({ name, op, input });
    return name;
  }
}
