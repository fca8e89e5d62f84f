/** Parameters and locals of a function, typed: by name, or so many of a kind. */

import { type Code, leb, type Local, type Type, type } from "./assembler.ts";

/** Types of a function's parameters, by name. */
export type Types = Readonly<Record<string, Type>>;

/** The parameters of a function, seen from inside. */
export type Locals<P extends Types> = { readonly [Name in keyof P]: Local };

/** The arguments of a call. */
export type Arguments<P extends Types> = { readonly [Name in keyof P]: Code };

/** `N` of `T`; where `N` is not known, a list. */
export type Tuple<T, N extends number, Made extends readonly T[] = []> = number extends N
  ? readonly T[]
  : Made["length"] extends N ? Made
  : Tuple<T, N, readonly [...Made, T]>;

/** Collects the locals of one function. Parameters come first. */
export class FunctionBuilder {
  readonly #params: number;
  readonly #types: Type[];

  constructor(params: readonly Type[]) {
    this.#params = params.length;
    this.#types = [...params];
  }

  /** The parameters, by their names. */
  params<P extends Types>(params: P): Locals<P> {
    const named = Object.keys(params).map((name, index) => [name, this.#at(index)]);
    return Object.fromEntries(named);
  }

  /** A new local. */
  local(of: Type): Local {
    return this.#at(this.#types.push(of) - 1);
  }

  /** `count` new integers or addresses. */
  integers<N extends number>(count: N): Tuple<Local, N>;
  integers(count: number): readonly Local[] {
    return Array.from({ length: count }, () => this.local(type.i32));
  }

  /** `count` new vectors. */
  vectors<N extends number>(count: N): Tuple<Local, N>;
  vectors(count: number): readonly Local[] {
    return Array.from({ length: count }, () => this.local(type.v128));
  }

  /** New vectors by row and column. */
  grid(rows: number, columns: number): (row: number, column: number) => Local {
    const first = this.#types.length;
    this.vectors(rows * columns);
    return (row, column) => this.#at(first + row * columns + column);
  }

  /** New vectors by number. */
  list(count: number): (index: number) => Local {
    const vector = this.grid(1, count);
    return (index) => vector(0, index);
  }

  /** The declaration of the locals. */
  get declaration(): Code {
    const locals = this.#types.slice(this.#params);
    return [...leb(locals.length), ...locals.flatMap((of) => [1, of])];
  }

  #at(index: number): Local {
    const at = leb(index);
    return {
      get: [0x20, ...at],
      set: (value) => [value, 0x21, ...at],
      tee: (value) => [value, 0x22, ...at],
    };
  }
}
