/** The forward pass of an evaluation, keeping nothing but the logits. */

import { f32, i32, repeat, type } from "./assembler.ts";
import { gateEpilogue, layerEpilogue } from "./epilogue.ts";
import { isGated } from "./layers.ts";
import { LATE, move, type Network } from "./network.ts";

/** Adds "evaluate": of `rows` images, floats at address `images`. */
export function evaluate(network: Network): void {
  const { module, layout, kind, layer, relaxed, block, row } = network;
  const even = i32.const(layout.at("even")), both = layout.at("even") + layout.at("odd");
  const firstW = i32.const(layout.parameter("firstW"));
  const firstB = i32.const(layout.parameter("firstB"));
  const hiddenW = layout.parameter("hiddenW");
  const params = { images: type.i32, rows: type.i32 } as const;
  module.add({ name: "evaluate", params }, ({ images, rows }, f) => {
    const [from, W, b, toG] = f.integers(4);
    const to = i32.sub(i32.const(both), from.get); // the other one of the two
    const x = { from: from.get, rows: rows.get };
    const hidden = { bias: b.get, input: from.get, g: f32.load(toG.get) };
    const v = { ...x, weights: W.get, to };
    const layerCode = () => {
      if (!isGated(layer)) {
        return network.affine("hidden", { ...v, epilogue: layerEpilogue(kind, hidden) });
      }
      const { toW, toB } = network.gateAt, gate = i32.const(layout.at("gate"));
      const weights = i32.add(W.get, i32.const(toW)), bias = i32.add(b.get, i32.const(toB));
      const epilogue = gateEpilogue(layout, relaxed, { ...hidden, bias, g: LATE });
      return [
        ...network.affine("hidden", { ...x, weights, to: gate, epilogue }),
        ...network.affine("hidden", { ...v, epilogue: layerEpilogue(kind, { ...hidden, gate }) }),
      ];
    };
    return [
      ...network.affine("first", {
        from: images.get,
        weights: firstW,
        to: even,
        rows: rows.get,
        epilogue: layerEpilogue("plain", { bias: firstB, input: even, g: LATE }),
      }),
      ...from.set(even),
      ...b.set(i32.const(layout.parameter("hiddenB"))),
      ...toG.set(i32.const(layout.at("g"))),
      ...W.set(i32.const(hiddenW)),
      ...repeat(W, block, hiddenW + layout.matrices.hiddenW.size, [
        ...layerCode(),
        ...move(b, row.width),
        ...move(toG, 4),
        ...from.set(to),
      ]),
      ...network.logits(from.get, rows.get),
    ];
  });
}
