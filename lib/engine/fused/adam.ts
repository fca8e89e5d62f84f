/**
 * Adam over a block of parameters, and the way of the padded parameters to what is published.
 *
 * ```
 * ∇ ← ∇ + penalty·sign(w), sign(0) = 0
 * m ← β₁m + (1−β₁)∇, 0 where |m| < 1e-30;  v ← β₂v + (1−β₂)∇²;  w ← w − rate·m/(√v + ε)
 * ```
 *
 * The reference is `lib/train/adam.ts`. An m that is left to fade sticks at denormal numbers, which
 * the processor handles many times slower.
 */

import { type Code, f32x4, i32, i32x4, type Local, repeat, type, v128 } from "./assembler.ts";
import { Held } from "./held.ts";
import type { Layout, Matrix } from "./layout.ts";
import type { ModuleBuilder } from "./module.ts";

const FADED = 1e-30;

/** Adam and its constants. ε must be above 0: the zeros of the padding would become 0/0. */
export interface AdamRule {
  readonly kind: "adam";
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Adam as the paper and TensorFlow have it. */
export const adamRule: AdamRule = { kind: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** ∇ + penalty·sign(w) of what is loaded. */
export function penalised(
  { w, gradient, sign, penalties }: Readonly<
    Record<"w" | "gradient" | "sign" | "penalties", Local>
  >,
  { raw }: { readonly raw: Code },
  held: Held,
): Code {
  // The sign of w put on the penalty, where w is not 0.
  const minus = held.of(i32x4.const(Array(4).fill(0x80000000)));
  const signed = v128.or(v128.and(w.get, minus), penalties.get);
  return [
    ...sign.set(v128.and(signed, f32x4.ne(w.get, f32x4.const(0)))),
    ...gradient.set(f32x4.add(raw, sign.get)),
  ];
}

/** Adds Adam as "update": (from, end, rate, penalty), `from` and `end` being addresses of weights. */
export function adam(module: ModuleBuilder, layout: Layout, rule: AdamRule): void {
  const { blocks } = layout;
  const { beta1, beta2, epsilon } = rule;
  const types = [type.i32, type.i32, type.f32, type.f32];
  const beyond = (block: keyof Layout["blocks"]) => blocks[block].at - blocks.weights.at;
  module.add("update", types, undefined, (f) => {
    const [at, end, rate, penalty] = types.map((_, i) => f.at(i));
    const [rates, penalties, w, m, v, gradient, sign] = f.vectors(7);
    const held = new Held(f, layout.at("held"));
    const constant = (value: number) => held.of(f32x4.const(value));
    const scaled = (factor: number, value: Code) => f32x4.mul(constant(factor), value);
    const unit = [
      ...w!.set(v128.load(at!.get)),
      ...penalised({ w: w!, gradient: gradient!, sign: sign!, penalties: penalties! }, {
        raw: v128.load(at!.get, beyond("gradients")),
      }, held),
      ...m!.set(f32x4.add(
        scaled(beta1, v128.load(at!.get, beyond("m"))),
        scaled(1 - beta1, gradient!.get),
      )),
      ...m!.set(v128.andNot(m!.get, f32x4.lt(f32x4.abs(m!.get), constant(FADED)))),
      ...v!.set(f32x4.add(
        scaled(beta2, v128.load(at!.get, beyond("v"))),
        scaled(1 - beta2, f32x4.mul(gradient!.get, gradient!.get)),
      )),
      ...v128.store(at!.get, m!.get, beyond("m")),
      ...v128.store(at!.get, v!.get, beyond("v")),
      ...v128.store(
        at!.get,
        f32x4.sub(
          w!.get,
          f32x4.mul(
            rates!.get,
            f32x4.div(m!.get, f32x4.add(f32x4.sqrt(v!.get), constant(epsilon))),
          ),
        ),
      ),
    ];
    return [
      ...held.setup,
      ...rates!.set(f32x4.splat(rate!.get)),
      ...penalties!.set(f32x4.splat(penalty!.get)),
      ...repeat(at!, 16, end!.get, unit),
    ];
  });
}

/** The rate that corrects the bias of step `t`, from 1: α·√(1−β₂ᵗ)/(1−β₁ᵗ). */
export function adamRate(learningRate: number, t: number, { beta1, beta2 } = adamRule): number {
  return learningRate * Math.sqrt(1 - beta2 ** t) / (1 - beta1 ** t);
}

/**
 * Code that copies a parameter without its padding to where it is published. Rows go upwards, so
 * the zeros that a row writes beyond its end are overwritten by the next; those of the last row of
 * one parameter by the first row of the next parameter, and those of the last one lie in slack.
 */
export function publish(module: ModuleBuilder, layout: Layout, matrix: Matrix): Code {
  const { columns, group, groupRows } = matrix;
  const stride = matrix.stride * 4;
  const copy = module.add("", [], undefined, (f) => {
    const [from, to, end, last] = [0, 1, 2, 3].map(() => f.local(type.i32));
    const row = Array.from({ length: stride / 16 }, (_, j) => [
      ...v128.store(to!.get, v128.load(from!.get, 16 * j), 16 * j),
    ]);
    const start = layout.parameter(matrix.name);
    return [
      ...from!.set(i32.const(start)),
      ...to!.set(i32.const(layout.at("published") + matrix.dense)),
      ...last!.set(i32.const(start + matrix.size)),
      ...end!.set(i32.const(start + group * stride)),
      ...repeat(end!, groupRows * stride, i32.add(last!.get, i32.const(1)), [
        ...repeat(from!, stride, end!.get, [
          ...row,
          ...to!.set(i32.add(to!.get, i32.const(columns * 4))),
        ]),
        ...from!.set(i32.add(from!.get, i32.const((groupRows - group) * stride))),
      ]),
    ];
  });
  return copy();
}
