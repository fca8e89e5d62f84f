/** Chooses the engine of a model: the fused kernels where they can run, else the reference. */

import * as tf from "../tf.ts";
import { GradNet } from "../model/gradnet.ts";
import type { Model } from "../model/model.ts";
import type { Engine, EngineOptions } from "./engine.ts";
import { FusedEngine, whyNotFused } from "./fused_engine.ts";
import { VariablesHome } from "./lazy.ts";
import { ReferenceEngine } from "./reference.ts";
import { startThread } from "./thread.ts";

/** Kernels to choose from. */
export type KernelChoice = "fused" | "reference";

const warned = new Set<string>();

/**
 * Makes the engine that was asked for. Falls back to the reference where the fused kernels cannot
 * run, with a warning if the net is a GradNet.
 */
export function chooseEngine(choice: KernelChoice, options: EngineOptions<Model>): Engine {
  if (choice === "reference") return new ReferenceEngine(options);
  const { net } = options;
  if (!(net instanceof GradNet)) return new ReferenceEngine(options, "the net is not a GradNet");
  const backend = tf.getBackend();
  let why = backend === "wasm" ? undefined : `the backend is ${backend}, not wasm`;
  why ??= whyNotFused({ ...options, net });
  if (why === undefined) {
    try {
      return new FusedEngine({ ...options, net }, { home: new VariablesHome(net), startThread });
    } catch (error) {
      why = `the fused kernels do not start: ${error instanceof Error ? error.message : error}`;
    }
  }
  if (!warned.has(why)) {
    console.warn(`Training on the reference, some seven times slower: ${why}`);
    warned.add(why);
  }
  return new ReferenceEngine(options, why);
}
