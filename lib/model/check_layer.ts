/** Checks a layer's hand-written derivatives by automatic differentiation. */

import { at } from "../at.ts";
import * as tf from "../tf.ts";
import { Random } from "../random.ts";
import type { Layer } from "./layers.ts";

const BATCH = 4, WIDTH = 5;
const TOLERANCE = 1e-3; // float32, and values near 1

/**
 * Compares {@linkcode Layer.backward} with automatic differentiation of
 * {@linkcode Layer.forward}, at random x and u and at g = 0, 0.37 and 1. A layer without `backward`
 * is right by construction. A network with wrong derivatives trains, but badly: `GradNet` runs this
 * check on every custom layer.
 *
 * @throws {RangeError} if a derivative is wrong or missing; it is named, with both values
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkLayer, type Layer, startBackend } from "gradnets";
 *
 * await startBackend();
 * const forgetful: Layer = {
 *   formula: "y = x + relu(u)",
 *   forward: (x, u) => x.add(u.relu()),
 *   backward: (dy, _x, u) => ({ du: dy.mul(u.step()) }), // and dx?
 * };
 * assertThrows(() => checkLayer(forgetful), RangeError, "its dx is missing");
 * checkLayer({ ...forgetful, backward: (dy, _x, u) => ({ du: dy.mul(u.step()), dx: dy }) });
 * ```
 */
export function checkLayer(layer: Layer): void {
  if (!layer.backward) return;
  for (const g of [0, 0.37, 1]) tf.tidy(() => compare(layer, g));
}

/** Random arguments of a layer, and a random ∂L/∂y. */
export interface Drawn {
  /** x and u [batch, width], and the own parameters, by name. */
  readonly args: readonly (readonly [name: string, value: tf.Tensor])[];
  /** [batch, width] */
  readonly dy: tf.Tensor2D;
}

/** Draws arguments for a layer, always the same. Call in a scope. */
export function drawn({ parameters = {} }: Layer): Drawn {
  const random = new Random(1);
  const draw = (shape: number[]) =>
    tf.tensor(
      Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()),
      shape,
    );
  const x = draw([BATCH, WIDTH]), u = draw([BATCH, WIDTH]), dy = matrix(draw([BATCH, WIDTH]));
  const own = Object.entries(parameters)
    .map(([name, { shape }]) => [name, draw(shape(WIDTH))] as const);
  return { args: [["x", x], ["u", u], ...own], dy };
}

/** Gradients of Σ dy·y by automatic differentiation; none where y does not depend on it. */
function differentiated(layer: Layer, { args, dy }: Drawn, g: number) {
  const [x, u, ...own] = args;
  const L = () =>
    tf.sum(tf.mul(dy, layer.forward(matrix(x?.[1]), matrix(u?.[1]), g, Object.fromEntries(own))));
  const tensors = args.map(([, arg]) => arg);
  return tf.engine().gradients(L as () => tf.Scalar, tensors, undefined, true).grads;
}

/** Gradients by the layer's own `backward`; undefined where it gives none. */
function handWritten(layer: Required<Pick<Layer, "backward">>, { args, dy }: Drawn, g: number) {
  const [x, u, ...own] = args;
  const found = layer.backward(dy, matrix(x?.[1]), matrix(u?.[1]), g, Object.fromEntries(own));
  return [found.dx, found.du, ...own.map(([name]) => found.own?.[name])];
}

/** Gradients of Σ dy·y that the layer trains with, in the order of `args`. Call in a scope. */
export function gradientsOf(layer: Layer, where: Drawn, g: number) {
  const { backward } = layer;
  return backward ? handWritten({ backward }, where, g) : differentiated(layer, where, g);
}

function compare(layer: Layer, g: number): void {
  const where = drawn(layer), right = differentiated(layer, where, g);
  gradientsOf(layer, where, g).forEach((part, i) => {
    const [name, arg] = at(where.args, i);
    const of = name === "x" || name === "u" ? `d${name}` : `own.${name}`;
    // An argument that y does not depend on gets no gradient: it is 0.
    assertEqual(layer, g, of, part, right[i] ?? tf.zerosLike(arg));
  });
}

const matrix = (t: tf.Tensor | undefined) => t as tf.Tensor2D;

function assertEqual(
  { formula }: Layer,
  g: number,
  name: string,
  found: tf.Tensor | undefined,
  expected: tf.Tensor,
): void {
  const right = expected.dataSync();
  const wrong = `Cannot use the layer "${formula}": its ${name}`;
  if (found && `${found.shape}` !== `${expected.shape}`) {
    throw new RangeError(
      `${wrong} has the shape [${found.shape}], but must have [${expected.shape}]`,
    );
  }
  const values = found?.dataSync() ?? new Float32Array(right.length);
  const i = right.findIndex((value, i) =>
    !(Math.abs((values[i] ?? NaN) - value) <= TOLERANCE * (1 + Math.abs(value)))
  );
  if (i < 0) return;
  throw new RangeError(
    found
      ? `${wrong} is ${values[i]} where automatic differentiation of forward gives ${
        right[i]
      }, at g = ${g}`
      : `${wrong} is missing, where automatic differentiation of forward gives ${
        right[i]
      }, at g = ${g}`,
  );
}
