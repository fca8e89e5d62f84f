/**
 * GradNets in Deno: the public face. Everything is re-exported from the room it lives in, so that
 * one import is enough in an experiment of your own. Figures and displays are in
 * `gradnets/notebook/`, because they are for notebooks alone.
 */

export { mix32, Random, type RandomState, streams } from "./random.ts";

export { type Idx, parseIdx, writeIdx } from "./data/idx.ts";
export { type Dataset, makeDataset, type Split } from "./data/dataset.ts";
export { type Batch, Batches, type BatchesOptions, splitImages } from "./data/batches.ts";
export { readIdx } from "./files/idx_file.ts";
export { loadDataset, type LoadOptions } from "./files/mnist.ts";
export { drawDigit, drawDigits, drawnDataset, drawnDigits } from "./data/drawn.ts";

export { type Backend, startBackend } from "./model/backend.ts";
export { dense, hiddenStack, unstack } from "./model/dense.ts";
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
export { checkLayer } from "./model/check_layer.ts";
export { Architecture, type GradNetOptions, type Parameter } from "./model/architecture.ts";
export type { LogitsOptions, Model, Network } from "./model/model.ts";
export { gradual } from "./model/gradual.ts";
export { type Share, shares } from "./model/share.ts";
export { type HiddenInit, orthogonal } from "./model/initial.ts";
export { GradNet, type Variables } from "./model/gradnet.ts";
export { type LayerProbe, type Probe, probe, type ProbeOptions } from "./model/probes.ts";
export { activations, layerJacobian } from "./model/jacobian.ts";
export { affineShare, singularValues } from "./model/linearity.ts";

export { FusedNet } from "./engine/fused/fused.ts";
export type { FusedOptions, Masks, Passed } from "./engine/fused/options.ts";
export type { AdamRule, SgdRule, UpdateRule } from "./engine/rules.ts";

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
  gradualKeep,
  type GradualKeepOptions,
  held,
  perLayer,
  type PerLayerOptions,
  reversed,
  stopped,
  warmup,
} from "./train/shaped.ts";
export type { Optimizer, OptimizerRecipe } from "./engine/optimizer.ts";
export { Adam, adam, type AdamOptions } from "./train/adam.ts";
export { Sgd, sgd, type SgdOptions } from "./train/sgd.ts";
export { interpolated, type InterpolatedOptions } from "./train/interpolated.ts";
export type { KernelChoice } from "./engine/choose.ts";
export type { Engine, EngineOptions } from "./engine/engine.ts";
export type { Progress } from "./engine/progress.ts";
export { accuracy, type Evaluation } from "./train/accuracy.ts";
export { Diverged } from "./train/diverged.ts";
export type { Point, Step } from "./train/metrics.ts";
export {
  crossEntropy,
  type Gradients,
  gradients,
  LOG_EPSILON,
  meanAbs,
  meanAbsGradient,
} from "./engine/objective.ts";
export type { RunOptions } from "./train/running.ts";
export type { Scheduled } from "./train/trainer.ts";
export {
  ModelTrainer as Trainer,
  type ModelTrainerOptions as TrainerOptions,
} from "./train/model_trainer.ts";
export { formatG, originalLines } from "./train/lines.ts";
export { logPath, SummaryWriter } from "./train/summaries.ts";

export { type Recipe, recipeOf } from "./sweep/recipe.ts";
export { differenceOf, nameOf } from "./sweep/words.ts";
export { type Training, trainingOf, type TrainingOptions } from "./sweep/build.ts";
export type { BuildModel } from "./sweep/models.ts";
export { type Grid, parseGrid, readGrid } from "./sweep/grid.ts";
export { type CurvePoint, parseResults, readResults, type Result } from "./sweep/results.ts";
export { runRecipe, type RunRecipeOptions } from "./sweep/run.ts";

export {
  GradualBatchNorm,
  type GradualBatchNormOptions,
  type NormOptions,
  type Statistics,
} from "./model/gradual_norm.ts";
export { NormedNet, type NormedNetOptions } from "./model/normed_net.ts";
export { downsample, glimpse, readingMatrix, type ReadingOptions } from "./model/attention.ts";
export { type Placed, placeDigits, type PlaceOptions } from "./data/canvas.ts";
export { GlimpseNet, type GlimpseNetOptions } from "./model/glimpse_net.ts";
