/**
 * Updates a block of parameters: the penalty's gradient, then a rule.
 *
 * ```
 * ∇ ← ∇ + penalty·sign(w), sign(0) = 0;  w ← w − change
 * ```
 *
 * Each optimizer of `lib/train/` brings the kernel of its rule.
 */

import { f32x4, i32x4, repeat, type, v128 } from "./assembler.ts";
import { ConstantPool } from "./constant_pool.ts";
import type { Layout } from "./layout.ts";
import type { ModuleBuilder } from "./module.ts";
import type { RuleKernel } from "./rule_kernel.ts";

/** Adds "update": of the weights from address `at` up to `end`. */
export function update(module: ModuleBuilder, layout: Layout, rule: RuleKernel): void {
  const { weights, m, v, gradients } = layout.blocks;
  const toM = m.at - weights.at, toV = v.at - weights.at, toGradients = gradients.at - weights.at;
  const params = { at: type.i32, end: type.i32, rate: type.f32, penalty: type.f32 } as const;
  module.add({ name: "update", params }, ({ at, end, rate, penalty }, f) => {
    const constants = new ConstantPool(f, layout.at("pool"));
    const [rates, penalties, w] = f.vectors(3);
    const descend = rule.begin(f, constants);
    const [gradient, sign] = f.vectors(2);
    const minus = constants.of(i32x4.const(0x80000000));
    const { before, change } = descend({
      at: at.get,
      toM,
      toV,
      gradient: gradient.get,
      rate: rates.get,
    });
    // The sign of w put on the penalty, where w is not 0.
    const signed = v128.or(v128.and(w.get, minus), penalties.get);
    const each = [
      ...w.set(v128.load(at.get)),
      ...sign.set(v128.and(signed, f32x4.ne(w.get, f32x4.const(0)))),
      ...gradient.set(f32x4.add(v128.load(at.get, toGradients), sign.get)),
      ...before,
      ...v128.store(at.get, f32x4.sub(w.get, change)),
    ];
    return [
      ...constants.setup,
      ...rates.set(f32x4.splat(rate.get)),
      ...penalties.set(f32x4.splat(penalty.get)),
      ...repeat(at, 16, end.get, each),
    ];
  });
}
