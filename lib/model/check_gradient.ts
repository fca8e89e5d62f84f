/** Checks the gradients of a layer by central differences. */

import { at } from "../at.ts";
import * as tf from "../tf.ts";
import { callable, refuseUnknown } from "../validate.ts";
import { type Drawn, drawn, gradientsOf } from "./check_layer.ts";
import type { Layer } from "./layers.ts";
import { inScope } from "./scope.ts";

/** How the gradient of one argument of a layer compares with central differences. */
export interface GradientCheck {
  /** The argument: "x", "u", or one of the layer's own parameters. */
  readonly of: string;
  /** Entries that were compared. */
  readonly compared: number;
  /** Entries at a kink, such as that of relu, where there is no slope to compare with. */
  readonly kinks: number;
  /** Largest |gradient|. */
  readonly largest: number;
  /** Largest |gradient − difference|. */
  readonly error: number;
}

const STEP = 1e-2; // float32: much smaller, and rounding is all that is left
const TOLERANCE = 2e-3; // of 1 + |gradient|
const GS = [0, 0.37, 1];

/**
 * Compares the gradients that a layer trains with, those of its `backward` or of automatic
 * differentiation, with central differences of `forward`, (L(v+h) − L(v−h))/2h, h = 0.01, at random
 * x, u and own parameters, L = Σ dy·y with random dy, at g = 0, 0.37 and 1. Where h and h/2 give two
 * slopes, the entry is at a kink and left out.
 *
 * `checkLayer` compares `backward` with automatic differentiation; this needs neither to be right.
 *
 * @returns a row for x, for u and for each own parameter
 * @throws {RangeError} if a gradient is wrong or missing; it is named, with both values
 * @throws {TypeError} if it is no layer
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { checkGradient, type Layer, startBackend } from "gradnets";
 *
 * await startBackend();
 * const rezero: Layer = {
 *   formula: "y = x + α·relu(u)",
 *   parameters: { alpha: { shape: () => [], start: 0 } },
 *   forward: (x, u, _g, { alpha }) => x.add(u.relu().mul(alpha!)),
 * };
 * assertEquals(checkGradient(rezero).map(({ of }) => of), ["x", "u", "alpha"]);
 * const wrong: Layer = { ...rezero, backward: (dy, _x, u, _g, { alpha }) =>
 *   ({ du: dy.mul(alpha!), dx: dy, own: { alpha: dy.mul(u.relu()).sum() } }) }; // and step(u)?
 * assertThrows(() => checkGradient(wrong), RangeError, "du is");
 * ```
 */
export function checkGradient(layer: Layer): GradientCheck[] {
  callable()(layer?.forward, "Cannot check a gradient: forward of the layer");
  const known = ["formula", "parameters", "forward", "backward"];
  refuseUnknown(layer, known, "Cannot check a gradient: Layer");
  const found = GS.map((g) => inScope(() => checkAt(layer, g)));
  return at(found, 0).map(({ of }, i) => {
    const all = found.map((rows) => at(rows, i));
    const sum = (one: (row: GradientCheck) => number) => all.reduce((n, row) => n + one(row), 0);
    const max = (one: (row: GradientCheck) => number) => Math.max(...all.map(one));
    return {
      of,
      compared: sum(({ compared }) => compared),
      kinks: sum(({ kinks }) => kinks),
      largest: max(({ largest }) => largest),
      error: max(({ error }) => error),
    };
  });
}

function checkAt(layer: Layer, g: number): GradientCheck[] {
  const where = drawn(layer), values = where.args.map(([, arg]) => arg.dataSync<"float32">());
  const gradients = gradientsOf(layer, where, g);
  return where.args.map(([name, arg], i) => {
    const gradient = gradients[i]?.dataSync<"float32">() ?? new Float32Array(arg.size);
    let kinks = 0, largest = 0, error = 0;
    for (let j = 0; j < arg.size; j++) {
      const slope = (h: number) => difference(layer, where, values, g, { arg: i, entry: j, h });
      const expected = slope(STEP), half = slope(STEP / 2), is = at(gradient, j);
      const allowed = TOLERANCE * (1 + Math.abs(expected));
      if (Math.abs(expected - half) > allowed) {
        kinks++;
        continue;
      }
      if (!(Math.abs(is - expected) <= allowed)) throw wrong(layer, name, g, is, expected);
      largest = Math.max(largest, Math.abs(is));
      error = Math.max(error, Math.abs(is - expected));
    }
    return { of: name, compared: arg.size - kinks, kinks, largest, error };
  });
}

/** (L(v+h) − L(v−h))/2h, v being one entry of one argument; sums in float64. */
function difference(
  layer: Layer,
  { args, dy }: Drawn,
  values: readonly Float32Array[],
  g: number,
  { arg, entry, h }: { readonly arg: number; readonly entry: number; readonly h: number },
): number {
  const dys = dy.dataSync<"float32">();
  const moved = Float32Array.from(at(values, arg)), before = at(moved, entry);
  const ys = [before + h, before - h].map((value) => {
    moved[entry] = value;
    const tensors = args.map(([, tensor], i) =>
      i === arg ? tf.tensor(moved.slice(), tensor.shape) : tensor
    );
    const [x, u, ...own] = tensors as [tf.Tensor2D, tf.Tensor2D, ...tf.Tensor[]];
    const names = args.slice(2).map(([name]) => name);
    const byName = Object.fromEntries(names.map((name, i) => [name, at(own, i)]));
    return { value: Math.fround(value), y: layer.forward(x, u, g, byName).dataSync<"float32">() };
  });
  const [up, down] = [at(ys, 0), at(ys, 1)];
  const change = dys.reduce((sum, dy, i) => sum + dy * (at(up.y, i) - at(down.y, i)), 0);
  return change / (up.value - down.value);
}

function wrong({ formula }: Layer, name: string, g: number, is: number, expected: number) {
  const of = name === "x" || name === "u" ? `d${name}` : `own.${name}`;
  return new RangeError(
    `The gradient of the layer "${formula}" is wrong: its ${of} is ${is}, where central ` +
      `differences of forward give ${expected}, at g = ${g}`,
  );
}
