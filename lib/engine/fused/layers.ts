/**
 * The hidden layers as the kernels have them, one entry for each kind, beside those of
 * `lib/model/layers.ts`: the same formulas, on vectors of four units. What else a layer does, the
 * kernels derive from its entry.
 *
 * The readable `du(dy, …)` and `dx(dy, …)` are products with dy. Here stands what dy is multiplied
 * by, dropout's mask included, because y = layer(x, u)·mask:
 *
 * ```
 * step = mask where u > 0, else 0      // mask·relu′(u)
 * mask = 0 or 1/keep; 1 without dropout
 * rest = 1 − g, or 1 − t where there are gates
 * ```
 */

import { type Code, f32x4 } from "./assembler.ts";
import type { LayerKind } from "../../model/layers.ts";

type Vectors<Names extends string> = Readonly<Record<Names, Code>>;

/** Formulas of a layer without gates. */
export interface UngatedLayer {
  /** y, without dropout. */
  y(v: Vectors<"x" | "u" | "relu" | "g" | "rest">): Code;
  /** ∂y/∂u. */
  du(v: Vectors<"g" | "rest" | "step" | "mask">): Code;
  /** ∂y/∂x but by way of u; absent where there is none. */
  dx?(v: Vectors<"g" | "rest" | "step" | "mask">): Code;
}

/** Formulas of a layer with gates t = σ(s), s = x·W_T + b_T. */
export interface GatedLayer {
  /** y, without dropout. */
  y(v: Vectors<"x" | "u" | "relu" | "t" | "rest">): Code;
  /** ∂y/∂u where u > 0, from `open` = mask·t; where it is not, it is 0. */
  du(v: GateVectors): Code;
  /** ∂y/∂x but by way of u and s. */
  dx(v: GateVectors): Code;
  /** ∂y/∂s = ∂y/∂t·t·(1−t). */
  ds(v: GateVectors): Code;
}

type GateVectors = Vectors<"x" | "relu" | "open" | "rest" | "mask">;

/** One entry of {@linkcode layers}. */
export type Layer = UngatedLayer | GatedLayer;

const { add, mul, sub } = f32x4;

const identityGrelu: UngatedLayer = {
  y: ({ x, relu, g, rest }) => add(mul(g, relu), mul(rest, x)),
  du: ({ g, step }) => mul(g, step),
  dx: ({ rest, mask }) => mul(rest, mask),
};

const linearGrelu: UngatedLayer = {
  y: ({ u, relu, g, rest }) => add(mul(g, relu), mul(rest, u)),
  du: ({ g, rest, step, mask }) => add(mul(g, step), mul(rest, mask)),
};

const plain: UngatedLayer = {
  y: ({ relu }) => relu,
  du: ({ step }) => step,
};

const residual: UngatedLayer = {
  y: ({ x, relu }) => add(x, relu),
  du: ({ step }) => step,
  dx: ({ mask }) => mask,
};

const highway: GatedLayer = {
  y: ({ x, relu, t, rest }) => add(mul(t, relu), mul(rest, x)),
  du: ({ open }) => open,
  dx: ({ rest, mask }) => mul(rest, mask),
  ds: ({ x, relu, open, rest }) => mul(mul(sub(relu, x), rest), open),
};

/** Every kind of layer by its name. A kind that has no entry does not compile. */
export const layers = {
  "identity-grelu": identityGrelu,
  "linear-grelu": linearGrelu,
  "plain": plain,
  "residual": residual,
  "highway": highway,
} satisfies Record<LayerKind, Layer>;

/** Tells whether there are kernels for a kind of layer. */
export const hasKernels = (name: string): name is LayerKind => Object.hasOwn(layers, name);

/** The kinds of layer there are kernels for. */
export const kernelKinds: readonly LayerKind[] = Object.keys(layers).filter(hasKernels);

/** Tells whether a layer has gates. */
export const isGated = (layer: Layer): layer is GatedLayer => "ds" in layer;

/** Tells whether a layer has a skip connection: a part of dx that does not pass its weights. */
export const hasSkip = (layer: Layer): boolean => layer.dx !== undefined;
