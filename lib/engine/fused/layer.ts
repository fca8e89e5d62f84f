/**
 * What a layer does beside its product, forward and backward, one column of vectors after another.
 *
 * Forward, of v = x·W in `output`: u = v + b, y = layer(x, u, g)·mask → `output`. For the way back
 * it keeps one number a unit, f = mask where u > 0, −mask where not (mask = 1 without dropout), so
 * that with p = max(f, 0) and a = |f|:
 *
 * ```
 *                y                          du                      part of dx round u
 * identity-grelu (g·relu(u) + (1−g)·x)·mask dy·g·p                  dy·(1−g)·a
 * linear-grelu   (g·relu(u) + (1−g)·u)·mask dy·(g·p + (1−g)·a)      none
 * plain          relu(u)·mask               dy·p                    none
 * residual       (x + relu(u))·mask         dy·p                    dy·a
 * ```
 *
 * Layers with gates, which have more to do, are in gates.ts. The first layer is plain. The reference is `lib/model/layers.ts`.
 */

import { type Code, f32x4, i32, i32x4, repeat, type, v128 } from "./assembler.ts";
import type { LayerKind } from "../../model/layers.ts";
import { mask, weyl, weylStep } from "./dropout.ts";
import { Held } from "./held.ts";
import type { ModuleBuilder } from "./module.ts";

/** What a forward kernel keeps for the way back: nothing, f, or f with dropout in it. */
export type Keeps = "nothing" | "factors" | "masks";

/** The kinds of layer there are kernels for. */
export const layerForms = [
  "identity-grelu",
  "linear-grelu",
  "plain",
  "residual",
  "highway",
] as const satisfies LayerKind[];

/** One of {@linkcode layerForms}. */
export type LayerForm = typeof layerForms[number];

/** Whether there are kernels for a kind of layer. */
export const hasKernels = (layer: string): layer is LayerForm =>
  (layerForms as readonly string[]).includes(layer);

/** The kinds without gates. */
export type Ungated = Exclude<LayerForm, "highway">;

/** y of a layer without dropout, from relu = relu(u), late = g or t and early = 1 − late. */
export function layerValue(
  kind: LayerForm,
  { x, u, relu, late, early }: Readonly<Record<"x" | "u" | "relu" | "late" | "early", Code>>,
): Code {
  if (kind === "plain") return relu;
  if (kind === "residual") return f32x4.add(x, relu);
  const skip = kind === "linear-grelu" ? u : x;
  return f32x4.add(f32x4.mul(late, relu), f32x4.mul(early, skip));
}

/** Whether something of dx goes round u. */
export const goesRound = (kind: LayerForm): boolean =>
  kind === "identity-grelu" || kind === "residual" || kind === "highway";

/** Parameters of {@linkcode forward}, by their place. */
export type ForwardArguments = readonly [
  output: Code,
  input: Code,
  bias: Code,
  rows: Code,
  g: Code,
  factors: Code,
  index: Code, // of the first number of the layer's mask
  key1: Code,
  key2: Code,
  limit: Code,
  scale: Code,
];

/** Types of {@linkcode ForwardArguments}. */
const forwardTypes = [
  ...[type.i32, type.i32, type.i32, type.i32, type.f32],
  ...[type.i32, type.i32, type.i32, type.i32, type.i32, type.f32],
];

/**
 * Adds the forward kernel of a kind of layer.
 *
 * @param width units, not padded
 * @param stride floats from one row to the next
 * @param held address of 16 bytes; see held.ts
 */
export function forward(
  module: ModuleBuilder,
  kind: Ungated,
  keeps: Keeps,
  width: number,
  stride: number,
  held: number,
): (...args: ForwardArguments) => Code {
  const row = stride * 4;
  return module.add("", forwardTypes, undefined, (f) => {
    const [output, input, bias, rows, g, factors, index, key1, key2, limit, scale] = Array.from(
      { length: forwardTypes.length },
      (_, i) => f.at(i),
    ) as [...Array<ReturnType<typeof f.at>>] & { length: 11 };
    const [at, end, column] = [f.local(type.i32), f.local(type.i32), f.local(type.i32)];
    const [u, relu, y, h, late, early, b, m] = f.vectors(8);
    const [counter, limits, keys, scales] = f.vectors(4);
    const x = v128.load(i32.add(input!.get, at.get));
    const value = layerValue(kind, {
      ...{ x, u: u!.get, relu: relu!.get, late: late!.get, early: early!.get },
    });
    const constants = new Held(f, held);
    const hold = (constant: Code) => constants.of(constant);
    const sign = keeps === "nothing" ? [] : hold(i32x4.const(Array(4).fill(0x80000000)));
    const dropped = { key2: keys!.get, limit: limits!.get, scale: scales!.get };
    const unit = [
      ...u!.set(f32x4.add(v128.load(i32.add(output!.get, at.get)), b!.get)),
      ...relu!.set(f32x4.pmax(u!.get, f32x4.const(0))),
      ...y!.set(value),
      ...(keeps === "masks"
        ? m!.set(mask(h!, counter!.get, dropped, hold))
        : m!.set(f32x4.const(1))),
      ...(keeps === "masks" ? y!.set(f32x4.mul(y!.get, m!.get)) : []),
      ...v128.store(i32.add(output!.get, at.get), y!.get),
      ...(keeps === "nothing" ? [] : v128.store(
        i32.add(factors!.get, at.get),
        v128.or(m!.get, v128.andNot(sign, f32x4.gt(u!.get, f32x4.const(0)))),
      )),
      ...(keeps === "masks" ? counter!.set(i32x4.add(counter!.get, hold(weylStep(width)))) : []),
    ];
    return [
      ...late!.set(f32x4.splat(g!.get)),
      ...early!.set(f32x4.sub(f32x4.const(1), late!.get)),
      ...limits!.set(i32x4.splat(limit!.get)),
      ...keys!.set(i32x4.splat(key2!.get)),
      ...scales!.set(f32x4.splat(scale!.get)),
      ...constants.setup,
      ...end.set(i32.mul(rows!.get, i32.const(row))),
      ...column.set(i32.const(0)),
      ...repeat(column, 16, row, [
        ...b!.set(v128.load(i32.add(bias!.get, column.get))),
        ...counter!.set(weyl(index!.get, key1!.get)),
        ...index!.set(i32.add(index!.get, i32.const(4))),
        ...at.set(column.get),
        ...repeat(at, row, end.get, unit),
        ...end.set(i32.add(end.get, i32.const(16))),
      ]),
    ];
  });
}

/** Parameters of {@linkcode backward}, by their place. */
export type BackwardArguments = readonly [
  dy: Code,
  factors: Code,
  du: Code,
  biasGradient: Code,
  rows: Code,
  g: Code,
];

/**
 * Adds the backward kernel of a kind of layer: du from dy, the bias' gradient Σ du over the batch,
 * and in `dy`'s place the part of dx that goes round u, where there is one.
 */
export function backward(
  module: ModuleBuilder,
  kind: Ungated,
  stride: number,
): (...args: BackwardArguments) => Code {
  const row = stride * 4;
  const types = [type.i32, type.i32, type.i32, type.i32, type.i32, type.f32];
  return module.add("", types, undefined, (f) => {
    const [dy, factors, du, biasGradient, rows, g] = types.map((_, i) => f.at(i));
    const [at, end, column] = [f.local(type.i32), f.local(type.i32), f.local(type.i32)];
    const [d, factor, kept, used, late, early, sum] = f.vectors(7);
    const lateKept = f32x4.mul(late!.get, kept!.get);
    const earlyUsed = f32x4.mul(early!.get, used!.get);
    const slope = {
      "identity-grelu": lateKept,
      "linear-grelu": f32x4.add(lateKept, earlyUsed),
      "plain": kept!.get,
      "residual": kept!.get,
    };
    const round = kind === "residual" ? used!.get : earlyUsed;
    const unit = [
      ...d!.set(v128.load(i32.add(dy!.get, at.get))),
      ...factor!.set(v128.load(i32.add(factors!.get, at.get))),
      ...kept!.set(f32x4.pmax(factor!.get, f32x4.const(0))),
      ...used!.set(f32x4.abs(factor!.get)),
      ...(goesRound(kind) ? v128.store(i32.add(dy!.get, at.get), f32x4.mul(d!.get, round)) : []),
      ...d!.set(f32x4.mul(d!.get, slope[kind])),
      ...v128.store(i32.add(du!.get, at.get), d!.get),
      ...sum!.set(f32x4.add(sum!.get, d!.get)),
    ];
    return [
      ...late!.set(f32x4.splat(g!.get)),
      ...early!.set(f32x4.sub(f32x4.const(1), late!.get)),
      ...end.set(i32.mul(rows!.get, i32.const(row))),
      ...column.set(i32.const(0)),
      ...repeat(column, 16, row, [
        ...sum!.set(f32x4.const(0)),
        ...at.set(column.get),
        ...repeat(at, row, end.get, unit),
        ...v128.store(i32.add(biasGradient!.get, column.get), sum!.get),
        ...end.set(i32.add(end.get, i32.const(16))),
      ]),
    ];
  });
}
