/** Options of a fused net, and results of a pass. */

import type { LayerKind } from "../../model/layers.ts";
import type { RuleKernel } from "./rule_kernel.ts";
import type { Sizes } from "./sizes.ts";
import type { StartThread } from "./thread_task.ts";

/** Options of {@linkcode FusedNet}. */
export interface FusedOptions extends Omit<Sizes, "gates"> {
  readonly layer: LayerKind;
  /** Use the multiply-add of relaxed SIMD. Default: where the engine has it. */
  readonly relaxed?: boolean;
  /**
   * Starts a second thread at the first evaluation, such as `startThread` of lib/engine/thread.ts.
   * Default: one thread.
   */
  readonly startThread?: StartThread;
  /** Update rule of {@linkcode FusedNet.update}. Default: Adam with the paper's constants. */
  readonly rule?: RuleKernel;
  /** ε in log(p + ε), 0 allowed. Default 1e-9. */
  readonly logEpsilon?: number;
}

/** Dropout of one pass. */
export interface Dropout {
  readonly seed: number;
  /** Stream of `Random`. */
  readonly stream: number;
  /** Fraction of units to keep; 1 means no dropout. */
  readonly keep: number;
}

/** Results of one pass over a batch. */
export interface PassResult {
  /** −Σ log(p + ε), summed over the batch. */
  readonly crossEntropy: number;
  /** Mean of |W| over the hidden weights. */
  readonly weightNorm: number;
  /** Mean of |∂ cross-entropy/∂W| over the hidden weights. */
  readonly gradientNorm: number;
  /** Predicted class of each image. */
  readonly predictions: Uint8Array;
}
