/** The kernels' table of layers beside the readable one. */

import { assertEquals } from "@std/assert";
import { hasKernels, hasSkip, isGated, kernelKinds, layers } from "gradnets/engine/fused/layers.ts";
import { layerKinds, layers as readable } from "gradnets/model/layers.ts";

Deno.test("every kind of layer has kernels, and nothing else", () => {
  assertEquals(kernelKinds, layerKinds);
  assertEquals(["custom", "toString", "", "constructor"].filter(hasKernels), []);
});

Deno.test("a layer has a skip, and gates, in the kernels where the readable one has", () => {
  for (const kind of kernelKinds) {
    const { dx, dt } = readable[kind];
    assertEquals(hasSkip(layers[kind]), dx !== undefined, kind);
    assertEquals(isGated(layers[kind]), dt !== undefined, kind);
  }
});
