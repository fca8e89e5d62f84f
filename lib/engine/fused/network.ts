/**
 * A whole GradNet of kernels: the parts that its passes (forward.ts, evaluate.ts, backward.ts) share.
 * The loss of the classifier, a few hundred exponentials, is computed in TypeScript (softmax.ts).
 *
 * ```
 * forward:   y₀ = first(x);  yₗ₊₁ = layer(yₗ, yₗ·Wₗ + bₗ);  logits = y·W + b
 * backward:  the same in reverse, each layer giving ∂b = Σ du, ∂W = yᵀ·du, dy ← du·Wᵀ + skip,
 *            and with gates ∂b_T = Σ ds, ∂W_T = yᵀ·ds, dy ← dy + ds·W_Tᵀ
 * ```
 */

import { type Code, f32, i32, type Local } from "./assembler.ts";
import type { LayerKind } from "../../model/layers.ts";
import type { Epilogue } from "./epilogue.ts";
import { forward, type Shape } from "./layer_kernels.ts";
import { type Layer, layers } from "./layers.ts";
import type { Layout } from "./layout.ts";
import type { ModuleBuilder } from "./module.ts";
import { Products } from "./products.ts";

/** g of a layer without interpolation, such as the first. */
export const LATE: Code = f32.const(1);

/** local += bytes */
export const move = (local: Local, bytes: number): Code =>
  local.set(i32.add(local.get, i32.const(bytes)));

/** One product of a layer, v ← x·W. */
export interface Affine {
  /** Address of x. */
  readonly from: Code;
  /** Address of W. */
  readonly weights: Code;
  /** Address of v. */
  readonly to: Code;
  readonly rows: Code;
  readonly epilogue?: Epilogue;
  /** Address of a float64 that Σ|W| is added to. */
  readonly sumB?: number;
}

/** Parts that the passes of a network have in common. */
export class Network {
  readonly module: ModuleBuilder;
  readonly layout: Layout;
  readonly kind: LayerKind;
  readonly layer: Layer;
  /** Whether the engine's multiply-add is used. */
  readonly relaxed: boolean;
  readonly products: Products;
  /** Bytes from one row to the next. */
  readonly row: Readonly<Record<"inputs" | "width" | "classes", number>>;
  /** Bytes from one hidden matrix to the next. */
  readonly block: number;
  /** Bytes from one layer's activations to the next one's. */
  readonly activations: number;

  constructor(module: ModuleBuilder, layout: Layout, kind: LayerKind, relaxed: boolean) {
    const { inputs, width, classes } = layout.stride;
    this.module = module;
    this.layout = layout;
    this.kind = kind;
    this.layer = layers[kind];
    this.relaxed = relaxed;
    this.products = new Products(module, layout, relaxed);
    this.row = { inputs: inputs * 4, width: width * 4, classes: classes * 4 };
    this.block = width * width * 4;
    this.activations = layout.sizes.batch * width * 4;
  }

  /** Sizes of a hidden layer's kernels. */
  get shape(): Shape {
    const { sizes: { width }, stride } = this.layout;
    return { width, stride: stride.width, pool: this.layout.at("pool") };
  }

  /** Bytes from a hidden layer's W to its gates' W_T, and from b to b_T. */
  get gateAt(): Readonly<Record<"toW" | "toB", number>> {
    const offset = (name: "gateW" | "gateB" | "hiddenW" | "hiddenB") =>
      this.layout.matrix(name).offset;
    return { toW: offset("gateW") - offset("hiddenW"), toB: offset("gateB") - offset("hiddenB") };
  }

  /** v ← x·W of a layer. */
  affine(which: "first" | "hidden" | "last", { from, weights, to, ...others }: Affine): Code {
    const { sizes } = this.layout;
    const cRow = which === "last" ? this.row.classes : this.row.width;
    return this.products.product({
      a: from,
      aRow: which === "first" ? this.row.inputs : this.row.width,
      aStep: 4,
      b: weights,
      bRow: cRow,
      c: to,
      cRow,
      k: which === "first" ? sizes.inputs : sizes.width,
      columns: which === "last" ? sizes.classes : sizes.width,
      ...others,
    });
  }

  /** logits ← y·W + b, `from` being the address of y. */
  logits(from: Code, rows: Code): Code {
    const { layout } = this, none = i32.const(0);
    const shape = { width: 0, stride: layout.stride.classes, pool: layout.at("pool") };
    // A linear layer at g = 0 is its bias.
    const addBias = forward(this.module, layers["linear-grelu"], "nothing", shape);
    const to = i32.const(layout.at("logits"));
    return [
      ...this.affine("last", { from, weights: i32.const(layout.parameter("lastW")), to, rows }),
      ...addBias({
        output: to,
        input: to,
        bias: i32.const(layout.parameter("lastB")),
        rows,
        g: f32.const(0),
        factors: none,
        index: none,
        key1: none,
        key2: none,
        limit: none,
        scale: f32.const(1),
      }),
    ];
  }
}
