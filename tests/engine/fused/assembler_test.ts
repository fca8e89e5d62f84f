/**
 * Tests every instruction of the assembler against the semantics of WebAssembly: runs a module of one
 * function and compares the result with JavaScript.
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type Code,
  f32,
  f32x4,
  f64,
  flatten,
  i16x8,
  i32,
  i32x4,
  leb,
  multiplyAdd,
  repeat,
  signedLeb,
  type,
  v128,
  when,
} from "gradnets/engine/fused/assembler.ts";
import { ModuleBuilder } from "gradnets/engine/fused/module.ts";
import { hasRelaxedSimd } from "gradnets/engine/fused/support.ts";

const A = 0, B = 16, C = 32, TO = 64; // addresses

/** Calls the function "run" of a module; what it gives, and the memory it ran in. */
function call(builder: ModuleBuilder, fill: Fill = () => {}, ...args: readonly number[]) {
  const memory = new WebAssembly.Memory({ initial: 1 });
  fill(memory.buffer);
  const module = new WebAssembly.Module(builder.bytes);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const run = exports.run as (...args: readonly number[]) => number;
  return { result: run(...args), memory: memory.buffer };
}

type Fill = (memory: ArrayBufferLike) => void;

/** Runs code that stores something, in a memory that `fill` has filled, and gives the memory. */
function run(code: Code, fill?: Fill): ArrayBufferLike {
  const builder = new ModuleBuilder(1);
  builder.add({ name: "run", params: {} }, () => code);
  return call(builder, fill).memory;
}

/** The integer that code leaves. */
function integer(code: Code): number {
  const builder = new ModuleBuilder(1);
  builder.add({ name: "run", params: {}, result: type.i32 }, () => code);
  return call(builder).result;
}

const at = (address: number) => i32.const(address);
const a = v128.load(at(A)), b = v128.load(at(B)), c = v128.load(at(C));

const floats = (code: Code, x: readonly number[], y: readonly number[] = [], z = y): number[] => {
  const memory = run(v128.store(at(TO), code), (memory) => {
    new Float32Array(memory, A, 4).set(x);
    new Float32Array(memory, B, 4).set(y);
    new Float32Array(memory, C, 4).set(z);
  });
  return [...new Float32Array(memory, TO, 4)];
};

const integers = (code: Code, x: readonly number[] = [], y: readonly number[] = []): number[] => {
  const memory = run(v128.store(at(TO), code), (memory) => {
    new Int32Array(memory, A, 4).set(x);
    new Int32Array(memory, B, 4).set(y);
  });
  return [...new Int32Array(memory, TO, 4)];
};

const x = [1.5, -0, NaN, 3e38], y = [-2.25, 0, 1, 3e38];
const each = (of: (x: number, y: number) => number) => x.map((x, i) => Math.fround(of(x, y[i]!)));
const mask = (of: (x: number, y: number) => boolean) => x.map((x, i) => of(x, y[i]!) ? -1 : 0);

Deno.test("leb() and signedLeb() are LEB128, also at their edges", () => {
  const unsigned: readonly [number, number[]][] = [
    [0, [0]],
    [63, [63]],
    [64, [64]],
    [127, [127]],
    [128, [0x80, 1]],
    [16383, [0xff, 0x7f]],
    [624485, [0xe5, 0x8e, 0x26]], // the example of the DWARF standard
    [2 ** 31 - 1, [0xff, 0xff, 0xff, 0xff, 7]],
    [2 ** 32 - 1, [0xff, 0xff, 0xff, 0xff, 15]],
  ];
  for (const [value, bytes] of unsigned) assertEquals(leb(value), bytes, `${value}`);
  const signed: readonly [number, number[]][] = [
    [0, [0]],
    [63, [63]],
    [64, [0xc0, 0]],
    [127, [0xff, 0]],
    [128, [0x80, 1]],
    [-1, [0x7f]],
    [-64, [0x40]],
    [-65, [0xbf, 0x7f]],
    [-123456, [0xc0, 0xbb, 0x78]], // likewise
    [2 ** 31 - 1, [0xff, 0xff, 0xff, 0xff, 7]],
    [-(2 ** 31), [0x80, 0x80, 0x80, 0x80, 0x78]],
  ];
  for (const [value, bytes] of signed) assertEquals(signedLeb(value), bytes, `${value}`);
});

Deno.test("flatten() puts nested bytes in their order, after what is there", () => {
  assertEquals(flatten([1, [2, [], [3, [4]]], 5], [0]), [0, 1, 2, 3, 4, 5]);
});

Deno.test("i32.const() is its number, whatever its sign and size", () => {
  for (const value of [0, 1, 63, 64, 127, 128, 65535, 2 ** 31 - 1, -1, -64, -65, -(2 ** 31)]) {
    assertEquals(integer(i32.const(value)), value);
  }
  assertEquals(integer(i32.const(2 ** 32 - 2)), -2); // an address beyond 2 GiB
});

Deno.test("i32 is the arithmetic of 32 bits, and compares as unsigned", () => {
  const values = [0, 1, 7, -1, 2 ** 31 - 1, -(2 ** 31), 0x9e3779b9 | 0];
  const of = (op: (a: Code, b: Code) => Code, x: number, y: number) =>
    integer(op(i32.const(x), i32.const(y)));
  for (const x of values) {
    for (const y of values) {
      assertEquals(of(i32.add, x, y), x + y | 0);
      assertEquals(of(i32.sub, x, y), x - y | 0);
      assertEquals(of(i32.mul, x, y), Math.imul(x, y));
      assertEquals(of(i32.ltU, x, y), Number(x >>> 0 < y >>> 0));
    }
  }
});

Deno.test("f32 and f64 load, store, add and promote", () => {
  const value = Math.fround(0.1), far = 24;
  const sum = f64.add(f64.load(at(A)), f64.promote(f32.load(at(B), far)));
  const memory = run(f64.store(at(TO), sum, 8), (memory) => {
    new Float64Array(memory)[A / 8] = 0.2;
    new Float32Array(memory)[(B + far) / 4] = value;
  });
  assertEquals(new Float64Array(memory)[TO / 8 + 1], 0.2 + value);
  assertEquals(new Float64Array(run(f64.store(at(TO), f64.zero)))[TO / 8], 0);
  const constant = f64.store(at(TO), f64.promote(f32.const(-1.1)));
  assertEquals(new Float64Array(run(constant))[TO / 8], Math.fround(-1.1));
});

Deno.test("f32x4 is the arithmetic of float32, lane by lane", () => {
  assertEquals(floats(f32x4.add(a, b), x, y), each((x, y) => x + y));
  assertEquals(floats(f32x4.sub(a, b), x, y), each((x, y) => x - y));
  assertEquals(floats(f32x4.mul(a, b), x, y), each((x, y) => x * y));
  assertEquals(floats(f32x4.div(a, b), x, y), each((x, y) => x / y));
  assertEquals(floats(f32x4.abs(a), x), each(Math.abs));
  assertEquals(floats(f32x4.sqrt(a), [2, 0, -1, 9]), [Math.fround(Math.SQRT2), 0, NaN, 3]);
  assertEquals(floats(f32x4.const(0.1), []), Array(4).fill(Math.fround(0.1)));
  assertEquals(floats(f32x4.splat(f32.load(at(B), 4)), x, [1, 7]), [7, 7, 7, 7]);
});

Deno.test("f32x4.pmax() and pmin() keep a NaN that comes first, and only that", () => {
  const [first, second] = [[1, 5, NaN, 1], [2, 4, 1, NaN]];
  assertEquals(floats(f32x4.pmax(a, b), first, second), [2, 5, NaN, 1]);
  assertEquals(floats(f32x4.pmin(a, b), first, second), [1, 4, NaN, 1]);
});

Deno.test("comparisons of f32x4 give lanes of all ones where they hold", () => {
  const lanes = (op: (a: Code, b: Code) => Code) => {
    const memory = run(v128.store(at(TO), op(a, b)), (memory) => {
      new Float32Array(memory, A, 4).set(x);
      new Float32Array(memory, B, 4).set(y);
    });
    return [...new Int32Array(memory, TO, 4)];
  };
  assertEquals(lanes(f32x4.gt), mask((x, y) => x > y));
  assertEquals(lanes(f32x4.lt), mask((x, y) => x < y));
  assertEquals(lanes(f32x4.ne), mask((x, y) => x !== y));
});

Deno.test("f32x4.lane() takes each of the four", () => {
  for (const lane of [0, 1, 2, 3]) {
    const memory = run(f64.store(at(TO), f64.promote(f32x4.lane(a, lane))), (memory) => {
      new Float32Array(memory, A, 4).set([1, 2, 3, 4]);
    });
    assertEquals(new Float64Array(memory, TO, 1)[0], lane + 1);
  }
});

Deno.test("i32x4 is the arithmetic of 32 bits, lane by lane, and compares as unsigned", () => {
  const [x, y] = [[-1, 5, 2 ** 31 - 1, 0x9e3779b9 | 0], [1, 5, 2, 0x85ebca6b | 0]];
  const each = (of: (x: number, y: number) => number) => x.map((x, i) => of(x, y[i]!));
  assertEquals(integers(i32x4.add(a, b), x, y), each((x, y) => x + y | 0));
  assertEquals(integers(i32x4.mul(a, b), x, y), each(Math.imul));
  assertEquals(integers(i32x4.leU(a, b), x, y), each((x, y) => x >>> 0 <= y >>> 0 ? -1 : 0));
  for (const bits of [1, 13, 16, 23]) {
    assertEquals(integers(i32x4.shl(a, bits), x), x.map((x) => x << bits));
    assertEquals(integers(i32x4.shrU(a, bits), x), x.map((x) => x >>> bits | 0));
  }
  assertEquals(integers(i32x4.splat(i32.const(-7))), [-7, -7, -7, -7]);
  assertEquals(integers(i32x4.const(0x80000000)), Array(4).fill(-(2 ** 31)));
  assertEquals(integers(i32x4.const([1, -2, 3, 2 ** 31])), [1, -2, 3, -(2 ** 31)]);
});

Deno.test("bytes become whole numbers, and those floats", () => {
  const bytes = [0, 1, 127, 128, 200, 254, 255, 3];
  const fill: Fill = (memory) => new Uint8Array(memory, 5, 8).set(bytes);
  const eight = i16x8.load8U(at(2), 3);
  const low = run(v128.store(at(TO), i32x4.extendLow(eight)), fill);
  assertEquals([...new Int32Array(low, TO, 4)], bytes.slice(0, 4));
  const high = run(v128.store(at(TO), f32x4.convert(i32x4.extendHigh(eight))), fill);
  assertEquals([...new Float32Array(high, TO, 4)], bytes.slice(4));
  const signed = f32x4.convert(i32x4.const([-1, 0, 2 ** 31 - 1, -(2 ** 31)]));
  assertEquals(floats(signed, []), [-1, 0, 2 ** 31, -(2 ** 31)]);
});

Deno.test("v128 loads and stores whole vectors, halves and splats, at an offset", () => {
  const x = [1, 2, 3, 4], y = [5, 6, 7, 8];
  assertEquals(floats(v128.load(at(A), 16), x, y), y);
  assertEquals(floats(v128.load(at(A), 4), x, y), [2, 3, 4, 5]); // aligned to floats only
  assertEquals(floats(v128.splat32(at(A), 8), x), [3, 3, 3, 3]);
  assertEquals(floats(v128.splat64(at(A), 4), x), [2, 3, 2, 3]);
  assertEquals(floats(v128.load64(at(A), 4), x), [2, 3, 0, 0]);
  assertEquals(floats(v128.loadHalf(at(A), b, 0, 4), x, y), [2, 3, 7, 8]);
  assertEquals(floats(v128.loadHalf(at(A), b, 1, 4), x, y), [5, 6, 2, 3]);
  const half = (h: number) => [
    ...new Float32Array(
      run(v128.storeHalf(at(TO), a, h, 4), (memory) => new Float32Array(memory).set(x)),
      TO,
      4,
    ),
  ];
  assertEquals([half(0), half(1)], [[0, 1, 2, 0], [0, 3, 4, 0]]);
  const far = run(v128.store(at(100), a, 40_000), (memory) => new Float32Array(memory).set(x));
  assertEquals([...new Float32Array(far, 40_100, 4)], x);
});

Deno.test("v128 does bits, and shuffles lanes", () => {
  const x = [0b1100, -1, 0, 0x0f0f], y = [0b1010, 0, -1, 0x00ff];
  const each = (of: (x: number, y: number) => number) => x.map((x, i) => of(x, y[i]!));
  assertEquals(integers(v128.and(a, b), x, y), each((x, y) => x & y));
  assertEquals(integers(v128.andNot(a, b), x, y), each((x, y) => x & ~y));
  assertEquals(integers(v128.or(a, b), x, y), each((x, y) => x | y));
  assertEquals(integers(v128.xor(a, b), x, y), each((x, y) => x ^ y));
  const shuffled = v128.shuffle(a, b, [7, 0, 5, 2]);
  const lanes = [0x01020304, 0x05060708, 0x090a0b0c, 0x0d0e0f10]; // every byte another
  const found = integers(shuffled, lanes, lanes.map((lane) => -lane));
  assertEquals(found, [-0x0d0e0f10, 0x01020304, -0x05060708, 0x090a0b0c]);
});

Deno.test("multiplyAdd() rounds twice, or once where it is relaxed", () => {
  const x = [1 + 2 ** -12, 2, 3, 4], z = [-(1 + 2 ** -11), 1, 1, 1];
  assertEquals(floats(multiplyAdd(false)(a, b, c), x, x, z), [0, 5, 10, 17]);
  assertEquals(flatten(multiplyAdd(true)([], [], [])), [0xfd, 0x85, 0x02]);
  if (!hasRelaxedSimd()) return;
  const [first, ...others] = floats(multiplyAdd(true)(a, b, c), x, x, z);
  assert(first === 0 || first === 2 ** -24); // the engine may choose
  assertEquals(others, [5, 10, 17]);
});

Deno.test("parameters come in their order, locals begin at 0, and tee leaves its value", () => {
  const builder = new ModuleBuilder(1);
  const params = { a: type.i32, b: type.i32, c: type.i32 } as const;
  const inner = builder.add({ params, result: type.i32 }, ({ a, b, c }, f) => {
    const [x, y] = f.integers(2);
    const digits = i32.add(i32.mul(a.get, at(100)), i32.add(i32.mul(b.get, at(10)), c.get));
    return [...y.set(i32.add(x.tee(digits), y.get)), ...i32.sub(i32.add(x.get, y.get), x.get)];
  });
  builder.add(
    { name: "run", params: {}, result: type.i32 },
    () => inner({ c: at(3), a: at(1), b: at(2) }), // by name, in any order
  );
  const module = new WebAssembly.Module(builder.bytes);
  assertEquals(WebAssembly.Module.exports(module).map(({ name }) => name), ["run"]);
  assertEquals(call(builder).result, 123);
});

Deno.test("vectors of a grid and a list are as many as there are places, each its own", () => {
  const builder = new ModuleBuilder(1);
  const places = [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]] as const;
  builder.add({ name: "run", params: {} }, (_, f) => {
    const cell = f.grid(2, 3), item = f.list(2), [last] = f.vectors(1);
    const all = [...places.map(([i, j]) => cell(i, j)), item(0), item(1), last];
    return [
      ...all.map((local, n) => local.set(f32x4.const(n))),
      ...all.map((local, n) => v128.store(at(TO + 16 * n), local.get)),
    ];
  });
  const found = new Float32Array(call(builder).memory, TO, 9 * 4);
  assertEquals([...found], Array.from({ length: 36 }, (_, i) => Math.floor(i / 4)));
});

Deno.test("repeat() runs its body until the local has reached the end, and at least once", () => {
  const count = (from: number, step: number | Code, end: number | Code) => {
    const builder = new ModuleBuilder(1);
    builder.add({ name: "run", params: {}, result: type.i32 }, (_, f) => {
      const [i, n] = f.integers(2);
      return [
        ...i.set(at(from)),
        ...repeat(i, step, end, n.set(i32.add(n.get, at(1)))),
        ...i32.add(i32.mul(n.get, at(1000)), i.get),
      ];
    });
    return call(builder).result;
  };
  assertEquals(count(0, 1, 7), 7007);
  assertEquals(count(0, 16, 64), 4064);
  assertEquals(count(0, 5, 7), 2010);
  assertEquals(count(0, at(2), at(6)), 3006);
  assertEquals(count(9, 1, 3), 1010); // once
});

Deno.test("when() runs its body where the condition is not 0", () => {
  const stored = (condition: Code) =>
    new Float32Array(run(when(condition, v128.store(at(TO), f32x4.const(1)))), TO, 1)[0];
  assertEquals([0, 1, -1, 2 ** 31].map((value) => stored(i32.const(value))), [0, 1, 1, 1]);
});

Deno.test("a module that makes no sense is refused, and a shared memory is asked for", () => {
  const build = (code: Code, shared = false) => {
    const builder = new ModuleBuilder(2, shared);
    builder.add({ name: "run", params: {}, result: type.i32 }, () => code);
    return builder.bytes;
  };
  assert(WebAssembly.validate(build(i32.const(1))));
  for (const wrong of [[], f32x4.const(0), i32.add(i32.const(1)), [0xff]]) {
    assert(!WebAssembly.validate(build(wrong)));
    assertThrows(() => new WebAssembly.Module(build(wrong)), WebAssembly.CompileError);
  }
  const module = new WebAssembly.Module(build(i32.const(1), true));
  const link = (initial: number, shared: boolean) => {
    const memory = new WebAssembly.Memory({ initial, maximum: initial, shared });
    return new WebAssembly.Instance(module, { env: { memory } });
  };
  link(2, true);
  assertThrows(() => link(2, false), WebAssembly.LinkError);
  assertThrows(() => link(1, true), WebAssembly.LinkError);
});
