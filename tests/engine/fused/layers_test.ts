/** The kernels' table of layers beside the readable one. */

import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { hasKernels, hasSkip, isGated, kernelKinds, layers } from "gradnets/engine/fused/layers.ts";
import { startBackend } from "gradnets/model/backend.ts";
import { layerKinds, layers as readable } from "gradnets/model/layers.ts";

Deno.test("every kind of layer has kernels, and nothing else", () => {
  assertEquals(kernelKinds, layerKinds);
  assertEquals(["custom", "toString", "", "constructor"].filter(hasKernels), []);
});

Deno.test("a layer has a skip, and gates, in the kernels where the readable one has", async () => {
  await startBackend();
  tf.tidy(() => {
    const one = tf.ones<tf.Rank.R2>([1, 1]), own = { gateW: one, gateB: one };
    for (const kind of kernelKinds) {
      const { backward, parameters = {} } = readable[kind];
      const { dx } = backward!(one, one, one, 0.5, own);
      assertEquals(hasSkip(layers[kind]), dx !== undefined, kind);
      assertEquals(isGated(layers[kind]), "gateW" in parameters, kind);
    }
  });
});
