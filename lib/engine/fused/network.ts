/**
 * A whole GradNet out of the kernels: forward for a step, for a measurement and for an evaluation,
 * and backward. The classifier's loss, a few hundred exponentials, stays in TypeScript between the
 * two (softmax.ts).
 *
 * ```
 * forward:   y₀ = first(x);  yₗ₊₁ = layer(yₗ, yₗ·Wₗ + bₗ);  logits = y·W + b
 * backward:  the same in reverse, each layer giving ∂b = Σ du, ∂W = yᵀ·du, dy ← du·Wᵀ + round,
 *            and with gates ∂b_T = Σ ds, ∂W_T = yᵀ·ds, dy ← dy + ds·W_Tᵀ
 * ```
 */

import { type Code, f32, f64, i32, type Local, repeat, type Type, type } from "./assembler.ts";
import { gatedBackward, gatedForward } from "./gates.ts";
import {
  backward,
  type BackwardArguments,
  forward,
  type ForwardArguments,
  goesRound,
  type Keeps,
  type LayerForm,
} from "./layer.ts";
import type { Layout, ParameterName } from "./layout.ts";
import { type Finish, Products } from "./matmul.ts";
import type { ModuleBuilder } from "./module.ts";

const F32_ZERO = f32.const(0), F32_ONE = f32.const(1);

/** Adds the passes of a network to a module. */
export class Network {
  readonly #module: ModuleBuilder;
  readonly #layout: Layout;
  readonly #kind: LayerForm;
  readonly #relaxed: boolean;
  readonly #products: Products;
  readonly #row: Readonly<Record<"inputs" | "width" | "classes", number>>;
  readonly #block: number; // bytes from one hidden matrix to the next
  readonly #activations: number; // bytes from one layer's activations to the next one's

  constructor(module: ModuleBuilder, layout: Layout, kind: LayerForm, relaxed: boolean) {
    const { inputs, width, classes } = layout.stride;
    this.#module = module;
    this.#layout = layout;
    this.#kind = kind;
    this.#relaxed = relaxed;
    this.#products = new Products(module, layout, relaxed);
    this.#row = { inputs: inputs * 4, width: width * 4, classes: classes * 4 };
    this.#block = width * width * 4;
    this.#activations = layout.sizes.batch * width * 4;
  }

  /** Bytes from a hidden layer's W to its gates' W_T, and from b to b_T. */
  #gateAt(): [W: number, b: number] {
    const { gateW, gateB, hiddenW, hiddenB } = this.#layout.matrices;
    return [gateW!.offset - hiddenW.offset, gateB!.offset - hiddenB.offset];
  }

  /** v ← x·W of a layer, `from` being x and `to` v. */
  #affine(
    which: "first" | "hidden" | "last",
    from: Code,
    weights: Code,
    to: Code,
    rows: Code,
    sum = false,
    finish?: Finish,
  ): Code {
    const { sizes } = this.#layout;
    const aRow = which === "first" ? this.#row.inputs : this.#row.width;
    const cRow = which === "last" ? this.#row.classes : this.#row.width;
    const columns = which === "last" ? sizes.classes : sizes.width;
    const k = which === "first" ? sizes.inputs : sizes.width;
    const product = { a: from, aRow, aStep: 4, b: weights, bRow: cRow, c: to, cRow, rows, k };
    const sumB = sum ? { sumB: this.#layout.at("sums") } : {};
    return this.#products.product({ ...product, columns, ...sumB, ...(finish && { finish }) });
  }

  /** logits ← y·W + b. */
  #logits(from: Code, rows: Code): Code {
    const layout = this.#layout;
    const bias = forward(
      this.#module,
      "linear-grelu",
      "nothing",
      0,
      layout.stride.classes,
      layout.at("held"),
    );
    const to = i32.const(layout.at("logits"));
    const b = i32.const(layout.parameter("lastB"));
    const none = i32.const(0);
    return [
      ...this.#affine("last", from, i32.const(layout.parameter("lastW")), to, rows),
      // A linear layer at g = 0 is its bias.
      ...bias(to, to, b, rows, F32_ZERO, none, none, none, none, none, F32_ONE),
    ];
  }

  /** Adds `name`: the forward pass of the batch. */
  forward(name: "train" | "measure", keeps: Keeps): void {
    const layout = this.#layout, { hidden, width } = layout.sizes;
    const held = layout.at("held");
    const first = forward(this.#module, "plain", keeps, width, layout.stride.width, held);
    const layer = this.#hiddenForward(keeps);
    const types: Type[] = keeps === "masks" ? [type.i32, type.i32, type.i32, type.f32] : [];
    const outputs = layout.at("outputs"), factors = layout.at("factors");
    this.#module.add(name, types, undefined, (f) => {
      const rows = i32.const(layout.sizes.batch);
      const [key1, key2, limit, scale] = keeps === "masks"
        ? types.map((_, i) => f.at(i).get) as [Code, Code, Code, Code]
        : [i32.const(0), i32.const(0), i32.const(0), F32_ONE];
      const from = f.local(type.i32), W = f.local(type.i32), b = f.local(type.i32);
      const factor = f.local(type.i32), index = f.local(type.i32), share = f.local(type.i32);
      const g = f32.load(share.get);
      const to = i32.add(from.get, i32.const(this.#activations));
      const count = i32.mul(rows, i32.const(width));
      const move = (local: typeof from, by: number) => local.set(i32.add(local.get, i32.const(by)));
      const y0 = i32.const(outputs), image = i32.const(layout.at("images"));
      const firstB = i32.const(layout.parameter("firstB"));
      return [
        ...f64.store(i32.const(layout.at("sums")), f64.zero),
        ...this.#affine("first", image, i32.const(layout.parameter("firstW")), y0, rows),
        ...first(
          y0,
          y0,
          firstB,
          rows,
          F32_ONE, // it has no other form
          i32.const(factors),
          i32.const(0),
          key1,
          key2,
          limit,
          scale,
        ),
        ...from.set(y0),
        ...W.set(i32.const(layout.parameter("hiddenW"))),
        ...b.set(i32.const(layout.parameter("hiddenB"))),
        ...factor.set(i32.const(factors + this.#activations)),
        ...index.set(count),
        ...share.set(i32.const(layout.at("shares"))),
        ...repeat(from, this.#activations, outputs + hidden * this.#activations, [
          ...this.#affine("hidden", from.get, W.get, to, rows, true),
          ...layer(
            [to, from.get, b.get, rows, g, factor.get, index.get, key1, key2, limit, scale],
            W.get,
          ),
          ...move(W, this.#block),
          ...move(b, this.#row.width),
          ...move(factor, this.#activations),
          ...move(share, 4),
          ...index.set(i32.add(index.get, count)),
        ]),
        ...this.#logits(from.get, rows),
      ];
    });
  }

  /** Adds what a hidden layer does after its first product, the second one too where it has gates. */
  #hiddenForward(keeps: Keeps): (args: ForwardArguments, W: Code) => Code {
    const layout = this.#layout;
    if (this.#kind !== "highway") {
      const { width } = layout.sizes;
      const held = layout.at("held");
      const layer = forward(this.#module, this.#kind, keeps, width, layout.stride.width, held);
      return (args) => layer(...args);
    }
    const layer = gatedForward(this.#module, layout, keeps, this.#relaxed);
    const [toW, toB] = this.#gateAt();
    return ([to, from, b, rows, _g, factors, ...random], W) => [
      ...this.#affine("hidden", from, i32.add(W, i32.const(toW)), factors, rows),
      ...layer(to, from, b, i32.add(b, i32.const(toB)), rows, factors, ...random),
    ];
  }

  /** Adds "evaluate". */
  evaluate(): void {
    const layout = this.#layout, kind = this.#kind;
    const [even, odd] = [layout.at("even"), layout.at("odd")];
    const hiddenW = layout.parameter("hiddenW");
    this.#module.add("evaluate", [type.i32, type.i32], undefined, (f) => {
      const images = f.at(0).get, rows = f.at(1).get;
      const [from, W] = [f.local(type.i32), f.local(type.i32)];
      const [b, share] = [f.local(type.i32), f.local(type.i32)];
      const to = i32.sub(i32.const(even + odd), from.get); // the other one of the two
      const begin = i32.const(even), firstW = i32.const(layout.parameter("firstW"));
      const firstB = i32.const(layout.parameter("firstB"));
      const first = { kind: "plain", bias: firstB, input: begin, g: F32_ONE } as const;
      const layer = { kind, bias: b.get, input: from.get, g: f32.load(share.get) };
      const gated = kind === "highway";
      const gate = gated ? i32.const(layout.at("gate")) : F32_ZERO;
      const [toW, toB] = gated ? this.#gateAt() : [0, 0];
      const gateB = i32.add(b.get, i32.const(toB));
      const gateW = i32.add(W.get, i32.const(toW));
      const gates = { kind: "gate", bias: gateB, input: from.get, g: F32_ONE } as const;
      return [
        ...this.#affine("first", images, firstW, begin, rows, false, first),
        ...from.set(begin),
        ...b.set(i32.const(layout.parameter("hiddenB"))),
        ...share.set(i32.const(layout.at("shares"))),
        ...W.set(i32.const(hiddenW)),
        ...repeat(W, this.#block, hiddenW + layout.matrices.hiddenW.size, [
          ...(gated ? this.#affine("hidden", from.get, gateW, gate, rows, false, gates) : []),
          ...this.#affine("hidden", from.get, W.get, to, rows, false, {
            ...layer,
            ...(gated && { gate }),
          }),
          ...b.set(i32.add(b.get, i32.const(this.#row.width))),
          ...share.set(i32.add(share.get, i32.const(4))),
          ...from.set(to),
        ]),
        ...this.#logits(from.get, rows),
      ];
    });
  }

  /** Adds what a hidden layer does before its products on the way back. */
  #hiddenBackward(): (...args: BackwardArguments) => Code {
    const layout = this.#layout;
    if (this.#kind !== "highway") return backward(this.#module, this.#kind, layout.stride.width);
    const layer = gatedBackward(this.#module, layout);
    const toB = this.#gateAt()[1], ds = i32.const(layout.at("ds"));
    return (dy, factors, du, db, rows, _g) =>
      layer(dy, factors, du, db, rows, ds, i32.add(db, i32.const(toB)));
  }

  /** Adds "backward". */
  backward(): void {
    const layout = this.#layout, { sizes, stride } = layout, row = this.#row;
    const layer = this.#hiddenBackward();
    const first = backward(this.#module, "plain", stride.width);
    const gradient = (name: ParameterName) => layout.parameter(name, "gradients");
    const weight = (name: ParameterName) => layout.parameter(name);
    const [dy, du] = [i32.const(layout.at("dy")), i32.const(layout.at("du"))];
    const dz = i32.const(layout.at("logits"));
    const round = goesRound(this.#kind);
    const outputs = layout.at("outputs"), factors = layout.at("factors");
    const end = sizes.hidden;
    const gated = this.#kind === "highway";
    const ds = gated ? i32.const(layout.at("ds")) : F32_ZERO;
    const toW = gated ? this.#gateAt()[0] : 0;
    const beyond = (local: Local) => i32.add(local.get, i32.const(toW));
    this.#module.add("backward", [], undefined, (f) => {
      const rows = i32.const(sizes.batch), share = f.local(type.i32), g = f32.load(share.get);
      const [y, factor, dW, W, db] = [0, 1, 2, 3, 4].map(() => f.local(type.i32));
      const left = f.local(type.i32);
      const back = (local: typeof left, by: number) => local.set(i32.sub(local.get, i32.const(by)));
      // ∂W = yᵀ·du, over the images of the batch.
      const outer = (a: Code, aStep: number, b: Code, bRow: number, c: Code, n: number, sumC = 0) =>
        this.#products.product({
          ...{
            a,
            aRow: 4,
            aStep,
            b,
            bRow,
            c,
            cRow: bRow,
            columns: bRow === row.classes ? sizes.classes : sizes.width,
            sumC,
          },
          ...{ rows: i32.const(n), k: sizes.batch },
        });
      const inner = (a: Code, aRow: number, b: Code, k: number, accumulate: boolean) =>
        this.#products.product({
          ...{
            a,
            aRow,
            aStep: 4,
            b,
            bRow: aRow,
            transposed: true,
            c: dy,
            cRow: row.width,
            rows,
            k,
          },
          ...{ columns: sizes.width, accumulate },
        });
      const top = i32.const(outputs + end * this.#activations);
      return [
        ...f64.store(i32.const(layout.at("sums") + 8), f64.zero),
        ...outer(top, row.width, dz, row.classes, i32.const(gradient("lastW")), sizes.width),
        ...inner(dz, row.classes, i32.const(weight("lastW")), sizes.classes, false),
        ...y!.set(i32.const(outputs + (end - 1) * this.#activations)),
        ...factor!.set(i32.const(factors + end * this.#activations)),
        ...dW!.set(i32.const(gradient("hiddenW") + (end - 1) * this.#block)),
        ...W!.set(i32.const(weight("hiddenW") + (end - 1) * this.#block)),
        ...db!.set(i32.const(gradient("hiddenB") + (end - 1) * row.width)),
        ...share.set(i32.const(layout.at("shares") + (end - 1) * 4)),
        ...left.set(i32.const(0)),
        ...repeat(left, 1, end, [
          ...layer(dy, factor!.get, du, db!.get, rows, g),
          ...outer(y!.get, row.width, du, row.width, dW!.get, sizes.width, layout.at("sums") + 8),
          ...inner(du, row.width, W!.get, sizes.width, round),
          ...(gated
            ? [
              ...outer(y!.get, row.width, ds, row.width, beyond(dW!), sizes.width),
              ...inner(ds, row.width, beyond(W!), sizes.width, true),
            ]
            : []),
          ...[y!, factor!].flatMap((local) => back(local, this.#activations)),
          ...[dW!, W!].flatMap((local) => back(local, this.#block)),
          ...back(db!, row.width),
          ...back(share, 4),
        ]),
        ...first(dy, factor!.get, du, i32.const(gradient("firstB")), rows, F32_ONE),
        ...outer(
          i32.const(layout.at("images")),
          row.inputs,
          du,
          row.width,
          i32.const(gradient("firstW")),
          sizes.inputs,
        ),
      ];
    });
  }
}
