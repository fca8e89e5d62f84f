/**
 * What a trainer computes with. `pass` finds, `update` changes. The readable reference and the fused
 * kernels do the same behind it, and nobody but the trainer needs to know which.
 */

import type { Batch } from "../data/batches.ts";
import type { Dataset, Split } from "../data/dataset.ts";
import type { Network } from "../model/model.ts";
import type { G } from "../model/g.ts";
import type { OptimizerRecipe } from "./optimizer.ts";
import type { Progress } from "./progress.ts";

/** The 2015 notebook's ε in log(p + ε). */
export const LOG_EPSILON = 1e-9;

/** What an {@linkcode Engine} is made of; all of it as the trainer's options have it. */
export interface EngineOptions<N extends Network = Network> {
  /** The network that is trained. */
  readonly net: N;
  /** What it is trained and measured on. */
  readonly data: Dataset;
  /** Images in a batch. */
  readonly batchSize: number;
  /** Of dropout. */
  readonly seed: number;
  /** Weight of the norm penalty. */
  readonly l1: number;
  /** ε in log(p + ε). */
  readonly logEpsilon: number;
  /** What makes steps of gradients. */
  readonly optimizer: OptimizerRecipe;
  /** Threads that evaluate. Default: the engine's choice. */
  readonly threads?: 1 | 2;
}

/** Makes an engine for some networks. */
export type EngineFactory<N extends Network> = (options: EngineOptions<N>) => Engine;

/** How a pass goes over a batch. */
export interface PassOptions {
  /** Share of the late architecture, of all hidden layers or of each. */
  readonly g: G;
  /** A training step, with dropout. Absent: a measurement, which changes nothing at all. */
  readonly training?: {
    /** Index of the iteration, from which the dropout masks follow. */
    readonly iter: number;
    /** Share of units that dropout keeps. */
    readonly keep: number;
  };
}

/** What a pass finds. */
export interface Found {
  /** −Σ y·log(p + ε), summed over the batch. */
  readonly crossEntropy: number;
  /** Mean of |W| over the weights that the norms cover. */
  readonly weightNorm: number;
  /** Mean of |∂ cross-entropy/∂W| over the same. */
  readonly gradientNorm: number;
  /** The class of each image, [batch]. */
  readonly predictions: ArrayLike<number>;
}

/** Computes for a trainer. */
export interface Engine {
  /** Which kernels these are, for people. */
  readonly kernels: string;
  /** Forward and backward over one batch. Changes no parameter. */
  pass(batch: Batch, options: PassOptions): Found;
  /**
   * One step of the optimizer with the gradients of the last {@linkcode pass} and those of the norm
   * penalty.
   */
  update(progress: Progress, learningRate: number): void;
  /** The class of each image of a split, without dropout. */
  classify(split: Split, g: G): Uint8Array;
  /** Why the loss of a batch is not a finite number, for people. */
  whyNotFinite(batch: Batch, options: PassOptions): string;
  /** Frees all but the net. */
  dispose(): void;
}
