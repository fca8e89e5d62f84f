/** Constants that stay in registers. */

import { type Code, i32, type, v128 } from "./assembler.ts";
import type { FunctionBuilder } from "./locals.ts";

/**
 * The constants of one function's loop, by way of 16 bytes of memory: V8 makes a vector that it
 * knows anew wherever it is used, by several instructions, but keeps one that it had to load.
 */
export class ConstantPool {
  readonly #f: FunctionBuilder;
  readonly #at: number;
  readonly #setup: Code[] = [];

  /** @param at address of the 16 bytes */
  constructor(f: FunctionBuilder, at: number) {
    this.#f = f;
    this.#at = at;
  }

  /** Adds a constant, for use after {@linkcode setup}. */
  of(constant: Code): Code {
    const local = this.#f.local(type.v128), at = i32.const(this.#at);
    this.#setup.push([...v128.store(at, constant), ...local.set(v128.load(at))]);
    return local.get;
  }

  /** Code that comes before the loop; read it when all constants have been added. */
  get setup(): Code {
    return [...this.#setup];
  }
}
