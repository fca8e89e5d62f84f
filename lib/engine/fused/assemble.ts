/** Everything that a module of fused kernels holds, and what it exports. */

import { publish } from "./adam.ts";
import type { EvaluationKernel } from "./classifier.ts";
import type { LayerForm } from "./layer.ts";
import type { Layout } from "./layout.ts";
import { ModuleBuilder } from "./module.ts";
import { Network } from "./network.ts";
import { unpack } from "./pixels.ts";
import { defaultRule, update, type UpdateRule } from "./update.ts";

/** What the module exports. All of it takes the g of each hidden layer from the region "shares". */
export interface Kernels extends EvaluationKernel {
  /** Forward of the batch, with dropout. */
  train(key1: number, key2: number, limit: number, scale: number): void;
  /** Forward without, but keeping what {@linkcode backward} needs. */
  measure(): void;
  /** All gradients but that of lastB, from ∂L/∂logits in the logits' place. */
  backward(): void;
  /** See update.ts. */
  update(from: number, end: number, rate: number, penalty: number): void;
  /** Copies every parameter, without padding, to where it is published. */
  publish(): void;
}

/** Assembles the module for one layout and kind of layer, in a memory that is `shared` or not. */
export function assemble(
  layout: Layout,
  kind: LayerForm,
  relaxed: boolean,
  shared: boolean,
  rule: UpdateRule = defaultRule,
): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(layout.pages, shared);
  const network = new Network(module, layout, kind, relaxed);
  network.forward("train", "masks");
  network.forward("measure", "factors");
  if (layout.sizes.images) network.evaluate();
  network.backward();
  update(module, layout, rule);
  unpack(module, layout.at("held"));
  const copies = Object.values(layout.matrices).map((matrix) => publish(module, layout, matrix));
  module.add("publish", [], undefined, () => copies);
  return module.bytes;
}

/** Assembles an {@linkcode EvaluationKernel} alone, in a shared memory. */
export function assembleEvaluation(
  layout: Layout,
  kind: LayerForm,
  relaxed: boolean,
): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(layout.pages, true);
  new Network(module, layout, kind, relaxed).evaluate();
  unpack(module, layout.at("held"));
  return module.bytes;
}
