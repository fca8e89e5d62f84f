/** The backward pass of a batch. */

import { type Code, f32, f64, i32, type Local, repeat } from "./assembler.ts";
import { gatedBackward } from "./gated_kernels.ts";
import { backward as layerBackward } from "./layer_kernels.ts";
import { hasSkip, isGated, layers } from "./layers.ts";
import { LATE, type Network } from "./network.ts";
import type { ParameterName } from "./parameters.ts";

/** local −= bytes */
const back = (local: Local, bytes: number): Code => local.set(i32.sub(local.get, i32.const(bytes)));

/** Adds "backward": all gradients but that of lastB, from ∂L/∂logits in the logits' place. */
export function backward(network: Network): void {
  const { module, layout, row, block, activations } = network;
  const { inputs, width, classes, hidden, batch } = layout.sizes;
  const hiddenLayer = hiddenBackward(network);
  const first = layerBackward(module, layers.plain, layout.stride.width);
  const gradient = (name: ParameterName) => layout.parameter(name, "gradients");
  const dy = i32.const(layout.at("dy")), du = i32.const(layout.at("du"));
  const logits = { from: i32.const(layout.at("logits")), row: row.classes, columns: classes };
  const outputs = layout.at("outputs"), factors = layout.at("factors");
  const sum = layout.at("sums") + 8;
  module.add({ name: "backward", params: {} }, (_, f) => {
    const [toG] = f.integers(1);
    const [y, factor, dW, W, db, left] = f.integers(6);
    const top = { from: i32.const(outputs + hidden * activations), row: row.width, columns: width };
    const images = { from: i32.const(layout.at("images")), row: row.inputs, columns: inputs };
    const firstDu = { from: du, row: row.width, columns: width };
    return [
      ...f64.store(i32.const(sum), f64.zero),
      ...outer(network, top, logits, i32.const(gradient("lastW"))),
      ...inner(network, logits, i32.const(layout.parameter("lastW")), false),
      ...y.set(i32.const(outputs + (hidden - 1) * activations)),
      ...factor.set(i32.const(factors + hidden * activations)),
      ...dW.set(i32.const(gradient("hiddenW") + (hidden - 1) * block)),
      ...W.set(i32.const(layout.parameter("hiddenW") + (hidden - 1) * block)),
      ...db.set(i32.const(gradient("hiddenB") + (hidden - 1) * row.width)),
      ...toG.set(i32.const(layout.at("g") + (hidden - 1) * 4)),
      ...left.set(i32.const(0)),
      ...repeat(left, 1, hidden, [
        ...hiddenLayer({ y, factor, dW, W, db, toG }),
        ...[y, factor].flatMap((local) => back(local, activations)),
        ...[dW, W].flatMap((local) => back(local, block)),
        ...back(db, row.width),
        ...back(toG, 4),
      ]),
      ...first({
        dy,
        factors: factor.get,
        du,
        biasGradient: i32.const(gradient("firstB")),
        rows: i32.const(batch),
        g: LATE,
      }),
      ...outer(network, images, firstDu, i32.const(gradient("firstW"))),
    ];
  });
}

/** Addresses of what a hidden layer needs on the way back. */
type AtLayer = Readonly<Record<"y" | "factor" | "dW" | "W" | "db" | "toG", Local>>;

/** Adds the kernels of a hidden layer, and gives what makes its code. */
function hiddenBackward(network: Network): (at: AtLayer) => Code {
  const { module, layout, layer, row } = network, { width, batch } = layout.sizes;
  const dy = i32.const(layout.at("dy")), rows = i32.const(batch), sum = layout.at("sums") + 8;
  const matrix = (from: Code) => ({ from, row: row.width, columns: width });
  const du = matrix(i32.const(layout.at("du")));
  /** ∂W, and dy ← du·Wᵀ + skip. */
  const products = ({ y, dW, W }: AtLayer) => [
    ...outer(network, matrix(y.get), du, dW.get, sum),
    ...inner(network, du, W.get, hasSkip(layer)),
  ];
  if (!isGated(layer)) {
    const kernel = layerBackward(module, layer, layout.stride.width);
    return (at) => [
      ...kernel({
        dy,
        factors: at.factor.get,
        du: du.from,
        biasGradient: at.db.get,
        rows,
        g: f32.load(at.toG.get),
      }),
      ...products(at),
    ];
  }
  const kernel = gatedBackward(module, layout);
  const { toW, toB } = network.gateAt;
  const ds = matrix(i32.const(layout.at("ds")));
  const gates = (local: Local) => i32.add(local.get, i32.const(toW));
  return (at) => [
    ...kernel({
      dy,
      factors: at.factor.get,
      du: du.from,
      biasGradient: at.db.get,
      rows,
      ds: ds.from,
      gateBiasGradient: i32.add(at.db.get, i32.const(toB)),
    }),
    ...products(at),
    ...outer(network, matrix(at.y.get), ds, gates(at.dW)),
    ...inner(network, ds, gates(at.W), true),
  ];
}

/** Activations of a batch: their address, and bytes from one row to the next. */
interface Activations {
  readonly from: Code;
  readonly row: number;
  readonly columns: number;
}

/** ∂W = yᵀ·du, over the images of the batch; Σ|∂W| is added at `sumC`, if there is one. */
function outer(network: Network, y: Activations, du: Activations, dW: Code, sumC?: number): Code {
  return network.products.product({
    a: y.from,
    aRow: 4,
    aStep: y.row,
    b: du.from,
    bRow: du.row,
    c: dW,
    cRow: du.row,
    rows: i32.const(y.columns),
    k: network.layout.sizes.batch,
    columns: du.columns,
    ...(sumC !== undefined && { sumC }),
  });
}

/** dy ← or += du·Wᵀ. */
function inner(network: Network, du: Activations, W: Code, accumulate: boolean): Code {
  const { layout, row } = network;
  return network.products.product({
    a: du.from,
    aRow: du.row,
    aStep: 4,
    b: W,
    bRow: du.row,
    transposed: true,
    c: i32.const(layout.at("dy")),
    cRow: row.width,
    rows: i32.const(layout.sizes.batch),
    k: du.columns,
    columns: layout.sizes.width,
    accumulate,
  });
}
