/**
 * Kernels of a layer with gates, for all but its two products, v = x·W and x·W_T.
 *
 * ```
 * forward:   u = v + b, s = x·W_T + b_T, t = σ(s), y = layer(x, u, t)·mask
 * backward:  du = dy·A,  ds = dy·B,  dy ← dy·C, the part of dx that skips the weights
 * ```
 *
 * Forward keeps A, B and C, which layers.ts calls du, ds and dx, so that backward neither needs u
 * and t again nor a division.
 */

import { type Code, f32x4, i32, type Local, type, v128 } from "./assembler.ts";
import { columns } from "./columns.ts";
import { ConstantPool } from "./constant_pool.ts";
import { maskLoop, maskParams } from "./dropout.ts";
import type { Keeps } from "./layer_kernels.ts";
import type { GatedLayer } from "./layers.ts";
import type { Layout } from "./layout.ts";
import type { Arguments } from "./locals.ts";
import type { ModuleBuilder } from "./module.ts";
import { sigmoid, sigmoidLocals } from "./sigmoid.ts";

const forwardParams = {
  output: type.i32, // v, and then y
  input: type.i32,
  bias: type.i32,
  gateBias: type.i32,
  rows: type.i32,
  factors: type.i32, // x·W_T, and then A
  ...maskParams,
} as const;

const backwardParams = {
  dy: type.i32,
  factors: type.i32,
  du: type.i32,
  biasGradient: type.i32,
  rows: type.i32,
  ds: type.i32,
  gateBiasGradient: type.i32,
} as const;

/** Bytes from A to B and from A to C, which are alike. */
function beyondFactors(layout: Layout): [toB: number, toC: number] {
  const from = layout.at("factors");
  return [layout.at("gateFactors") - from, layout.at("skipFactors") - from];
}

/** Adds the forward kernel. All but `rows` and what is of the mask are addresses. */
export function gatedForward(
  module: ModuleBuilder,
  layout: Layout,
  layer: GatedLayer,
  keeps: Exclude<Keeps, "nothing">,
  relaxed: boolean,
): (args: Arguments<typeof forwardParams>) => Code {
  const [toB, toC] = beyondFactors(layout);
  return module.add({ params: forwardParams }, (p, f) => {
    const { at, column, loop } = columns(f, layout.stride.width * 4);
    const [u, relu, x, t, y, h, b, gateB, m] = f.vectors(9);
    const constants = new ConstantPool(f, layout.at("pool"));
    const mask = maskLoop(f, h, p, constants, layout.sizes.width, keeps === "masks");
    const own = sigmoidLocals(f), { rest } = own, open = t;
    const load = (from: Local) => v128.load(i32.add(from.get, at.get));
    const keep = (value: Code, beyond = 0) =>
      v128.store(i32.add(p.factors.get, at.get), value, beyond);
    const forward = { x: x.get, u: u.get, relu: relu.get, t: t.get, rest: rest.get };
    const back = { x: x.get, relu: relu.get, open: open.get, rest: rest.get, mask: m.get };
    const s = f32x4.add(load(p.factors), gateB.get);
    const each = [
      ...sigmoid(s, t, own, layout.at("constants"), relaxed),
      ...u.set(f32x4.add(load(p.output), b.get)),
      ...relu.set(f32x4.pmax(u.get, f32x4.const(0))),
      ...x.set(load(p.input)),
      ...m.set(mask.elements()),
      ...y.set(f32x4.mul(layer.y(forward), m.get)),
      ...v128.store(i32.add(p.output.get, at.get), y.get),
      ...open.set(f32x4.mul(t.get, m.get)),
      ...keep(v128.and(layer.du(back), f32x4.gt(u.get, f32x4.const(0)))),
      ...keep(layer.ds(back), toB),
      ...keep(layer.dx(back), toC),
      ...mask.next(),
    ];
    return [
      ...constants.setup,
      ...mask.setup,
      ...loop(p.rows.get, {
        first: [
          ...b.set(v128.load(i32.add(p.bias.get, column.get))),
          ...gateB.set(v128.load(i32.add(p.gateBias.get, column.get))),
          ...mask.column,
        ],
        each,
        last: [],
      }),
    ];
  });
}

/**
 * Adds the backward kernel: du and ds from dy, Σ du and Σ ds over the batch, and in `dy`'s place
 * the part of dx that skips the weights. All but `rows` are addresses.
 */
export function gatedBackward(
  module: ModuleBuilder,
  layout: Layout,
): (args: Arguments<typeof backwardParams>) => Code {
  const [toB, toC] = beyondFactors(layout);
  return module.add({ params: backwardParams }, (p, f) => {
    const { at, column, loop } = columns(f, layout.stride.width * 4);
    const [d, part, sum, gateSum] = f.vectors(4);
    const times = (beyond: number) =>
      f32x4.mul(d.get, v128.load(i32.add(p.factors.get, at.get), beyond));
    const store = (to: Local, value: Code) => v128.store(i32.add(to.get, at.get), value);
    return loop(p.rows.get, {
      first: [...sum.set(f32x4.const(0)), ...gateSum.set(f32x4.const(0))],
      each: [
        ...d.set(v128.load(i32.add(p.dy.get, at.get))),
        ...part.set(times(0)),
        ...sum.set(f32x4.add(sum.get, part.get)),
        ...store(p.du, part.get),
        ...part.set(times(toB)),
        ...gateSum.set(f32x4.add(gateSum.get, part.get)),
        ...store(p.ds, part.get),
        ...store(p.dy, times(toC)),
      ],
      last: [
        ...v128.store(i32.add(p.biasGradient.get, column.get), sum.get),
        ...v128.store(i32.add(p.gateBiasGradient.get, column.get), gateSum.get),
      ],
    });
  });
}
