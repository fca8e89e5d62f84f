/** The logistic function of the kernels, four at a time, against float64. */

import { assert, assertEquals } from "@std/assert";
import { f32x4, repeat, type, v128 } from "gradnets/engine/fused/assembler.ts";
import { ModuleBuilder } from "gradnets/engine/fused/module.ts";
import { sigmoid, sigmoidConstants, sigmoidLocals } from "gradnets/engine/fused/sigmoid.ts";
import { hasRelaxedSimd } from "gradnets/engine/fused/support.ts";

/** σ(s) and 1 − σ(s), as the kernels compute them. */
function both(s: number[], relaxed: boolean): [t: Float32Array, rest: Float32Array] {
  const size = Math.ceil(s.length / 4) * 16;
  const constants = 3 * size, pages = Math.ceil((constants + sigmoidConstants.length * 4) / 65536);
  const builder = new ModuleBuilder(pages);
  builder.add({ name: "run", params: {} }, (_, f) => {
    const at = f.local(type.i32), t = f.local(type.v128), own = sigmoidLocals(f);
    return repeat(at, 16, size, [
      sigmoid(v128.load(at.get), t, own, constants, relaxed),
      v128.store(at.get, t.get, size),
      v128.store(at.get, f32x4.add(own.rest.get, f32x4.const(0)), 2 * size),
    ]);
  });
  const memory = new WebAssembly.Memory({ initial: pages });
  new Float32Array(memory.buffer).set(s);
  new Float32Array(memory.buffer).set(sigmoidConstants, constants / 4);
  const module = new WebAssembly.Module(builder.bytes);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  (exports.run as () => void)();
  return [
    new Float32Array(memory.buffer, size, s.length),
    new Float32Array(memory.buffer, 2 * size, s.length),
  ];
}

Deno.test("sigmoid() and its rest are within 3e-7 of float64, relatively, also near 0", () => {
  const s = Array.from({ length: 40_001 }, (_, i) => Math.fround((i - 20_000) / 20_000 * 87));
  for (let i = 1; i < 2000; i++) {
    s.push(Math.fround((i - 1000) / 1e5), Math.fround(i * Math.LN2 / 32));
  }
  for (const relaxed of hasRelaxedSimd() ? [true, false] : [false]) {
    const [t, rest] = both(s, relaxed);
    let worst = 0;
    s.forEach((s, i) => {
      const exact = [1 / (1 + Math.exp(-s)), 1 / (1 + Math.exp(s))];
      if (Math.abs(s) > 87) return;
      worst = Math.max(
        worst,
        Math.abs(t[i]! / exact[0]! - 1),
        Math.abs(rest[i]! / exact[1]! - 1),
      );
    });
    assert(worst < 3e-7, `off by ${worst}`);
  }
});

Deno.test("sigmoid() stays between 0 and 1 far out, and passes on what is not a number", () => {
  const s = [0, 100, -100, 1e30, -1e30, Infinity, -Infinity, NaN];
  for (const relaxed of hasRelaxedSimd() ? [true, false] : [false]) {
    const [t, rest] = both(s, relaxed);
    assertEquals([t[0], rest[0]], [0.5, 0.5]);
    for (const i of [1, 3, 5]) assert(t[i] === 1 && rest[i]! > 0 && rest[i]! < 2e-38);
    for (const i of [2, 4, 6]) assert(rest[i] === 1 && t[i]! > 0 && t[i]! < 2e-38);
    assertEquals([t[7], rest[7]], [NaN, NaN]);
  }
});
