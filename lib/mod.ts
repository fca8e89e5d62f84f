/**
 * GradNets on TensorFlow.js: everything for custom experiments in one import. A `Trainer` trains a
 * `GradNet`, or any other `Model`, on fused kernels where it can.
 *
 * Other entries are `gradnets/core`, for any runtime without TensorFlow.js, and
 * `gradnets/files`, `gradnets/sweep`, `gradnets/notebook` and `gradnets/notebook/figures`.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { anneal, drawnDataset, GradNet, startBackend, Trainer } from "gradnets";
 *
 * await startBackend();
 * const data = drawnDataset({ train: 500, validation: 50, test: 100 }); // or await loadDataset()
 * const net = new GradNet({ depth: 10, layer: "identity-grelu", seed: 1 });
 * const trainer = new Trainer({ net, data, g: anneal({ epochs: 10 }) });
 * for await (const point of trainer.run({ epochs: 1 })) assert(point.loss > 0);
 * trainer.dispose();
 * net.dispose();
 * ```
 *
 * @module
 */

export { Random, type RandomState } from "./random.ts";

export type { Dataset, Split } from "./data/dataset.ts";
export { type Batch, Batches, type BatchesOptions, splitImages } from "./data/batches.ts";
export { drawnDataset } from "./data/drawn_dataset.ts";
export { loadDataset, type LoadOptions } from "./files/mnist.ts";

export { type Backend, startBackend } from "./model/backend.ts";
export {
  identity,
  type Layer,
  type LayerGradients,
  type LayerKind,
  layerKinds,
  type LayerParameter,
  layers,
  linear,
  type Own,
} from "./model/layers.ts";
export { checkGradient, type GradientCheck } from "./model/check_gradient.ts";
export { checkLayer } from "./model/check_layer.ts";
export { gradual } from "./model/gradual.ts";
export type { G } from "./model/g.ts";
export type { HiddenInit } from "./model/initial.ts";
export type { GradNetOptions, Parameter } from "./model/architecture.ts";
export type { LogitsOptions, Model, Network } from "./model/model.ts";
export { GradNet, type Variables } from "./model/gradnet.ts";
export {
  GradualBatchNorm,
  type GradualBatchNormOptions,
  type NormOptions,
  type Statistics,
} from "./model/gradual_norm.ts";
export { mergeLinear } from "./model/merge.ts";
export { NormedNet, type NormedNetOptions } from "./model/normed_net.ts";
export { GlimpseNet, type GlimpseNetOptions, type Window } from "./model/glimpse_net.ts";
export { type LayerProbe, type Probe, probe, type ProbeOptions } from "./model/probes.ts";
export { activations, layerJacobian } from "./model/jacobian.ts";
export { linearR2, singularValues } from "./model/linearity.ts";

export { type Hand, type Manual, manual } from "./train/manual.ts";
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

export type { Optimizer, OptimizerRecipe, OptimizerState } from "./engine/optimizer.ts";
export * from "./train/optimizers.ts";
export { interpolated, type InterpolatedOptions } from "./train/interpolated.ts";
export { crossEntropy } from "./engine/objective.ts";
export type { KernelChoice } from "./engine/choose.ts";
export type { Progress } from "./engine/progress.ts";

export { Diverged } from "./train/diverged.ts";
export type { Evaluation } from "./train/accuracy.ts";
export type { Point, Step } from "./train/metrics.ts";
export type { RunOptions } from "./train/running.ts";
export type { Scheduled } from "./train/trainer.ts";
export type { Trouble, Warning } from "./train/watch.ts";
export {
  ModelTrainer as Trainer,
  type ModelTrainerOptions as TrainerOptions,
} from "./train/model_trainer.ts";
export type { Checkpoint, Identity, Notes } from "./train/checkpoint.ts";
export { parseCheckpoint, writeCheckpoint } from "./train/checkpoint_file.ts";
export type { RewindOptions } from "./train/trainer.ts";
export { logPath, type SummaryOptions, SummaryWriter } from "./train/summaries.ts";
export type { Hparams } from "./train/events.ts";
export { layerValues, type Values } from "./train/layer_values.ts";

export { type Recipe, recipeOf } from "./sweep/recipe.ts";
export type { CurvePoint, Result } from "./sweep/results.ts";
export type { KeepRuns } from "./sweep/kept_run.ts";
export { runRecipe, type RunRecipeOptions } from "./sweep/run.ts";
export { runSweep, type RunSweepOptions } from "./sweep/run_sweep.ts";
