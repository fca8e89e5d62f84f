/**
 * Update rules of optimizers as data: the interface between the readable optimizers and the kernels.
 */

/** Adam. The kernels need ε above 0: the zeros of their padding would become 0/0. */
export interface AdamRule {
  /** Tag of the rule. */
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
  /** Tag of the rule. */
  readonly kind: "sgd";
  /** Factor of the learning rate. */
  readonly scale: number;
}

/** A rule that has kernels. */
export type UpdateRule = AdamRule | SgdRule;

/** Adam with the constants of the paper and TensorFlow. */
export const adamRule: AdamRule = { kind: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/**
 * Throws on an unhandled rule. It takes `never`, so a new kind of rule does not compile until every
 * place that tells rules apart handles it.
 *
 * @throws {RangeError} always
 */
export function refuseRule(rule: never): never {
  throw new RangeError(`There are no kernels for the update rule ${JSON.stringify(rule)}`);
}
