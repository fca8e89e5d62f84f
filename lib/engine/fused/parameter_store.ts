/** The way of parameters and gradients into the kernels' memory and out of it. */

import type { Layout } from "./layout.ts";
import type { ParameterName } from "./parameters.ts";

/** A block with a value for each parameter. */
type Block = keyof Layout["blocks"];

/** The parameters in a memory, seen without their padding. */
export class ParameterStore {
  readonly #layout: Layout;
  readonly #floats: Float32Array;
  readonly #publish: () => void;
  #published = false;

  /** @param publish copies every parameter to where it is published */
  constructor(layout: Layout, memory: WebAssembly.Memory, publish: () => void) {
    this.#layout = layout;
    this.#floats = new Float32Array(memory.buffer);
    this.#publish = publish;
  }

  /** Takes the values of a parameter, or its moments. */
  load(name: ParameterName, values: Float32Array, block: Block): void {
    const { columns } = this.#layout.matrix(name);
    this.#rows(name, block, (padded, dense) => {
      padded.set(values.subarray(dense, dense + columns));
    });
    this.changed();
  }

  /** Copies the gradient or the moments of a parameter. */
  copy(name: ParameterName, block: Block): Float32Array {
    const { rows, columns } = this.#layout.matrix(name);
    const values = new Float32Array(rows * columns);
    this.#rows(name, block, (padded, dense) => values.set(padded, dense));
    return values;
  }

  /** The values of a parameter; to be copied before the next call of anything. */
  parameter(name: ParameterName): Float32Array {
    const { dense, rows, columns } = this.#layout.matrix(name);
    if (!this.#published) this.#publish();
    this.#published = true;
    return this.#at(this.#layout.at("published") + dense, rows * columns);
  }

  /** Says that what was published is out of date. */
  changed(): void {
    this.#published = false;
  }

  #at(address: number, length: number): Float32Array {
    return this.#floats.subarray(address / 4, address / 4 + length);
  }

  /** Calls `each` with every row of a parameter and the index of its first value. */
  #rows(
    name: ParameterName,
    block: Block,
    each: (padded: Float32Array, dense: number) => void,
  ): void {
    const { rows, columns, stride, group, groupRows } = this.#layout.matrix(name);
    const start = this.#layout.parameter(name, block);
    for (let row = 0; row < rows; row++) {
      const place = Math.floor(row / group) * groupRows + row % group;
      each(this.#at(start + place * stride * 4, columns), row * columns);
    }
  }
}
