/** Epilogues: code that an evaluation applies to a product C in registers, before it is stored. */

import { type Code, f32x4, type Local } from "./assembler.ts";
import type { LayerKind } from "../../model/layers.ts";
import { type Layer, layers } from "./layers.ts";
import type { Layout } from "./layout.ts";
import type { FunctionBuilder } from "./locals.ts";
import { sigmoid, sigmoidLocals } from "./sigmoid.ts";

/** Addresses that an epilogue reads from, and g. Rows of input and gate are like those of C. */
export interface Operands {
  readonly bias: Code;
  /** The layer's input. */
  readonly input: Code;
  readonly g: Code;
  /** Output of {@linkcode gateEpilogue}, for a layer that has gates. */
  readonly gate?: Code;
}

/** Operands of an epilogue at one vector: u = v + b of four units, x and t loaded. */
export interface AtVector {
  readonly u: Local;
  readonly x: Code;
  readonly t: Code | undefined;
  /** g, and 1 − g; with gates it is free for t, and 1 − t. */
  readonly g: Local;
  readonly rest: Local;
}

/** An epilogue of a product. */
export interface Epilogue {
  /** Tells it from others: products that have the same share their code. */
  readonly name: string;
  readonly operands: Operands;
  /** Makes its own locals, and gives what makes the code that overwrites u. */
  begin(f: FunctionBuilder): (at: AtVector) => Code;
}

/** y of a layer without dropout. */
export function layerEpilogue(kind: LayerKind, operands: Operands): Epilogue {
  const layer: Layer = layers[kind];
  const begin = () => ({ u, x, t, g, rest }: AtVector) => {
    const vectors = { x, u: u.get, relu: f32x4.pmax(u.get, f32x4.const(0)), rest: rest.get };
    return [
      ...(t ? [...g.set(t), ...rest.set(f32x4.sub(f32x4.const(1), g.get))] : []),
      ...u.set(layer.y({ ...vectors, g: g.get, t: g.get })),
    ];
  };
  return { name: kind, operands, begin };
}

/** t = σ(s) of a layer that has gates. */
export function gateEpilogue(layout: Layout, relaxed: boolean, operands: Operands): Epilogue {
  const begin = (f: FunctionBuilder) => {
    const own = sigmoidLocals(f);
    return ({ u }: AtVector) => sigmoid(u.get, u, own, layout.at("constants"), relaxed);
  };
  return { name: "gate", operands, begin };
}
