/**
 * The engine interface of trainers: `pass` computes gradients, `update` changes parameters. The
 * readable reference and the fused kernels implement it.
 */

import type { Batch } from "../data/batches.ts";
import type { Dataset, Split } from "../data/dataset.ts";
import type { Parameter } from "../model/architecture.ts";
import type { Network } from "../model/model.ts";
import type { G } from "../model/g.ts";
import type { OptimizerRecipe } from "./optimizer.ts";
import type { Inspection } from "./failure.ts";
import type { Progress } from "./progress.ts";

/** The 2015 notebook's ε in log(p + ε). */
export const LOG_EPSILON = 1e-9;

/** Options of an {@linkcode Engine}, as in the options of the trainer. */
export interface EngineOptions<N extends Network = Network> {
  /** Network to train. */
  readonly net: N;
  /** Data to train and evaluate on. */
  readonly data: Dataset;
  /** Images per batch. */
  readonly batchSize: number;
  /** Weight of the norm penalty. */
  readonly l1: number;
  /** ε in log(p + ε). */
  readonly logEpsilon: number;
  /** Optimizer. */
  readonly optimizer: OptimizerRecipe;
  /** Threads for evaluation. Default: chosen by the engine. */
  readonly threads?: 1 | 2;
}

/** Makes an engine for networks of type `N`. */
export type EngineFactory<N extends Network> = (options: EngineOptions<N>) => Engine;

/** Options of {@linkcode Engine.pass}. */
export interface PassOptions {
  /** Share of the late architecture: one for all hidden layers, or one for each. */
  readonly g: G;
  /** A training step, with dropout. Absent: a measurement, without side effects. */
  readonly training?: {
    /** Seed of dropout. */
    readonly seed: number;
    /** Index of the iteration, which together with the seed determines the dropout masks. */
    readonly iter: number;
    /** Fraction of units that dropout keeps. */
    readonly keep: number;
  };
}

/** Result of {@linkcode Engine.pass}. */
export interface Found {
  /** −Σ y·log(p + ε), summed over the batch. */
  readonly crossEntropy: number;
  /** Mean of |W| over the weights in the norms. */
  readonly weightNorm: number;
  /** Mean of |∂ cross-entropy/∂W| over the same weights. */
  readonly gradientNorm: number;
  /** Predicted class of each image, [batch]. */
  readonly predictions: ArrayLike<number>;
}

/** All that training changes: what {@linkcode Engine.save} gives. */
export interface EngineState {
  /**
   * Variables of the net by name; those that the optimizer keeps beside one are
   * `optimizer/SLOT/NAME`, such as `optimizer/m/hiddenW`.
   */
  readonly tensors: Readonly<Record<string, Parameter>>;
  /** Numbers of the optimizer, such as t, its count of steps. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** Computes the steps and evaluations of a trainer. */
export interface Engine {
  /** Description of the kernels. */
  readonly kernels: string;
  /** Runs forward and backward over a batch. Changes no parameter. */
  pass(batch: Batch, options: PassOptions): Found;
  /**
   * Makes one step of the optimizer with the gradients of the last {@linkcode pass} and of the norm
   * penalty.
   */
  update(progress: Progress, learningRate: number): void;
  /** Classifies each image of a split, without dropout. */
  classify(split: Split, g: G): Uint8Array;
  /** Shows the parameters, and the logits of a batch if asked, to tell what goes wrong. */
  inspect(batch: Batch, options: PassOptions): Inspection;
  /**
   * Copies the variables of the net and the state of the optimizer.
   *
   * @throws {TypeError} if it is a custom optimizer whose state cannot be saved
   */
  save(): EngineState;
  /** Goes back to a state that {@linkcode save} gave, with the same names and shapes. */
  load(state: EngineState): void;
  /** Frees everything but the net. */
  dispose(): void;
}
