/**
 * Where everything lies in the memory of the kernels. Rows are padded with zeros to whole vectors
 * of four floats, so that no kernel needs a tail; what is published is not padded.
 */

import { PIXELS } from "./pixels.ts";

import { sigmoidConstants } from "./sigmoid.ts";

/** The sizes that one module is made for. */
export interface Sizes {
  /** Most images that a training step takes. */
  readonly batch: number;
  readonly inputs: number;
  readonly width: number;
  /** Hidden layers, depth − 2. */
  readonly hidden: number;
  readonly classes: number;
  /** Images to evaluate on; 0 for none. */
  readonly images: number;
  /** Whether the hidden layers have gates. Default false. */
  readonly gates?: boolean;
}

/** A place in memory; both in bytes. */
export interface Region {
  readonly at: number;
  readonly size: number;
}

/** The names of the parameters that every net has. */
export const parameterNames = [
  "firstW",
  "firstB",
  "hiddenW",
  "hiddenB",
  "lastW",
  "lastB",
] as const;

/** The names of those that come after them where hidden layers have gates. */
export const gateNames = ["gateW", "gateB"] as const;

type Always = typeof parameterNames[number];

/** One of {@linkcode parameterNames} or {@linkcode gateNames}. */
export type ParameterName = Always | typeof gateNames[number];

/** The names of all parameters, in the order of `Object.values(net.variables)`. */
export const namesOf = (gates: boolean): readonly ParameterName[] =>
  gates ? [...parameterNames, ...gateNames] : parameterNames;

/** A parameter: `rows` of `columns`, in steps of `stride` floats, `offset` bytes into its block. */
export interface Matrix {
  readonly name: ParameterName;
  readonly offset: number;
  /** Bytes with the padding. */
  readonly size: number;
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
  /** Rows with a multiple of `group` end in padding rows up to `groupRows`. */
  readonly group: number;
  readonly groupRows: number;
  /** Offset in bytes in the published, unpadded block. */
  readonly dense: number;
}

/** `n` rounded up to a multiple of `step`. */
const upTo = (step: number, n: number): number => Math.ceil(n / step) * step;

/** `n` rounded up to a multiple of four. */
export const up4 = (n: number): number => upTo(4, n);

/** Rows of a block of weights that are multiplied at a time: as many as one kernel unrolls. */
export const CHUNK = 64;

/** Vectors of a row of a block of weights. Sums over a block run through it row by row. */
export const VECTORS = 13;

/** Vectors of a row that are multiplied at a time: with two rows, ten sums in registers. */
export const SUMS = 5;

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
  readonly matrices: Readonly<Record<Always, Matrix> & Partial<Record<ParameterName, Matrix>>>;
  /** The four blocks with a value for each parameter, alike inside. */
  readonly blocks: Readonly<Record<"weights" | "m" | "v" | "gradients", Region>>;
  readonly regions: Readonly<Record<string, Region>>;
  /** Pages of 64 KiB that it takes. */
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
    let offset = 0, dense = 0;
    const matrix = (name: ParameterName, rows: number, columns: number, group = rows): Matrix => {
      const weights = name.endsWith("W");
      const groupRows = weights ? up4(group) : group;
      const padded = { rows: rows / group * groupRows, columns: up4(columns) };
      const size = padded.rows * padded.columns * 4;
      const made = { name, offset, size, rows, columns, stride: padded.columns, group };
      const found = { ...made, groupRows, dense };
      offset += size;
      dense += rows * columns * 4;
      return found;
    };
    this.matrices = {
      firstW: matrix("firstW", inputs, width),
      firstB: matrix("firstB", 1, width),
      hiddenW: matrix("hiddenW", hidden * width, width, width),
      hiddenB: matrix("hiddenB", hidden, width),
      lastW: matrix("lastW", width, classes),
      lastB: matrix("lastB", 1, classes),
      ...(gates && {
        gateW: matrix("gateW", hidden * width, width, width),
        gateB: matrix("gateB", hidden, width),
      }),
    };
    const block = () => this.#take(offset);
    this.blocks = { weights: block(), m: block(), v: block(), gradients: block() };
    const rows = Math.max(batch, images ? EVALUATION_CHUNK : 0);
    const scratch = () => ({
      panel: this.#take(CHUNK * VECTORS * 16),
      logits: this.#take(rows * stride.classes * 4),
      held: this.#take(16), // see held.ts
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
      shares: this.#take(hidden * 4), // g of each hidden layer
      published: this.#take(dense + 16), // the last row is written as whole vectors
      images: this.#take(upTo(PIXELS, batch * inputs) * 4),
      pixels: this.#take(upTo(PIXELS, batch * inputs)),
      outputs: this.#take((hidden + 1) * batch * stride.width * 4),
      factors: this.#take((hidden + 1) * batch * stride.width * 4),
      ...(gates && { // each like factors, see gates.ts
        gateFactors: this.#take((hidden + 1) * batch * stride.width * 4),
        roundFactors: this.#take((hidden + 1) * batch * stride.width * 4),
        ds: this.#take(batch * stride.width * 4),
        constants: this.#take(sigmoidConstants.length * 4),
      }),
      du: this.#take(batch * stride.width * 4),
      dy: this.#take(batch * stride.width * 4),
      testPixels: this.#take(upTo(PIXELS, images * inputs)),
    };
    this.pages = Math.ceil((this.#end + 1024) / 65536);
  }

  /** Address of a region. */
  at(region: string): number {
    return this.regions[region]!.at;
  }

  /** The names of the parameters, in the order of `Object.values(net.variables)`. */
  get names(): readonly ParameterName[] {
    return namesOf(this.sizes.gates ?? false);
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
