/** Asks the engine what it can run, by a module of a few bytes. */

import { type Code, f32x4, multiplyAdd, type } from "./assembler.ts";
import { ModuleBuilder } from "./module.ts";

function runs(code: Code): boolean {
  const module = new ModuleBuilder(1);
  module.add({ params: {}, result: type.v128 }, () => code);
  return WebAssembly.validate(module.bytes);
}

const zero = f32x4.const(0);

/** Tells whether there are 128-bit vectors. */
export const hasSimd = (): boolean => runs(f32x4.add(zero, zero));

/** Tells whether there is a multiply-add of such vectors, in one instruction. */
export const hasRelaxedSimd = (): boolean => runs(multiplyAdd(true)(zero, zero, zero));
