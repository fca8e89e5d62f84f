/**
 * What a trainer computes with: the readable reference, or kernels that do the same in less time.
 * Nobody but the trainer needs to know which.
 */

import * as tf from "@tensorflow/tfjs";
import type { Batch } from "../data/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import type { GradNet } from "../model/gradnet.ts";
import { hasKernels } from "./fused/layers.ts";
import type { Share } from "../model/share.ts";
import { hasSimd } from "./fused/support.ts";
import type { Evaluation } from "./evaluate.ts";
import { FusedEngine } from "./fused_engine.ts";
import type { Step } from "../train/metrics.ts";
import type { OptimizerRecipe } from "./optimizer.ts";
import { ReferenceEngine } from "./reference.ts";
import type { At } from "../train/schedules.ts";

/** What an {@linkcode Engine} is made of; all of it as the trainer's options have it. */
export interface EngineOptions {
  readonly net: GradNet;
  readonly data: Dataset;
  readonly batchSize: number;
  readonly seed: number;
  readonly l1: number;
  readonly logEpsilon: number;
  readonly optimizer: OptimizerRecipe;
  /** Threads that evaluate. Default: see {@linkcode TrainerOptions}. */
  readonly threads?: 1 | 2;
}

/** What one pass over a batch finds. */
export type Norms = Pick<Step, "crossEntropy" | "weightNorm" | "gradientNorm">;

/** Where a training step stands. */
export interface StepAt extends At {
  readonly g: Share;
  readonly learningRate: number;
  /** Share of units that dropout keeps. */
  readonly keep: number;
}

/** Computes for a trainer. */
export interface Engine {
  /** Which kernels these are, for people. */
  readonly kernels: string;
  /**
   * Forward and backward with dropout, then `describe`, and only if that does not throw the
   * update.
   *
   * @returns what `describe` gave
   */
  train<T>(batch: Batch, at: StepAt, describe: (norms: Norms) => T): T;
  /** Forward and backward without dropout; changes nothing. */
  measure(batch: Batch, g: Share): Norms & { readonly accuracy: number };
  /** Classifies every test image, without dropout. */
  evaluate(g: Share): Evaluation;
  /** Frees all but the net. */
  dispose(): void;
}

/** Kernels that can be asked for. */
export type KernelChoice = "fused" | "reference";

const warned = new Set<string>();

/** The engine that was asked for; the reference, with a warning, where the fused kernels cannot run. */
export function makeEngine(choice: KernelChoice, options: EngineOptions): Engine {
  if (choice === "reference") return new ReferenceEngine(options);
  let why = whyNotFused(options);
  if (why === undefined) {
    try {
      return new FusedEngine(options);
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

function whyNotFused({ net, optimizer }: EngineOptions): string | undefined {
  const backend = tf.getBackend();
  if (backend !== "wasm") return `the backend is ${backend}, not wasm`;
  if (!hasKernels(net.layer)) return `there is no fused kernel for "${net.layer}" layers`;
  if (!optimizer.fused) return `there is no fused kernel for the optimizer "${optimizer.name}"`;
  if (!hasSimd()) return "this engine has no WebAssembly SIMD";
}
