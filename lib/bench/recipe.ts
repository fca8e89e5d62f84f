/** Defines the work of every variant: the original's sizes and hyper-parameters, and its FLOPs. */

/** Sizes of a network and its batch. */
export interface Size {
  readonly inputs: number;
  readonly width: number;
  readonly depth: number;
  readonly classes: number;
  readonly batch: number;
}

/** The 2015 notebook's. */
export const original: Size = { inputs: 784, width: 50, depth: 50, classes: 10, batch: 50 };

/** The rest of its recipe, named as in the setup.json that the peers read. */
export const recipe = {
  keep: 0.95,
  l1: 50,
  /** Epochs over which g climbs from 0 to 1. */
  tau: 10,
  // learning rate = rate · factor^((globalStep + iter) / decaySteps)
  rate: 1e-3,
  factor: 0.8,
  globalStep: 10,
  decaySteps: 1000,
  seed: 1,
  /** Iteration at which the check's schedules start: there every part of a layer has an effect. */
  checkFrom: 220,
  checkSteps: 30,
} as const;

/** Iterations of the whole walkthrough, and between its measurements. */
export const walkthrough = { steps: 22_000, every: 100 } as const;

/**
 * Returns the options of a GradNet of that size, without the batch.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Architecture } from "gradnets/core";
 * import { netOptions, original } from "gradnets/bench/recipe.ts";
 *
 * const net = new Architecture(netOptions({ ...original, seed: 1 }));
 * assertEquals(net.parameterCount, 162_160);
 * ```
 */
export function netOptions(
  { inputs, width, depth, classes, seed }: Size & { readonly seed: number },
) {
  return { inputs, width, depth, classes, seed };
}

/** Counts the multiply-adds of one image's forward pass, matrix products only. */
function multiplyAdds({ inputs, width, depth, classes }: Size) {
  const first = inputs * width, rest = (depth - 2) * width * width + width * classes;
  return { first, rest };
}

/**
 * Counts the floating-point operations of one training step: 2·batch·(forward + dW + dx), with dx
 * of every layer but the first. Matrix products only; the rest is a few per cent. 44 million at the
 * original's sizes.
 */
export function stepFlops(size: Size): number {
  const { first, rest } = multiplyAdds(size);
  return 2 * size.batch * (2 * first + 3 * rest);
}

/** Counts the floating-point operations of classifying `images` images. */
export function evaluateFlops(size: Size, images: number): number {
  const { first, rest } = multiplyAdds(size);
  return 2 * images * (first + rest);
}
