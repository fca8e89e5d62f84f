/**
 * What an update does to a block of parameters: Adam (adam.ts) or gradient descent.
 *
 * ```
 * ∇ ← ∇ + penalty·sign(w), sign(0) = 0;  w ← w − rate·∇
 * ```
 *
 * The references are `lib/train/adam.ts` and `lib/train/sgd.ts`.
 */

import { adam, type AdamRule, adamRule, penalised } from "./adam.ts";
import { f32x4, repeat, type, v128 } from "./assembler.ts";
import { Held } from "./held.ts";
import type { Layout } from "./layout.ts";
import type { ModuleBuilder } from "./module.ts";

/** Gradient descent, at `scale` times the learning rate. */
export interface SgdRule {
  readonly kind: "sgd";
  readonly scale: number;
}

/** How a fused net updates its parameters. */
export type UpdateRule = AdamRule | SgdRule;

/** What a fused net does if it is not told. */
export const defaultRule: UpdateRule = adamRule;

/** Adds "update": (from, end, rate, penalty), `from` and `end` being addresses of weights. */
export function update(module: ModuleBuilder, layout: Layout, rule: UpdateRule): void {
  if (rule.kind === "adam") return adam(module, layout, rule);
  const types = [type.i32, type.i32, type.f32, type.f32];
  const gradients = layout.blocks.gradients.at - layout.blocks.weights.at;
  module.add("update", types, undefined, (f) => {
    const [at, end, rate, penalty] = types.map((_, i) => f.at(i));
    const [rates, penalties, w, gradient, sign] = f.vectors(5);
    const held = new Held(f, layout.at("held"));
    const unit = [
      ...w!.set(v128.load(at!.get)),
      ...penalised({ w: w!, gradient: gradient!, sign: sign!, penalties: penalties! }, {
        raw: v128.load(at!.get, gradients),
      }, held),
      ...v128.store(at!.get, f32x4.sub(w!.get, f32x4.mul(rates!.get, gradient!.get))),
    ];
    return [
      ...held.setup,
      ...rates!.set(f32x4.splat(rate!.get)),
      ...penalties!.set(f32x4.splat(penalty!.get)),
      ...repeat(at!, 16, end!.get, unit),
    ];
  });
}
