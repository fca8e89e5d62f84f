/**
 * The core of GradNets, for any runtime with WebAssembly SIMD: no TensorFlow.js, no Deno, no Node, no
 * DOM. An `Architecture` describes a network, a `FusedEngine` computes it, a `Trainer` trains it. The
 * same seed gives the same numbers everywhere.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Architecture, drawnDataset, FusedEngine, Trainer } from "gradnets/core";
 *
 * const net = new Architecture({ depth: 10, layer: "identity-grelu", seed: 1 });
 * const data = drawnDataset({ train: 500, validation: 50, test: 100 });
 * const trainer = new Trainer({ net, data, engine: (options) => new FusedEngine(options) });
 * for await (const point of trainer.run({ epochs: 1 })) assert(point.loss > 0);
 * trainer.dispose();
 * ```
 *
 * @module
 */

export { Random, type RandomState } from "./random.ts";

export {
  type Idx,
  type IdxArrays,
  type IdxOf,
  type IdxType,
  parseIdx,
  writeIdx,
} from "./data/idx.ts";
export { type Dataset, type DatasetFiles, makeDataset, type Split } from "./data/dataset.ts";
export { type Batch, Batches, type BatchesOptions, splitImages } from "./data/batches.ts";
export {
  type Digits,
  drawDigit,
  type DrawDigitOptions,
  drawDigits,
  type DrawDigitsOptions,
  drawnDigits,
  type DrawnDigitsOptions,
  type DrawnFiles,
} from "./data/drawn.ts";
export { drawnDataset, type DrawnDatasetOptions } from "./data/drawn_dataset.ts";

export { Architecture, type GradNetOptions, type Parameter } from "./model/architecture.ts";
export type { HiddenInit } from "./model/initial.ts";
export { type Layer, type LayerKind, layerKinds } from "./model/layers.ts";
export type { Network } from "./model/model.ts";
export type { G } from "./model/g.ts";

export type {
  Engine,
  EngineFactory,
  EngineOptions,
  EngineState,
  Found,
  PassOptions,
} from "./engine/engine.ts";
export type { Inspection } from "./engine/failure.ts";
export type { Progress } from "./engine/progress.ts";
export {
  FusedEngine,
  type FusedEngineOptions,
  type Home,
  whyNotFused,
} from "./engine/fused_engine.ts";
export type { Optimizer, OptimizerRecipe, OptimizerState } from "./engine/optimizer.ts";

export { accuracy, type Evaluation } from "./train/accuracy.ts";
export * from "./train/optimizers.ts";
export { Diverged, type DivergedAt } from "./train/diverged.ts";
export type { Point, Step } from "./train/metrics.ts";
export type { Running, RunOptions } from "./train/running.ts";
export { type ByHand, type Hand, type Manual, manual } from "./train/manual.ts";
export {
  anneal,
  type AnnealOptions,
  constant,
  decay,
  type DecayOptions,
  type LayerSchedule,
  ramp,
  type RampOptions,
  type Schedule,
} from "./train/schedules.ts";
export {
  capped,
  everySecond,
  type EverySecondOptions,
  frozen,
  gradualKeep,
  type GradualKeepOptions,
  perLayer,
  type PerLayerOptions,
  reversed,
  warmup,
} from "./train/shaped.ts";
export type { Checkpoint, Identity, Notes } from "./train/checkpoint.ts";
export type { Place } from "./train/position.ts";
export { parseCheckpoint, writeCheckpoint } from "./train/checkpoint_file.ts";
export {
  type EvaluateOptions,
  type RewindOptions,
  type Scheduled,
  Trainer,
  type TrainerOptions,
} from "./train/trainer.ts";
export type { Trouble, Warning } from "./train/watch.ts";

export { type Recipe, recipeOf } from "./sweep/recipe.ts";
