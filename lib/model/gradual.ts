/** Interpolates between any two layers: the paper's idea. */

import type { Tensor, Tensor2D } from "../tf.ts";
import type { Layer, LayerGradients, Own } from "./layers.ts";

/**
 * y = (1−g)·early + g·late.
 *
 * Both get the same x and u, and share own parameters of the same name. `identity` and
 * `plain` make "identity-grelu", `linear` and `plain` make "linear-grelu".
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
 * const y = tf.tidy(() => layer.forward(x, u, 0.25, {})); // ¾·x + ¼·relu(u)
 * assertEquals([...y.dataSync()], [0.75, 3.5]);
 * tf.dispose([x, u, y]);
 * ```
 */
export function gradual(early: Layer, late: Layer): Layer {
  const parameters = { ...early.parameters, ...late.parameters };
  const { backward: earlyBackward } = early, { backward: lateBackward } = late;
  return {
    formula: `(1−g)·(${early.formula}) + g·(${late.formula})`,
    ...(Object.keys(parameters).length > 0 && { parameters }),
    forward(x, u, g, own) {
      const from = early.forward(x, u, g, own), to = late.forward(x, u, g, own);
      sameShape(from, to);
      return blend(from, to, g)!;
    },
    ...(earlyBackward && lateBackward && {
      backward: (dy: Tensor2D, x: Tensor2D, u: Tensor2D, g: number, own: Own) =>
        blendGradients(earlyBackward(dy, x, u, g, own), lateBackward(dy, x, u, g, own), g),
    }),
  };
}

/** (1−g)·early + g·late; a missing one counts as 0. */
function blend<T extends Tensor>(
  early: T | undefined,
  late: T | undefined,
  g: number,
): T | undefined {
  if (early && late) return early.mul<T>(1 - g).add(late.mul(g));
  return early ? early.mul(1 - g) : late?.mul(g);
}

function blendGradients(early: LayerGradients, late: LayerGradients, g: number): LayerGradients {
  const dx = blend(early.dx, late.dx, g);
  const names = new Set([...Object.keys(early.own ?? {}), ...Object.keys(late.own ?? {})]);
  const own = Object.fromEntries(
    [...names].map((name) => [name, blend(early.own?.[name], late.own?.[name], g)!]),
  );
  return { du: blend(early.du, late.du, g)!, ...(dx && { dx }), ...(names.size > 0 && { own }) };
}

// A sum would stretch a row over the batch, and hide the mistake.
function sameShape(early: Tensor, late: Tensor): void {
  if (`${early.shape}` !== `${late.shape}`) {
    throw new RangeError(
      "Cannot turn one layer into another: expected outputs of one shape, " +
        `but early gives [${early.shape}] and late [${late.shape}]`,
    );
  }
}
