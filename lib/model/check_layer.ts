/** Checks a layer's hand-written derivatives by automatic differentiation. */

import * as tf from "../tf.ts";
import { Random } from "../random.ts";
import type { Layer, Own } from "./layers.ts";

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

function compare(layer: Layer, g: number): void {
  const random = new Random(1);
  const draw = (shape: number[]) =>
    tf.tensor(
      Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()),
      shape,
    );
  const x = draw([BATCH, WIDTH]), u = draw([BATCH, WIDTH]), dy = draw([BATCH, WIDTH]);
  const names = Object.keys(layer.parameters ?? {});
  const own = names.map((name) => draw(layer.parameters![name]!.shape(WIDTH)));
  const byName = (values: readonly tf.Tensor[]): Own =>
    Object.fromEntries(names.map((name, i) => [name, values[i]!]));
  const args = [x, u, ...own];
  const L = () => tf.sum(tf.mul(dy, layer.forward(matrix(x), matrix(u), g, byName(own))));
  // An argument that y does not depend on gets no gradient: it is 0.
  const { grads } = tf.engine().gradients(L as () => tf.Scalar, args, undefined, true);
  const found = layer.backward!(matrix(dy), matrix(x), matrix(u), g, byName(own));
  const parts: [string, tf.Tensor | undefined][] = [
    ["dx", found.dx],
    ["du", found.du],
    ...names.map((name): [string, tf.Tensor | undefined] => [`own.${name}`, found.own?.[name]]),
  ];
  parts.forEach(([name, part], i) =>
    assertEqual(layer, g, name, part, grads[i] ?? tf.zerosLike(args[i]!))
  );
}

const matrix = (t: tf.Tensor) => t as tf.Tensor2D;

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
    !(Math.abs(values[i]! - value) <= TOLERANCE * (1 + Math.abs(value)))
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
