/** The paper's idea for any two layers: the early one turns into the late one. */

import * as tf from "@tensorflow/tfjs";
import type { Layer } from "./layers.ts";

/**
 * y = (1−g)·early + g·late.
 *
 * Both take the same x and u, and the same t where either has a gate. `identity` and `plain` make
 * "identity-grelu", `linear` and `plain` make "linear-grelu".
 *
 * @throws {RangeError} in the forward pass, if the two outputs differ in shape
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { gradual } from "gradnets/model/gradual.ts";
 * import { identity, layers } from "gradnets/model/layers.ts";
 *
 * const layer = gradual(identity, layers.plain);
 * const x = tf.tensor2d([[1, 2]]), u = tf.tensor2d([[-4, 8]]);
 * const y = tf.tidy(() => layer.forward(x, u, 0.25)); // ¾·x + ¼·relu(u)
 * assertEquals([...y.dataSync()], [0.75, 3.5]);
 * tf.dispose([x, u, y]);
 * ```
 */
export function gradual(early: Layer, late: Layer): Layer {
  const blend = (early: tf.Tensor2D, late: tf.Tensor2D, g: number): tf.Tensor2D =>
    tf.add(tf.mul(1 - g, early), tf.mul(g, late));
  // What one of the two has not got is 0.
  const either = (
    early: tf.Tensor2D | undefined,
    late: tf.Tensor2D | undefined,
    g: number,
  ): tf.Tensor2D => {
    if (early && late) return blend(early, late, g);
    return early ? tf.mul(1 - g, early) : tf.mul(g, late!);
  };
  return {
    formula: `(1−g)·(${early.formula}) + g·(${late.formula})`,
    forward: (x, u, g, t) => {
      const from = early.forward(x, u, g, t), to = late.forward(x, u, g, t);
      sameShape(from, to);
      return blend(from, to, g);
    },
    du: (dy, u, g, t) => blend(early.du(dy, u, g, t), late.du(dy, u, g, t), g),
    ...((early.dx || late.dx) && {
      dx: (dy, g, t) => either(early.dx?.(dy, g, t), late.dx?.(dy, g, t), g),
    }),
    ...((early.dt || late.dt) && {
      dt: (dy, x, u, g) => either(early.dt?.(dy, x, u, g), late.dt?.(dy, x, u, g), g),
    }),
  };
}

// A sum would stretch a row over the batch, and hide the mistake.
function sameShape(early: tf.Tensor, late: tf.Tensor): void {
  if (`${early.shape}` !== `${late.shape}`) {
    throw new RangeError(
      "Cannot turn one layer into another: expected outputs of one shape, " +
        `but early gives [${early.shape}] and late [${late.shape}]`,
    );
  }
}
