/** Answers of a network under dropout, which differ from pass to pass. */

import * as tf from "../tf.ts";
import type { GradNet } from "../model/gradnet.ts";
import { dropoutMasks } from "./masks.ts";

/** Options of {@linkcode stochasticAnswers}. */
export interface StochasticOptions {
  /** Fraction of units that dropout keeps, above 0 and at most 1. */
  readonly keep: number;
  /** Number of passes. */
  readonly passes: number;
  /** Seed of the dropout masks. */
  readonly seed: number;
  /** Share of the late architecture. Default 1. */
  readonly g?: number;
}

/**
 * Computes the probability of a class for an image in several passes, each with its own dropout
 * mask.
 *
 * @param image [inputs], pixels from 0 to 1
 * @param label the class
 * @returns [passes]
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { GradNet, startBackend } from "gradnets";
 * import { stochasticAnswers } from "gradnets/engine/stochastic.ts";
 *
 * await startBackend();
 * const net = new GradNet({ inputs: 4, width: 8, depth: 4 });
 * const image = new Float32Array([0, 1, 0.5, 0]);
 * const kinds = (keep: number) =>
 *   new Set(stochasticAnswers(net, image, 7, { keep, passes: 9, seed: 1 })).size;
 * assertEquals([kinds(1), kinds(0.5) > 1], [1, true]);
 * net.dispose();
 * ```
 */
export function stochasticAnswers(
  net: GradNet,
  image: Float32Array,
  label: number,
  { keep, passes, seed, g = 1 }: StochasticOptions,
): Float32Array {
  return Float32Array.from({ length: passes }, (_, iter) =>
    tf.tidy(() => {
      const masks = dropoutMasks(net, 1, { seed, iter, keep });
      const x = tf.tensor2d(image, [1, net.inputs]);
      return tf.softmax(net.logits(x, masks ? { g, masks } : { g })).dataSync()[label]!;
    }));
}
