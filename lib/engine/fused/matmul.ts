/**
 * The matrix product, C = A·B or C += A·B, as every layer needs it three times: x·W, du·Wᵀ, xᵀ·du.
 *
 * ```
 * for each chunk of k, at most 64, and each group of columns, at most 13 vectors:
 *   panel ← B[chunk, group]                       // or its transpose, at an address known here
 *   for each part of the group, at most 5 vectors, and every two rows i of C: // the micro-kernel
 *     acc[0..1, 0..4] ← 0 or C[i, part]           // in registers
 *     for k in chunk:                             // unrolled
 *       acc[r, j] += A[i + r, k] · panel[k, j]    // 2 splats, 5 loads, 10 multiply-adds
 *     C[i, part] ← acc
 * ```
 *
 * Two rows, because a core starts no more loads in a cycle than multiply-adds, and one row alone
 * needs more of them. Where the last vector of a row is half padding (width 50 is 12½ vectors), two
 * rows share it: the panel has the half twice, and the splat is half of one row's, half of the
 * other's. The part with the half takes four rows, to have as many sums. V8 checks the bounds of every load unless its address is a constant; those of
 * the panel are. A is read one float at a time, so its transpose costs nothing: only the step of k
 * differs.
 */

import {
  type Code,
  f32x4,
  type FunctionBuilder,
  i32,
  type Local,
  multiplyAdd,
  repeat,
  type Type,
  type,
  v128,
  when,
} from "./assembler.ts";
import { type LayerForm, layerValue } from "./layer.ts";
import { CHUNK, type Layout, SUMS, VECTORS } from "./layout.ts";
import type { ModuleBuilder } from "./module.ts";
import { addRows, packRows, packTransposed, type Panel } from "./panel.ts";
import { sigmoid, SIGMOID_LOCALS } from "./sigmoid.ts";

/** What makes the output of a layer without dropout from its product; see layer.ts. */
export interface Finish {
  /** "gate": σ(u), of a layer that has gates. */
  readonly kind: LayerForm | "gate";
  /** Address of the bias. */
  readonly bias: Code;
  /** Address of the layer's input, in rows like those of C. */
  readonly input: Code;
  readonly g: Code;
  /** Address of what a "gate" gave, in rows like those of C; for a layer that has gates. */
  readonly gate?: Code;
}

/** One product. Steps are in bytes. */
export interface Product {
  /** Address of A[0, 0]. */
  readonly a: Code;
  /** From A[i, k] to A[i + 1, k]. */
  readonly aRow: number;
  /** From A[i, k] to A[i, k + 1]. */
  readonly aStep: number;
  /** Address of B[0, 0]. */
  readonly b: Code;
  /** From a row of B (of what is transposed, where it is) to the next. */
  readonly bRow: number;
  /** Read B transposed. */
  readonly transposed?: boolean;
  /** Address of C[0, 0]. */
  readonly c: Code;
  readonly cRow: number;
  /** Rows of A and C. */
  readonly rows: Code;
  /** Columns of A. */
  readonly k: number;
  /** Columns of B and C. Those beyond, up to a multiple of four, are zeros and stay as they are. */
  readonly columns: number;
  /** Add to C. Default false: C is new. */
  readonly accumulate?: boolean;
  /** Make of C a layer's output before it is stored. */
  readonly finish?: Finish;
  /** Address of a float64 that Σ|B| is added to. */
  readonly sumB?: number;
  /** Address of a float64 that Σ|C| is added to. */
  readonly sumC?: number;
}

/** `n` in few parts of at most `most`, all of one size if one or two more will do, else near it. */
export function parts(n: number, most: number): number[] {
  const least = Math.ceil(n / most);
  const count = [least, least + 1, least + 2].find((count) => n % count === 0) ?? least;
  return Array.from({ length: count }, (_, i) => Math.floor((n + i) / count)).reverse();
}

/** Parts of n − ½ vectors, the last one with the half, all others as large as can be. */
function halfParts(n: number): number[] {
  const last = (n - 1) % SUMS || Math.min(n - 1, SUMS);
  return [...Array<number>((n - 1 - last) / SUMS).fill(SUMS), last + 1];
}

const REGISTERS = 15; // of the 16 of x64, V8 keeps one

/** Whether a part of a product is its first, its last. */
interface Ends {
  readonly first: boolean;
  readonly last: boolean;
}

/** Makes products; those of the same shape share their code. */
export class Products {
  readonly #module: ModuleBuilder;
  readonly #panel: number;
  readonly #relaxed: boolean;
  readonly #constants: number;
  readonly #madd: (a: Code, b: Code, c: Code) => Code;
  readonly #made = new Map<string, (...args: Code[]) => Code>();

  /** @param relaxed use the engine's multiply-add */
  constructor(module: ModuleBuilder, layout: Layout, relaxed: boolean) {
    this.#module = module;
    this.#panel = layout.at("panel");
    this.#relaxed = relaxed;
    this.#constants = layout.sizes.gates ? layout.at("constants") : 0;
    this.#madd = multiplyAdd(relaxed);
  }

  /**
   * Makes the kernels that a product needs.
   *
   * @returns its code, for use in any function that is added later
   */
  product(p: Product): Code {
    const code: Code[] = [];
    let from = 0;
    for (const chunk of parts(p.k, CHUNK)) {
      let column = 0;
      const last = from + chunk === p.k;
      const all = Math.ceil(p.columns / 4), odd = [1, 2].includes(p.columns % 4);
      for (const vectors of parts(all, VECTORS)) {
        const half = odd && column + vectors * 4 === all * 4;
        const sumB = p.sumB ?? 0, sumC = last ? p.sumC ?? 0 : 0;
        const [down, right] = p.transposed ? [4, p.bRow] : [p.bRow, 4];
        const shape = { at: this.#panel, vectors, half, chunk, bRow: p.bRow };
        const pack = this.#once(
          `pack ${[p.transposed, vectors, half, chunk, p.bRow, sumB]}`,
          () =>
            p.transposed
              ? packTransposed(this.#module, shape)
              : packRows(this.#module, shape, sumB),
        );
        const accumulate = p.accumulate || from > 0;
        const ends = { first: from === 0, last };
        code.push(pack(i32.add(p.b, i32.const(from * down + column * right))));
        const start = column;
        for (const sums of half ? halfParts(vectors) : parts(vectors, SUMS)) {
          const at = this.#panel + (column - start) * 4;
          const cut = half && column + sums * 4 === all * 4;
          const panel = { at, vectors: sums, half: cut, chunk, bRow: vectors * 16 };
          const multiply = this.#multiply(panel, p, accumulate, ends);
          const right4 = (address: Code) => i32.add(address, i32.const(column * 4));
          code.push(multiply(
            i32.add(p.a, i32.const(from * p.aStep)),
            right4(p.c),
            p.rows,
            ...(p.finish ? [right4(p.finish.bias), right4(p.finish.input), p.finish.g] : []),
            ...(p.finish?.gate ? [right4(p.finish.gate)] : []),
          ));
          column += sums * 4;
        }
        if (sumC) {
          const add = this.#once(
            `add ${[vectors, p.cRow, sumC]}`,
            () => addRows(this.#module, vectors, p.cRow, sumC),
          );
          code.push(add(i32.add(p.c, i32.const(start * 4)), p.rows));
        }
      }
      from += chunk;
    }
    return code;
  }

  #once(key: string, make: () => (...args: Code[]) => Code): (...args: Code[]) => Code {
    const found = this.#made.get(key) ?? make();
    this.#made.set(key, found);
    return found;
  }

  /** (a, c, rows): c[i, j] ← or += Σ a[i, k] · panel[k, j]. */
  #multiply(panel: Panel, p: Product, accumulate: boolean, ends: Ends) {
    const { vectors, half } = panel;
    const { aRow, aStep, cRow, finish } = p;
    // As many rows at a time as there are registers for: a sum for each vector and a splat for each
    // row, and one for the panel. Eight sums keep the processor busy: a multiply-add has to wait
    // four cycles for the last one of the same register, and two can start in each.
    const most = Math.floor((REGISTERS - 1) / (vectors + (half ? 0.5 : 1)));
    const counts = half ? [4, 2, 1].filter((count) => count <= most) : most > 1 ? [most, 1] : [1];
    const key = `multiply ${[...Object.values(panel), aRow, aStep, cRow, accumulate]}` +
      (finish ? ` ${[finish.kind, ends.first, ends.last]}` : "");
    const types: Type[] = [type.i32, type.i32, type.i32];
    if (finish) types.push(type.i32, type.i32, type.f32);
    if (finish?.gate) types.push(type.i32);
    return this.#once(
      key,
      () =>
        this.#module.add("", types, undefined, (f) => {
          const [a, c, rows] = [f.at(0), f.at(1), f.at(2)];
          const end = f.local(type.i32);
          const late = f.local(type.v128), early = f.local(type.v128);
          /** While there are so many rows left. */
          const each = (count: number): Code => {
            const body = this.#rows(f, panel, p, accumulate, count, ends, { late, early });
            const down = (local: Local) => local.set(i32.add(local.get, i32.const(count * cRow)));
            const next = [
              ...a.set(i32.add(a.get, i32.const(count * aRow))),
              ...(finish ? down(f.at(4)) : []),
              ...(finish?.gate ? down(f.at(6)) : []),
            ];
            const last = i32.sub(end.get, i32.const((count - 1) * cRow));
            return when(i32.ltU(c.get, last), repeat(c, count * cRow, last, [...body, ...next]));
          };
          return [
            ...(finish
              ? [
                ...late.set(f32x4.splat(f.at(5).get)),
                ...early.set(f32x4.sub(f32x4.const(1), late.get)),
              ]
              : []),
            ...end.set(i32.add(c.get, i32.mul(rows.get, i32.const(cRow)))),
            ...counts.flatMap(each),
          ];
        }),
    );
  }

  /** The inside of the micro-kernel, for so many rows at once. */
  #rows(
    f: FunctionBuilder,
    { at, vectors, half, chunk, bRow }: Panel,
    { aRow, aStep, cRow, finish }: Product,
    accumulate: boolean,
    rows: number,
    ends: Ends,
    { late, early }: { late: Local; early: Local },
  ): Code {
    const whole = half ? vectors - 1 : vectors;
    const acc = Array.from({ length: rows }, () => f.vectors(whole));
    const shared = half ? f.vectors(Math.ceil(rows / 2)) : []; // halves of two rows in each
    const code: Code[] = [];
    /** Of vector j of row i, or of the halves of rows i and i + 1. */
    const load = (base: Code, i: number, j: number): Code => {
      const offset = i * cRow + 16 * j;
      if (j < whole) return v128.load(base, offset);
      const first = v128.load64(base, offset);
      return i + 1 < rows ? v128.loadHalf(base, first, 1, offset + cRow) : first;
    };
    const store = (base: Code, x: Local, i: number, j: number): Code => {
      const offset = i * cRow + 16 * j;
      if (j < whole) return v128.store(base, x.get, offset);
      return [0, 1].filter((h) => i + h < rows).map((h) =>
        v128.storeHalf(base, x.get, h, offset + h * cRow)
      );
    };
    const each = (make: (x: Local, i: number, j: number) => Code) => {
      acc.forEach((row, i) => row.forEach((x, j) => code.push(make(x, i, j))));
      shared.forEach((x, pair) => code.push(make(x, 2 * pair, whole)));
    };
    const from = (i: number, j: number) => {
      if (accumulate) return load(f.at(1).get, i, j);
      if (!finish || !ends.first) return f32x4.const(0);
      return (j < whole ? v128.load : v128.splat64)(f.at(3).get, 16 * j);
    };
    each((x, i, j) => x.set(from(i, j)));
    const weights = f.vectors(half ? vectors : 1), splats = f.vectors(half ? 2 : rows);
    const weight = (k: number, j: number) => v128.load(i32.const(at + k * bRow + j * 16));
    const splat = (i: number, k: number) => v128.splat32(f.at(0).get, i * aRow + k * aStep);
    const add = (x: Local, a: Local, b: Local) => x.set(this.#madd(a.get, b.get, x.get));
    for (let k = 0; k < chunk; k++) {
      if (!half) {
        splats.forEach((s, i) => code.push(s.set(splat(i, k))));
        for (let j = 0; j < vectors; j++) {
          code.push(weights[0]!.set(weight(k, j)));
          acc.forEach((row, i) => code.push(add(row[j]!, splats[i]!, weights[0]!)));
        }
        continue;
      }
      weights.forEach((w, j) => code.push(w.set(weight(k, j))));
      shared.forEach((sum, pair) => {
        const two = acc.slice(2 * pair, 2 * pair + 2);
        two.forEach((row, h) => {
          code.push(splats[h]!.set(splat(2 * pair + h, k)));
          row.forEach((x, j) => code.push(add(x, splats[h]!, weights[j]!)));
        });
        const [first, second] = splats.map((s) => s.get) as [Code, Code];
        if (two.length > 1) code.push(splats[0]!.set(v128.shuffle(first, second, [0, 1, 4, 5])));
        code.push(add(sum, splats[0]!, weights[whole]!));
      });
    }
    if (finish && ends.last) {
      const own = finish.kind === "gate" ? f.vectors(SIGMOID_LOCALS) : [];
      each((u, i, j) => {
        if (finish.kind === "gate") return sigmoid(u.get, u, own, this.#constants, this.#relaxed);
        const relu = f32x4.pmax(u.get, f32x4.const(0)), x = load(f.at(4).get, i, j);
        const blend = { x, u: u.get, relu, late: late.get, early: early.get };
        const share = finish.gate
          ? [
            ...late.set(load(f.at(6).get, i, j)),
            ...early.set(f32x4.sub(f32x4.const(1), late.get)),
          ]
          : [];
        return [...share, ...u.set(layerValue(finish.kind, blend))];
      });
    }
    each((x, i, j) => store(f.at(1).get, x, i, j));
    return code;
  }
}
