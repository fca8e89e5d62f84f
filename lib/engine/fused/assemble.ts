/** Everything that a module of fused kernels holds, and what it exports. */

import type { LayerKind } from "../../model/layers.ts";
import { adamKernel } from "./adam.ts";
import { backward } from "./backward.ts";
import type { EvaluationKernel } from "./classifier.ts";
import { evaluate } from "./evaluate.ts";
import { measuringForward, trainingForward } from "./forward.ts";
import type { Layout } from "./layout.ts";
import { ModuleBuilder } from "./module.ts";
import { Network } from "./network.ts";
import { publish } from "./publish.ts";
import type { RuleKernel } from "./rule_kernel.ts";
import { unpack } from "./unpack.ts";
import { update } from "./update.ts";

/** Exports of the module. They read the g of each hidden layer from the region "g". */
export interface Kernels extends EvaluationKernel {
  /** Forward of the batch, with dropout. */
  train(key1: number, key2: number, limit: number, scale: number): void;
  /** Forward without, but keeping what {@linkcode backward} needs. */
  measure(): void;
  /** All gradients but that of lastB, from ∂L/∂logits in the logits' place. */
  backward(): void;
  /** Weights from address `at` up to `end`; see update.ts. */
  update(at: number, end: number, rate: number, penalty: number): void;
  /** Copies every parameter, without padding, to where it is published. */
  publish(): void;
}

/** Assembles the module for one layout and kind of layer, in a memory that is `shared` or not. */
export function assemble(
  layout: Layout,
  kind: LayerKind,
  relaxed: boolean,
  shared: boolean,
  rule: RuleKernel = adamKernel(),
): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(layout.pages, shared);
  const network = new Network(module, layout, kind, relaxed);
  trainingForward(network);
  measuringForward(network);
  if (layout.sizes.images) evaluate(network);
  backward(network);
  update(module, layout, rule);
  unpack(module, layout.at("pool"));
  publish(module, layout);
  return module.bytes;
}

/** Assembles an {@linkcode EvaluationKernel} alone, in a shared memory. */
export function assembleEvaluation(
  layout: Layout,
  kind: LayerKind,
  relaxed: boolean,
): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(layout.pages, true);
  evaluate(new Network(module, layout, kind, relaxed));
  unpack(module, layout.at("pool"));
  return module.bytes;
}
