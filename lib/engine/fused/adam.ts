/**
 * Adam over a block of parameters.
 *
 * ```
 * m ← β₁m + (1−β₁)∇, 0 where |m| < 1e-30;  v ← β₂v + (1−β₂)∇²;  w ← w − rate·m/(√v + ε)
 * ```
 *
 * The reference is `lib/train/adam.ts`. An m that is left to fade sticks at denormal numbers, which
 * the processor handles many times slower.
 */

import { type Code, f32x4, v128 } from "./assembler.ts";
import type { RuleKernel } from "./rule_kernel.ts";

const FADED = 1e-30;

/** Adam's constants as the paper and TensorFlow have them. */
export const adamConstants = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** Adam's part of the update. ε must be above 0: the zeros of padded rows would become 0/0. */
export function adamKernel(
  { beta1, beta2, epsilon }: Readonly<Record<keyof typeof adamConstants, number>> = adamConstants,
): RuleKernel {
  return {
    state: ["m", "v", "t"],
    // α·√(1−β₂ᵗ)/(1−β₁ᵗ) corrects the bias of the means.
    rate: (learningRate, t) => learningRate * Math.sqrt(1 - beta2 ** t) / (1 - beta1 ** t),
    begin: (f, constants) => {
      const [m, v] = f.vectors(2);
      const constant = (value: number) => constants.of(f32x4.const(value));
      const scaled = (factor: number, value: Code) => f32x4.mul(constant(factor), value);
      return ({ gradient, rate, at, toM, toV }) => {
        const before = [
          ...m.set(f32x4.add(
            scaled(beta1, v128.load(at, toM)),
            scaled(1 - beta1, gradient),
          )),
          ...m.set(v128.andNot(m.get, f32x4.lt(f32x4.abs(m.get), constant(FADED)))),
          ...v.set(f32x4.add(
            scaled(beta2, v128.load(at, toV)),
            scaled(1 - beta2, f32x4.mul(gradient, gradient)),
          )),
          ...v128.store(at, m.get, toM),
          ...v128.store(at, v.get, toV),
        ];
        const root = f32x4.add(f32x4.sqrt(v.get), constant(epsilon));
        return { before, change: f32x4.mul(rate, f32x4.div(m.get, root)) };
      };
    },
  };
}
