/** The forward pass of a batch, keeping what the way back needs. */

import { type Code, f32, f64, i32, repeat, type } from "./assembler.ts";
import { gatedForward } from "./gated_kernels.ts";
import { forward as layerForward, type ForwardArguments, type Keeps } from "./layer_kernels.ts";
import { isGated, layers } from "./layers.ts";
import type { Arguments, FunctionBuilder } from "./locals.ts";
import { LATE, move, type Network } from "./network.ts";

/** Parameters of the pass with dropout; see dropout.ts. */
const dropoutParams = { key1: type.i32, key2: type.i32, limit: type.i32, scale: type.f32 } as const;

const zero = i32.const(0), noDropout = { key1: zero, key2: zero, limit: zero, scale: f32.const(1) };

/** Adds "train": the forward pass with dropout. */
export function trainingForward(network: Network): void {
  const pass = passOf(network, "masks");
  network.module.add({ name: "train", params: dropoutParams }, (p, f) => {
    const { key1, key2, limit, scale } = p;
    return pass(f, { key1: key1.get, key2: key2.get, limit: limit.get, scale: scale.get });
  });
}

/** Adds "measure": the forward pass without. */
export function measuringForward(network: Network): void {
  const pass = passOf(network, "factors");
  network.module.add({ name: "measure", params: {} }, (_, f) => pass(f, noDropout));
}

/** Makes the kernels of a pass, and gives what makes its code. */
function passOf(
  network: Network,
  keeps: Exclude<Keeps, "nothing">,
): (f: FunctionBuilder, dropout: Arguments<typeof dropoutParams>) => Code {
  const { module, layout, activations } = network, { hidden, width, batch } = layout.sizes;
  const first = layerForward(module, layers.plain, keeps, network.shape);
  const layer = hiddenForward(network, keeps);
  const rows = i32.const(batch), count = i32.mul(rows, i32.const(width));
  const outputs = layout.at("outputs"), factors = layout.at("factors");
  const y0 = i32.const(outputs), image = i32.const(layout.at("images"));
  const firstW = i32.const(layout.parameter("firstW"));
  const sumB = layout.at("sums");
  return (f, dropout) => {
    const [from, W, b, factor, index, toG] = f.integers(6);
    const to = i32.add(from.get, i32.const(activations));
    return [
      ...f64.store(i32.const(sumB), f64.zero),
      ...network.affine("first", { from: image, weights: firstW, to: y0, rows }),
      ...first({
        output: y0,
        input: y0,
        bias: i32.const(layout.parameter("firstB")),
        rows,
        g: LATE,
        factors: i32.const(factors),
        index: i32.const(0),
        ...dropout,
      }),
      ...from.set(y0),
      ...W.set(i32.const(layout.parameter("hiddenW"))),
      ...b.set(i32.const(layout.parameter("hiddenB"))),
      ...factor.set(i32.const(factors + activations)),
      ...index.set(count),
      ...toG.set(i32.const(layout.at("g"))),
      ...repeat(from, activations, outputs + hidden * activations, [
        ...network.affine("hidden", { from: from.get, weights: W.get, to, rows, sumB }),
        ...layer({
          output: to,
          input: from.get,
          bias: b.get,
          rows,
          g: f32.load(toG.get),
          factors: factor.get,
          index: index.get,
          ...dropout,
        }, W.get),
        ...move(W, network.block),
        ...move(b, network.row.width),
        ...move(factor, activations),
        ...move(toG, 4),
        ...index.set(i32.add(index.get, count)),
      ]),
      ...network.logits(from.get, rows),
    ];
  };
}

/** Adds what a hidden layer does after its product; where it has gates, their product too. */
function hiddenForward(
  network: Network,
  keeps: Exclude<Keeps, "nothing">,
): (args: ForwardArguments, W: Code) => Code {
  const { module, layout, layer, shape, relaxed } = network;
  if (!isGated(layer)) return layerForward(module, layer, keeps, shape);
  const kernel = gatedForward(module, layout, layer, keeps, relaxed);
  const { toW, toB } = network.gateAt;
  return ({ g: _, ...args }, W) => {
    const { input: from, factors: to, rows, bias } = args;
    return [
      ...network.affine("hidden", { from, weights: i32.add(W, i32.const(toW)), to, rows }),
      ...kernel({ ...args, gateBias: i32.add(bias, i32.const(toB)) }),
    ];
  };
}
