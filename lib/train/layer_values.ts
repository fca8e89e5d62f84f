/** Weights, gradients and activations of each layer, for histograms. */

import { gradients, trainable } from "../engine/objective.ts";
import { GradNet } from "../model/gradnet.ts";
import { activations } from "../model/jacobian.ts";
import type { Model } from "../model/model.ts";
import { inScope } from "../model/scope.ts";
import * as tf from "../tf.ts";
import type { Trainer } from "./trainer.ts";

/** Values by tag. */
export type Values = Readonly<Record<string, Float32Array>>;

/**
 * Collects the values that histograms are made of, at the present iteration and g, without dropout,
 * on the batch of the next step. Changes nothing, and is slow: it runs on the readable reference.
 *
 * Of a `GradNet`, for each layer: `weights/layer1` [width·width], `gradients/layer1`, the same for
 * ∂cross-entropy/∂W, and `activations/layer1` [batch·width], its y, or the logits of the last layer;
 * and `weights/NAME`, `gradients/NAME` of each own parameter of the layers, all layers in one. Biases
 * are left out. Of any other model, `weights/NAME` and `gradients/NAME` of each trainable variable.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { drawnDataset, GradNet, layerValues, startBackend, Trainer } from "gradnets";
 *
 * await startBackend();
 * const net = new GradNet({ width: 8, depth: 4 });
 * const trainer = new Trainer({ net, data: drawnDataset({ train: 100, test: 20 }) });
 * const values = layerValues(trainer);
 * assertEquals(values["weights/layer1"]?.length, 64);
 * assertEquals(values["gradients/layer1"]?.every((gradient) => gradient === 0), true); // g is 0
 * assertEquals(values["activations/layer3"]?.length, 500); // the logits of 50 images
 * trainer.dispose();
 * net.dispose();
 * ```
 */
export function layerValues(trainer: Trainer<Model>): Values {
  const { net, batch, logEpsilon } = trainer, { gOfLayers: g } = trainer.schedule();
  return inScope(() => {
    const x = tf.tensor2d(batch.images, [batch.labels.length, net.inputs]);
    const labels = tf.oneHot(tf.tensor1d(batch.labels, "int32"), net.classes);
    const found = gradients(net, x, labels, { g }, logEpsilon).gradients;
    if (!(net instanceof GradNet)) {
      return { ...tagged("weights", trainable(net)), ...tagged("gradients", found) };
    }
    const ys = [...activations(net, x, g), net.logits(x, { g }).dataSync<"float32">()];
    return {
      ...tagged("weights", byLayer(net, net.variables)),
      ...tagged("gradients", byLayer(net, found)),
      ...Object.fromEntries(ys.map((y, l) => [`activations/layer${l}`, y])),
    };
  });
}

type Tensors = Readonly<Record<string, tf.Tensor>>;

/** The weights of each layer, cut out of their stack, and the own parameters. */
function byLayer(net: GradNet, of: Tensors): Readonly<Record<string, Float32Array | tf.Tensor>> {
  const { firstW, hiddenW, lastW } = of, size = net.width ** 2;
  const stack = hiddenW?.dataSync<"float32">() ?? new Float32Array();
  const hidden = Array.from(
    { length: net.hidden },
    (_, l) => [`layer${l + 1}`, stack.subarray(l * size, (l + 1) * size)] as const,
  );
  const own = Object.keys(net.own).flatMap((name) => of[name] ? [[name, of[name]] as const] : []);
  return {
    ...firstW && { layer0: firstW },
    ...Object.fromEntries(hidden),
    ...lastW && { [`layer${net.depth - 1}`]: lastW },
    ...Object.fromEntries(own),
  };
}

function tagged(group: string, of: Readonly<Record<string, Float32Array | tf.Tensor>>): Values {
  return Object.fromEntries(
    Object.entries(of).map(([name, values]) => [
      `${group}/${name}`,
      values instanceof Float32Array ? values : values.dataSync<"float32">(),
    ]),
  );
}
