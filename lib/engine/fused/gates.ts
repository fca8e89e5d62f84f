/**
 * What a layer with gates does beside its two products, v = x·W and s = x·W_T + b_T, forward and
 * backward. layer.ts says the rest.
 *
 * ```
 * y = (t·relu(u) + (1−t)·x)·mask, t = σ(s), σ′ = t·(1−t)
 * du = dy·A, A = mask·t where u > 0, else 0
 * ds = dy·B, B = mask·(relu(u) − x)·t·(1−t)
 * round = dy·C, C = mask·(1−t)
 * ```
 *
 * Forward keeps A, B and C, so that backward neither needs u and t again nor a division.
 */

import {
  type Code,
  f32x4,
  i32,
  i32x4,
  type Local,
  repeat,
  type Type,
  type,
  v128,
} from "./assembler.ts";
import { mask, weyl, weylStep } from "./dropout.ts";
import { Held } from "./held.ts";
import { type Keeps, layerValue } from "./layer.ts";
import type { Layout } from "./layout.ts";
import type { ModuleBuilder } from "./module.ts";
import { sigmoid, SIGMOID_LOCALS } from "./sigmoid.ts";

/** Bytes from A to B and from A to C, which are alike. */
function beyondFactors(layout: Layout): [toB: number, toC: number] {
  const from = layout.at("factors");
  return [layout.at("gateFactors") - from, layout.at("roundFactors") - from];
}

/** Parameters of {@linkcode gatedForward}, by their place. */
export type GatedArguments = readonly [
  output: Code, // v, and then y
  input: Code,
  bias: Code,
  gateBias: Code,
  rows: Code,
  factors: Code, // x·W_T, and then A
  index: Code, // of the first number of the layer's mask
  key1: Code,
  key2: Code,
  limit: Code,
  scale: Code,
];

const forwardTypes: readonly Type[] = [...Array<Type>(10).fill(type.i32), type.f32];

/** Adds the forward kernel. */
export function gatedForward(
  module: ModuleBuilder,
  layout: Layout,
  keeps: Keeps,
  relaxed: boolean,
): (...args: GatedArguments) => Code {
  const { width } = layout.sizes, row = layout.stride.width * 4;
  const [toB, toC] = beyondFactors(layout);
  return module.add("", forwardTypes, undefined, (f) => {
    const [output, input, bias, gateBias, rows, factors, index, key1, key2, limit, scale] =
      forwardTypes.map((_, i) => f.at(i)) as Local[] & { length: 11 };
    const [at, end, column] = [f.local(type.i32), f.local(type.i32), f.local(type.i32)];
    const [u, relu, x, t, y, h, b, gateB, m] = f.vectors(9) as Local[] & { length: 9 };
    const [counter, limits, keys, scales] = f.vectors(4) as Local[] & { length: 4 };
    const own = f.vectors(SIGMOID_LOCALS), rest = own[0]!;
    const load = (from: Local) => v128.load(i32.add(from.get, at.get));
    const keep = (value: Code, beyond = 0) =>
      v128.store(i32.add(factors!.get, at.get), value, beyond);
    const constants = new Held(f, layout.at("held"));
    const hold = (constant: Code) => constants.of(constant);
    const dropped = { key2: keys!.get, limit: limits!.get, scale: scales!.get };
    const blend = { x: x!.get, u: u!.get, relu: relu!.get, late: t!.get, early: rest.get };
    const unit = [
      ...sigmoid(f32x4.add(load(factors!), gateB!.get), t!, own, layout.at("constants"), relaxed),
      ...u!.set(f32x4.add(load(output!), b!.get)),
      ...relu!.set(f32x4.pmax(u!.get, f32x4.const(0))),
      ...x!.set(load(input!)),
      ...(keeps === "masks"
        ? m!.set(mask(h!, counter!.get, dropped, hold))
        : m!.set(f32x4.const(1))),
      ...y!.set(f32x4.mul(layerValue("highway", blend), m!.get)),
      ...v128.store(i32.add(output!.get, at.get), y!.get),
      ...t!.set(f32x4.mul(t!.get, m!.get)),
      ...keep(v128.and(t!.get, f32x4.gt(u!.get, f32x4.const(0)))),
      ...keep(f32x4.mul(f32x4.mul(f32x4.sub(relu!.get, x!.get), rest.get), t!.get), toB),
      ...keep(f32x4.mul(rest.get, m!.get), toC),
      ...(keeps === "masks" ? counter!.set(i32x4.add(counter!.get, hold(weylStep(width)))) : []),
    ];
    return [
      ...constants.setup,
      ...limits!.set(i32x4.splat(limit!.get)),
      ...keys!.set(i32x4.splat(key2!.get)),
      ...scales!.set(f32x4.splat(scale!.get)),
      ...end.set(i32.mul(rows!.get, i32.const(row))),
      ...column.set(i32.const(0)),
      ...repeat(column, 16, row, [
        ...b!.set(v128.load(i32.add(bias!.get, column.get))),
        ...gateB!.set(v128.load(i32.add(gateBias!.get, column.get))),
        ...counter!.set(weyl(index!.get, key1!.get)),
        ...index!.set(i32.add(index!.get, i32.const(4))),
        ...at.set(column.get),
        ...repeat(at, row, end.get, unit),
        ...end.set(i32.add(end.get, i32.const(16))),
      ]),
    ];
  });
}

/**
 * Adds the backward kernel (dy, factors, du, biasGradient, rows, ds, gateBiasGradient): du and ds
 * from dy, Σ du and Σ ds over the batch, and in `dy`'s place the part of dx that goes round both.
 */
export function gatedBackward(module: ModuleBuilder, layout: Layout): (...args: Code[]) => Code {
  const row = layout.stride.width * 4;
  const [toB, toC] = beyondFactors(layout);
  const types = Array<Type>(7).fill(type.i32);
  return module.add("", types, undefined, (f) => {
    const [dy, factors, du, biasGradient, rows, ds, gateBiasGradient] = types.map((_, i) =>
      f.at(i)
    ) as Local[] & { length: 7 };
    const [at, end, column] = [f.local(type.i32), f.local(type.i32), f.local(type.i32)];
    const [d, part, sum, gateSum] = f.vectors(4) as Local[] & { length: 4 };
    const times = (beyond: number) =>
      f32x4.mul(d!.get, v128.load(i32.add(factors!.get, at.get), beyond));
    const store = (to: Local, value: Code) => v128.store(i32.add(to.get, at.get), value);
    const unit = [
      ...d!.set(v128.load(i32.add(dy!.get, at.get))),
      ...part!.set(times(0)),
      ...sum!.set(f32x4.add(sum!.get, part!.get)),
      ...store(du!, part!.get),
      ...part!.set(times(toB)),
      ...gateSum!.set(f32x4.add(gateSum!.get, part!.get)),
      ...store(ds!, part!.get),
      ...store(dy!, times(toC)),
    ];
    return [
      ...end.set(i32.mul(rows!.get, i32.const(row))),
      ...column.set(i32.const(0)),
      ...repeat(column, 16, row, [
        ...sum!.set(f32x4.const(0)),
        ...gateSum!.set(f32x4.const(0)),
        ...at.set(column.get),
        ...repeat(at, row, end.get, unit),
        ...v128.store(i32.add(biasGradient!.get, column.get), sum!.get),
        ...v128.store(i32.add(gateBiasGradient!.get, column.get), gateSum!.get),
        ...end.set(i32.add(end.get, i32.const(16))),
      ]),
    ];
  });
}
