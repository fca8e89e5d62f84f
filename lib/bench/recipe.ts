/** The work that every variant does: the original's sizes and numbers, and its FLOPs. */

/** A network and its batch. */
export interface Size {
  readonly inputs: number;
  readonly width: number;
  readonly depth: number;
  readonly classes: number;
  readonly batch: number;
}

/** The 2015 notebook's. */
export const original: Size = { inputs: 784, width: 50, depth: 50, classes: 10, batch: 50 };

/** The rest of its recipe; names as in the setup.json that the peers read. */
export const recipe = {
  keep: 0.95,
  l1: 50,
  /** Epochs that g takes from 0 to 1. */
  tau: 10,
  // learning rate = rate · factor^((globalStep + iter) / decaySteps)
  rate: 1e-3,
  factor: 0.8,
  globalStep: 10,
  decaySteps: 1000,
  seed: 1,
  /** Iteration that the check's schedules start from: all of a layer matters there, and it learns. */
  checkFrom: 220,
  checkSteps: 30,
} as const;

/** Iterations of the whole walkthrough, and from one measurement of it to the next. */
export const walkthrough = { steps: 22_000, every: 100 } as const;

/**
 * What a GradNet of that size is made of: the batch is none of its options.
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

/** Multiply-adds of one image on its way from input to logits; the matrix products alone. */
function multiplyAdds({ inputs, width, depth, classes }: Size) {
  const first = inputs * width, rest = (depth - 2) * width * width + width * classes;
  return { first, rest };
}

/**
 * Floating-point operations of one training step: 2·batch·(forward + dW + dx), dx of every layer
 * but the first. Matrix products only; all else is a few per cent of them. 44 million at the
 * original's sizes.
 */
export function stepFlops(size: Size): number {
  const { first, rest } = multiplyAdds(size);
  return 2 * size.batch * (2 * first + 3 * rest);
}

/** Floating-point operations of classifying `images` images. */
export function evaluateFlops(size: Size, images: number): number {
  const { first, rest } = multiplyAdds(size);
  return 2 * images * (first + rest);
}
