/**
 * Where everything lies in the memory of the kernels. Rows are padded with zeros to whole vectors
 * of four floats, so that no kernel needs a tail; what is published is not padded.
 */

import { type Matrices, type Matrix, type ParameterName, placeParameters } from "./parameters.ts";
import type { Sizes } from "./sizes.ts";
import { sigmoidConstants } from "./sigmoid.ts";
import { TILE_K, TILE_VECTORS, up4, upTo } from "./tiles.ts";
import { PIXELS } from "./unpack.ts";

/** A place in memory; both in bytes. */
export interface Region {
  readonly at: number;
  readonly size: number;
}

/** Images at a time in an evaluation: their activations stay in the nearest cache but one. */
export const EVALUATION_CHUNK = 200;

// Between two regions. It keeps an overrun away from the neighbour, tests fill it and look at it,
// and it sets regions of the same size apart in the sets of the cache.
const GAP = 192;

/** Addresses of everything, for one set of sizes. */
export class Layout {
  readonly sizes: Sizes;
  /** Floats from one row to the next, for images, activations and logits. */
  readonly stride: Readonly<Record<"inputs" | "width" | "classes", number>>;
  readonly matrices: Matrices["matrices"];
  /** The four blocks with a value for each parameter, alike inside. */
  readonly blocks: Readonly<Record<"weights" | "m" | "v" | "gradients", Region>>;
  readonly regions: Readonly<Record<string, Region>>;
  /** Pages of 64 KiB that it takes; a memory has room for 65,536, see memory.ts. */
  readonly pages: number;
  #end = 1024;

  /**
   * @param sizes what to make room for
   * @param thread whose it is: two layouts of the same sizes are the same, but for where an
   * evaluation writes to
   */
  constructor(sizes: Sizes, thread: "first" | "second" = "first") {
    const { batch, inputs, width, hidden, classes, images, gates = false } = sizes;
    this.sizes = sizes;
    this.stride = { inputs, width: up4(width), classes: up4(classes) };
    const { stride } = this;
    const { matrices, size, dense } = placeParameters(sizes);
    this.matrices = matrices;
    const block = () => this.#take(size);
    this.blocks = { weights: block(), m: block(), v: block(), gradients: block() };
    const rows = Math.max(batch, images ? EVALUATION_CHUNK : 0);
    const scratch = () => ({
      panel: this.#take(TILE_K * TILE_VECTORS * 16),
      logits: this.#take(rows * stride.classes * 4),
      pool: this.#take(16), // see constant_pool.ts
      even: this.#take(images ? rows * stride.width * 4 : 0),
      odd: this.#take(images ? rows * stride.width * 4 : 0),
      ...(gates && { gate: this.#take(images ? rows * stride.width * 4 : 0) }),
      chunk: this.#take(images ? upTo(PIXELS, EVALUATION_CHUNK * inputs) * 4 : 0),
    });
    const first = scratch(), second = scratch();
    const [own, others] = thread === "first" ? [first, second] : [second, first];
    this.regions = {
      ...this.blocks,
      ...own,
      ...Object.fromEntries(Object.entries(others).map(([name, at]) => [`other ${name}`, at])),
      sums: this.#take(16), // Σ|W| and Σ|∂W| over the hidden weights, as float64
      g: this.#take(hidden * 4), // g of each hidden layer
      published: this.#take(dense + 16), // the last row is written as whole vectors
      images: this.#take(upTo(PIXELS, batch * inputs) * 4),
      pixels: this.#take(upTo(PIXELS, batch * inputs)),
      outputs: this.#take((hidden + 1) * batch * stride.width * 4),
      factors: this.#take((hidden + 1) * batch * stride.width * 4),
      ...(gates && { // each like factors, see gated_kernels.ts
        gateFactors: this.#take((hidden + 1) * batch * stride.width * 4),
        skipFactors: this.#take((hidden + 1) * batch * stride.width * 4),
        ds: this.#take(batch * stride.width * 4),
        constants: this.#take(sigmoidConstants.length * 4),
      }),
      du: this.#take(batch * stride.width * 4),
      dy: this.#take(batch * stride.width * 4),
      testPixels: this.#take(upTo(PIXELS, images * inputs)),
    };
    this.pages = Math.ceil((this.#end + 1024) / 65536);
  }

  /**
   * Address of a region.
   *
   * @throws {RangeError} if there is none of that name, such as one for gates without gates
   */
  at(name: string): number {
    const region = this.regions[name];
    if (!region) throw new RangeError(`Cannot find "${name}": this layout has no such region`);
    return region.at;
  }

  /** The names of the parameters, in the order of `Object.values(net.variables)`. */
  get names(): readonly ParameterName[] {
    return Object.values(this.matrices).map(({ name }) => name);
  }

  /**
   * Where a parameter is.
   *
   * @throws {RangeError} if there are no gates, and it is theirs
   */
  matrix(name: ParameterName): Matrix {
    const matrix = this.matrices[name];
    if (!matrix) throw new RangeError(`Cannot use ${name}: expected layers with gates`);
    return matrix;
  }

  /** Address of a parameter in a block. */
  parameter(name: ParameterName, block: keyof Layout["blocks"] = "weights"): number {
    return this.blocks[block].at + this.matrix(name).offset;
  }

  #take(size: number): Region {
    const at = this.#end;
    this.#end = Math.ceil((at + size) / 64) * 64 + GAP;
    return { at, size };
  }
}
