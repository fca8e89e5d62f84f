/**
 * What an optimizer does to a parameter, as data: what the readable optimizers and the kernels have
 * in common, and all that one of them needs to know of the other.
 */

/** Adam. ε must be above 0 in the kernels: the zeros of their padding would become 0/0. */
export interface AdamRule {
  readonly kind: "adam";
  /** Decay of the mean of gradients. */
  readonly beta1: number;
  /** Decay of the mean of squared gradients. */
  readonly beta2: number;
  /** ε, added to √v. */
  readonly epsilon: number;
}

/** Gradient descent, at `scale` times the learning rate. */
export interface SgdRule {
  readonly kind: "sgd";
  readonly scale: number;
}

/** A rule that there are kernels for. */
export type UpdateRule = AdamRule | SgdRule;

/** Adam as the paper and TensorFlow have it. */
export const adamRule: AdamRule = { kind: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/**
 * Refuses a rule that nobody handles. As it takes `never`, a new kind of rule does not compile until
 * every place that tells rules apart handles it.
 *
 * @throws {RangeError} always
 */
export function refuseRule(rule: never): never {
  throw new RangeError(`There are no kernels for the update rule ${JSON.stringify(rule)}`);
}
