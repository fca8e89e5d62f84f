/** Options of a fused net, and results of a pass. */

import type { LayerKind } from "../../model/layers.ts";
import type { RuleKernel } from "./rule_kernel.ts";
import type { Sizes } from "./sizes.ts";
import type { StartThread } from "./thread_task.ts";

/** How a {@linkcode FusedNet} is made. */
export interface FusedOptions extends Omit<Sizes, "gates"> {
  readonly layer: LayerKind;
  /** Use the multiply-add of relaxed SIMD. Default: where the engine has it. */
  readonly relaxed?: boolean;
  /**
   * Starts a second thread to evaluate on, at the first evaluation; `startThread` of
   * lib/engine/thread.ts is one. None: everything is done on one thread.
   */
  readonly startThread?: StartThread;
  /** How {@linkcode FusedNet.update} updates. Default: Adam with the paper's constants. */
  readonly rule?: RuleKernel;
  /** ε in log(p + ε), 0 allowed. Default 1e-9. */
  readonly logEpsilon?: number;
}

/** Dropout of one pass. */
export interface Masks {
  readonly seed: number;
  /** Of `Random`. */
  readonly stream: number;
  /** Share of units that stay; at 1 there is no dropout. */
  readonly keep: number;
}

/** Results of one pass over a batch. */
export interface Passed {
  /** −Σ log(p + ε), summed over the batch. */
  readonly crossEntropy: number;
  /** Mean of |W| over the hidden weights. */
  readonly weightNorm: number;
  /** Mean of |∂ cross-entropy/∂W| over the hidden weights. */
  readonly gradientNorm: number;
  /** The class given to each image. */
  readonly predictions: Uint8Array;
}
