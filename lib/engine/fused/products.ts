/**
 * The matrix product, C = A·B or C += A·B, as every layer needs it three times: x·W, du·Wᵀ, xᵀ·du.
 *
 * ```
 * for each tile of k, at most 64, and each group of columns, at most 13 vectors:
 *   panel ← B[tile, group]                        // or its transpose, at an address known here
 *   for each part of the group, at most 5 vectors, and every two rows i of C: // the micro-kernel
 *     acc[0..1, 0..4] ← 0 or C[i, part]           // in registers
 *     for k in tile:                              // unrolled
 *       acc[r, j] += A[i + r, k] · panel[k, j]    // 2 splats, 5 loads, 10 multiply-adds
 *     C[i, part] ← acc
 * ```
 *
 * V8 checks the bounds of every load unless its address is a constant; those of the panel are. A is
 * read one float at a time, so its transpose costs nothing: only the step of k differs.
 */

import { type Code, i32 } from "./assembler.ts";
import type { Epilogue } from "./epilogue.ts";
import type { Layout } from "./layout.ts";
import { type MicroKernel, microKernel, microKernelKey } from "./micro_kernel.ts";
import type { ModuleBuilder } from "./module.ts";
import { addRows, packRows, packTransposed, type Panel } from "./panel.ts";
import { ACCUMULATORS, halfParts, parts, TILE_K, TILE_VECTORS } from "./tiles.ts";

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
  /** Make something else of C before it is stored. */
  readonly epilogue?: Epilogue;
  /** Address of a float64 that Σ|B| is added to. */
  readonly sumB?: number;
  /** Address of a float64 that Σ|C| is added to. */
  readonly sumC?: number;
}

/** A tile of k and a group of columns: what one panel holds of B. */
interface Tile {
  /** First row of B, and how many there are. */
  readonly from: number;
  readonly k: number;
  /** First column of B, and how many vectors there are. */
  readonly column: number;
  readonly vectors: number;
  /** Whether of the last vector only the first half counts. */
  readonly half: boolean;
}

/** Makes products; those of the same shape share their code. */
export class Products {
  readonly #module: ModuleBuilder;
  readonly #panel: number;
  readonly #relaxed: boolean;
  readonly #packs = new Map<string, ReturnType<typeof packRows>>();
  readonly #adds = new Map<string, ReturnType<typeof addRows>>();
  readonly #multiplies = new Map<string, ReturnType<typeof microKernel>>();

  /** @param relaxed use the engine's multiply-add */
  constructor(module: ModuleBuilder, layout: Layout, relaxed: boolean) {
    this.#module = module;
    this.#panel = layout.at("panel");
    this.#relaxed = relaxed;
  }

  /**
   * Makes the kernels that a product needs.
   *
   * @returns its code, for use in any function that is added later
   */
  product(p: Product): Code {
    return tiles(p).flatMap((tile) => [
      this.#pack(p, tile),
      ...this.#multiply(p, tile),
      this.#addUp(p, tile),
    ]);
  }

  /** panel ← B[tile] */
  #pack(p: Product, { from, k, column, vectors, half }: Tile): Code {
    const { transposed = false, bRow, sumB = 0 } = p;
    const shape = { at: this.#panel, vectors, half, k, bRow };
    const pack = once(
      this.#packs,
      `${[transposed, vectors, half, k, bRow, sumB]}`,
      () => transposed ? packTransposed(this.#module, shape) : packRows(this.#module, shape, sumB),
    );
    const [down, right] = transposed ? [4, bRow] : [bRow, 4];
    return pack({ b: i32.add(p.b, i32.const(from * down + column * right)) });
  }

  /** C[…, tile] ← or += A[…, tile]·panel */
  #multiply(p: Product, { from, k, column: start, vectors, half }: Tile): readonly Code[] {
    const { a, c, rows, epilogue, aRow, aStep, cRow } = p;
    let column = start;
    return (half ? halfParts(vectors) : parts(vectors, ACCUMULATORS)).map((sums) => {
      const at = this.#panel + (column - start) * 4;
      const cut = half && column + sums * 4 === start + vectors * 4;
      const panel: Panel = { at, vectors: sums, half: cut, k, bRow: vectors * 16 };
      const kernel: MicroKernel = {
        panel,
        aRow,
        aStep,
        cRow,
        accumulate: p.accumulate || from > 0,
        relaxed: this.#relaxed,
        first: from === 0,
        last: from + k === p.k,
        ...(epilogue && { epilogue }),
      };
      const multiply = once(
        this.#multiplies,
        microKernelKey(kernel),
        () => microKernel(this.#module, kernel),
      );
      const right = (address: Code) => i32.add(address, i32.const(column * 4));
      const { bias, input, gate, g } = epilogue?.operands ?? {};
      const code = multiply({
        a: i32.add(a, i32.const(from * aStep)),
        c: right(c),
        rows,
        ...(bias && { bias: right(bias) }),
        ...(input && { input: right(input) }),
        ...(g && { g }),
        ...(gate && { gate: right(gate) }),
      });
      column += sums * 4;
      return code;
    });
  }

  /** Σ|C[…, tile]|, once C is complete. */
  #addUp(p: Product, { from, k, column, vectors }: Tile): Code {
    const { c, rows, cRow, sumC } = p;
    if (!sumC || from + k < p.k) return [];
    const add = once(
      this.#adds,
      `${[vectors, cRow, sumC]}`,
      () => addRows(this.#module, vectors, cRow, sumC),
    );
    return add({ c: i32.add(c, i32.const(column * 4)), rows });
  }
}

/** Cuts B into tiles. */
function tiles(p: Product): Tile[] {
  const all = Math.ceil(p.columns / 4), odd = [1, 2].includes(p.columns % 4);
  let from = 0;
  return parts(p.k, TILE_K).flatMap((k) => {
    let column = 0;
    const row = parts(all, TILE_VECTORS).map((vectors) => {
      const half = odd && column + vectors * 4 === all * 4;
      const tile = { from, k, column, vectors, half };
      column += vectors * 4;
      return tile;
    });
    from += k;
    return row;
  });
}

/** Calls `make` the first time that a key is asked for. */
function once<T>(made: Map<string, T>, key: string, make: () => T): T {
  const found = made.get(key) ?? make();
  made.set(key, found);
  return found;
}
