/**
 * Kernels of a layer without gates, forward and backward, for all but its product.
 *
 * Forward, of v = x·W in `output`: u = v + b, y = layer(x, u, g)·mask → `output`. For the way back
 * it keeps one number per unit, the factor: mask where u > 0, −mask where not. Backward recovers
 * step = max(factor, 0) and mask = |factor| for the formulas of layers.ts.
 *
 * The first layer of a net is plain. Layers with gates have more to do: gated_kernels.ts.
 */

import { type Code, f32x4, i32, i32x4, type, v128 } from "./assembler.ts";
import { columns } from "./columns.ts";
import { ConstantPool } from "./constant_pool.ts";
import { maskLoop, maskParams } from "./dropout.ts";
import type { UngatedLayer } from "./layers.ts";
import type { Arguments } from "./locals.ts";
import type { ModuleBuilder } from "./module.ts";

/** Outputs kept for the way back: none, factors, or factors with dropout in them. */
export type Keeps = "nothing" | "factors" | "masks";

const forwardParams = {
  output: type.i32,
  input: type.i32,
  bias: type.i32,
  rows: type.i32,
  g: type.f32,
  factors: type.i32,
  ...maskParams,
} as const;

const backwardParams = {
  dy: type.i32,
  factors: type.i32,
  du: type.i32,
  biasGradient: type.i32,
  rows: type.i32,
  g: type.f32,
} as const;

/** Arguments of the forward kernel. All but `rows`, g and those of the mask are addresses. */
export type ForwardArguments = Arguments<typeof forwardParams>;

/** Arguments of the backward kernel. All but `rows` and g are addresses. */
export type BackwardArguments = Arguments<typeof backwardParams>;

/** Sizes that a kernel is made for. */
export interface Shape {
  /** Units, not padded. */
  readonly width: number;
  /** Floats from one row to the next. */
  readonly stride: number;
  /** Address of 16 bytes; see constant_pool.ts. */
  readonly pool: number;
}

/** Adds the forward kernel of a layer. */
export function forward(
  module: ModuleBuilder,
  layer: UngatedLayer,
  keeps: Keeps,
  { width, stride, pool }: Shape,
): (args: ForwardArguments) => Code {
  return module.add({ params: forwardParams }, (p, f) => {
    const { at, column, loop } = columns(f, stride * 4);
    const [u, relu, y, h, g, rest, b, m] = f.vectors(8);
    const constants = new ConstantPool(f, pool);
    const mask = maskLoop(f, h, p, constants, width, keeps === "masks");
    const x = v128.load(i32.add(p.input.get, at.get));
    const sign = keeps === "nothing" ? [] : constants.of(i32x4.const(0x80000000));
    const value = layer.y({ x, u: u.get, relu: relu.get, g: g.get, rest: rest.get });
    const each = [
      ...u.set(f32x4.add(v128.load(i32.add(p.output.get, at.get)), b.get)),
      ...relu.set(f32x4.pmax(u.get, f32x4.const(0))),
      ...y.set(value),
      ...m.set(mask.elements()),
      ...(keeps === "masks" ? y.set(f32x4.mul(y.get, m.get)) : []),
      ...v128.store(i32.add(p.output.get, at.get), y.get),
      ...(keeps === "nothing" ? [] : v128.store(
        i32.add(p.factors.get, at.get),
        v128.or(m.get, v128.andNot(sign, f32x4.gt(u.get, f32x4.const(0)))),
      )),
      ...mask.next(),
    ];
    return [
      ...g.set(f32x4.splat(p.g.get)),
      ...rest.set(f32x4.sub(f32x4.const(1), g.get)),
      ...mask.setup,
      ...constants.setup,
      ...loop(p.rows.get, {
        first: [...b.set(v128.load(i32.add(p.bias.get, column.get))), ...mask.column],
        each,
        last: [],
      }),
    ];
  });
}

/**
 * Adds the backward kernel of a layer: du from dy, the bias' gradient Σ du over the batch, and in
 * `dy`'s place the part of dx that skips the weights, where there is one.
 */
export function backward(
  module: ModuleBuilder,
  layer: UngatedLayer,
  stride: number,
): (args: BackwardArguments) => Code {
  return module.add({ params: backwardParams }, (p, f) => {
    const { at, column, loop } = columns(f, stride * 4);
    const [d, factor, step, mask, g, rest, sum] = f.vectors(7);
    const vectors = { g: g.get, rest: rest.get, step: step.get, mask: mask.get };
    const skip = layer.dx?.(vectors);
    return [
      ...g.set(f32x4.splat(p.g.get)),
      ...rest.set(f32x4.sub(f32x4.const(1), g.get)),
      ...loop(p.rows.get, {
        first: sum.set(f32x4.const(0)),
        each: [
          ...d.set(v128.load(i32.add(p.dy.get, at.get))),
          ...factor.set(v128.load(i32.add(p.factors.get, at.get))),
          ...step.set(f32x4.pmax(factor.get, f32x4.const(0))),
          ...mask.set(f32x4.abs(factor.get)),
          ...(skip ? v128.store(i32.add(p.dy.get, at.get), f32x4.mul(d.get, skip)) : []),
          ...d.set(f32x4.mul(d.get, layer.du(vectors))),
          ...v128.store(i32.add(p.du.get, at.get), d.get),
          ...sum.set(f32x4.add(sum.get, d.get)),
        ],
        last: v128.store(i32.add(p.biasGradient.get, column.get), sum.get),
      }),
    ];
  });
}
