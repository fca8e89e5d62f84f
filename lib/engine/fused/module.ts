/** Functions made by the assembler, put together into one WebAssembly module. */

import { type Code, flatten, leb, type Type } from "./assembler.ts";
import { type Arguments, FunctionBuilder, type Locals, type Types } from "./locals.ts";

/** The outside of a function. */
export interface Signature<P extends Types> {
  /** What it is exported as. None: it is not. */
  readonly name?: string;
  /** Types of its parameters. */
  readonly params: P;
  /** What it returns, if anything. */
  readonly result?: Type;
}

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
 * builder.add(
 *   { name: "triple", params: { n: type.i32 }, result: type.i32 },
 *   ({ n }) => i32.mul(n.get, i32.const(3)),
 * );
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
   * @param signature what it is exported as, if it is, its parameters by name and what it returns
   * @param body makes its instructions, from its parameters and what collects its other locals
   * @returns the code of a call, from the codes of the arguments by name
   */
  add<P extends Types>(
    { name, params, result }: Signature<P>,
    body: (params: Locals<P>, f: FunctionBuilder) => Code,
  ): (args: Arguments<P>) => Code {
    const types: readonly Type[] = Object.values(params);
    const f = new FunctionBuilder(types);
    const code = body(f.params(params), f);
    const index = this.#functions.length; // body may have added functions of its own
    const results = result === undefined ? [0] : [1, result];
    this.#types.push([0x60, ...leb(types.length), ...types, ...results]);
    this.#functions.push(leb(index));
    if (name !== undefined) this.#exports.push([...text(name), 0x00, ...leb(index)]);
    const whole = flatten([f.declaration, code, 0x0b]);
    this.#bodies.push([...leb(whole.length), whole]);
    const order: readonly (keyof P)[] = Object.keys(params);
    return (args) => [...order.map((param) => args[param]), 0x10, ...leb(index)];
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
