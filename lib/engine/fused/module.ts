/** Functions made by the assembler, put together into one WebAssembly module. */

import { type Code, flatten, FunctionBuilder, leb, type Type } from "./assembler.ts";

const section = (id: number, entries: readonly Code[]): Code => {
  const content = flatten(entries, leb(entries.length));
  return [id, ...leb(content.length), content];
};
const text = (name: string): number[] => {
  const bytes = new TextEncoder().encode(name);
  return [...leb(bytes.length), ...bytes];
};

/**
 * A module that imports one memory, `env.memory`, and exports the functions that have a name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { i32, type } from "gradnets/engine/fused/assembler.ts";
 * import { ModuleBuilder } from "gradnets/engine/fused/module.ts";
 *
 * const builder = new ModuleBuilder(1);
 * builder.add("triple", [type.i32], type.i32, (f) => i32.mul(f.at(0).get, i32.const(3)));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const module = new WebAssembly.Module(builder.bytes);
 * const { exports } = new WebAssembly.Instance(module, { env: { memory } });
 * assertEquals((exports.triple as (n: number) => number)(-14), -42);
 * ```
 */
export class ModuleBuilder {
  readonly #pages: number;
  readonly #shared: boolean;
  readonly #types: Code[] = [];
  readonly #functions: Code[] = [];
  readonly #exports: Code[] = [];
  readonly #bodies: Code[] = [];

  /**
   * @param pages of 64 KiB that the memory has: addresses below that need no check when constant
   * @param shared whether it is shared between threads
   */
  constructor(pages: number, shared = false) {
    this.#pages = pages;
    this.#shared = shared;
  }

  /**
   * Adds a function.
   *
   * @param name what it is exported as; "" for none
   * @param params types of its parameters, which are locals 0, 1, …
   * @param result what it returns, if anything
   * @param body makes its instructions
   * @returns the code of a call, from the codes of the arguments
   */
  add(
    name: string,
    params: readonly Type[],
    result: Type | undefined,
    body: (f: FunctionBuilder) => Code,
  ): (...args: Code[]) => Code {
    const f = new FunctionBuilder(params);
    const code = body(f);
    const index = this.#functions.length;
    const results = result === undefined ? [0] : [1, result];
    this.#types.push([0x60, ...leb(params.length), ...params, ...results]);
    this.#functions.push(leb(index));
    if (name) this.#exports.push([...text(name), 0x00, ...leb(index)]);
    const whole = flatten([...f.declaration, code, 0x0b]);
    this.#bodies.push([...leb(whole.length), whole]);
    return (...args) => [...args, 0x10, ...leb(index)];
  }

  /** The module. */
  get bytes(): Uint8Array<ArrayBuffer> {
    const pages = leb(this.#pages);
    const limits = this.#shared ? [0x03, ...pages, ...pages] : [0x00, ...pages];
    const memory = [...text("env"), ...text("memory"), 0x02, ...limits];
    return Uint8Array.from(flatten([
      ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      section(1, this.#types),
      section(2, [memory]),
      section(3, this.#functions),
      section(7, this.#exports),
      section(10, this.#bodies),
    ]));
  }
}
