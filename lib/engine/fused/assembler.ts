/**
 * A small assembler for WebAssembly: expressions are byte strings that nest like the formulas they
 * stand for. Functions made of them (locals.ts) become a module (module.ts).
 *
 * Opcodes and sections: WebAssembly core specification 2.0 with fixed-width and relaxed SIMD,
 * https://webassembly.github.io/spec/core/binary/.
 */

/** Bytes of one or more instructions, as nested as it was written: {@linkcode flatten} it once. */
export type Code = readonly (number | Code)[];

/** The bytes of `code`, appended to `bytes`. */
export function flatten(code: Code, bytes: number[] = []): number[] {
  for (const part of code) {
    if (typeof part === "number") bytes.push(part);
    else flatten(part, bytes);
  }
  return bytes;
}

/** Types of a local, parameter or result. */
export const type = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

/** One of {@linkcode type}. */
export type Type = typeof type[keyof typeof type];

/** Unsigned LEB128 of a whole number that may have more than 32 bits. */
export function leb(value: number): number[] {
  const bytes: number[] = [];
  do {
    const rest = Math.floor(value / 128);
    bytes.push(value % 128 + (rest ? 128 : 0));
    value = rest;
  } while (value);
  return bytes;
}

/** Signed LEB128 of a whole number of 32 bits. */
export function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  for (;;) {
    const byte = value & 0x7f;
    value >>= 7;
    if (value === (byte & 0x40 ? -1 : 0)) return [...bytes, byte];
    bytes.push(byte | 0x80);
  }
}

const floatBytes = (value: number) => [...new Uint8Array(new Float32Array([value]).buffer)];
const code = (...bytes: number[]): Code => bytes;
const op = (opcode: number) => (...args: Code[]): Code => [...args, opcode];
const simd = (opcode: number) => {
  const bytes = [0xfd, ...leb(opcode)];
  return (...args: Code[]): Code => [...args, ...bytes];
};
const access = (opcode: Code, align: number) => (address: Code, offset = 0): Code => [
  address,
  ...opcode,
  align,
  ...leb(offset),
];
const store = (opcode: Code, align: number) => (address: Code, value: Code, offset = 0): Code => [
  address,
  value,
  ...opcode,
  align,
  ...leb(offset),
];
const half = (opcode: number) => (address: Code, value: Code, half: number, offset = 0): Code => {
  return [address, value, 0xfd, opcode, 2, ...leb(offset), half];
};

/** Whole numbers of 32 bits; comparisons take them as unsigned. */
export const i32 = {
  const: (value: number): Code => [0x41, ...signedLeb(value | 0)],
  add: op(0x6a),
  sub: op(0x6b),
  mul: op(0x6c),
  ltU: op(0x49),
};

/** Floats of 32 bits. */
export const f32 = {
  const: (value: number): Code => [0x43, ...floatBytes(value)],
  load: access([0x2a], 2),
};

/** Floats of 64 bits. */
export const f64 = {
  zero: code(0x44, 0, 0, 0, 0, 0, 0, 0, 0),
  add: op(0xa0),
  promote: op(0xbb),
  load: access([0x2b], 3),
  store: store([0x39], 3),
};

/** Eight integers of 16 bits. */
export const i16x8 = {
  /** Loads eight bytes. */
  load8U: access([0xfd, 0x02], 0),
};

/** Four integers, compared as unsigned. */
export const i32x4 = {
  splat: simd(0x11),
  /** Four of the same, or the four given. */
  const: (value: number | readonly number[]): Code => {
    const lanes = typeof value === "number" ? [value, value, value, value] : value;
    return [0xfd, 0x0c, ...new Uint8Array(Int32Array.from(lanes).buffer)];
  },
  add: simd(0xae),
  mul: simd(0xb5),
  leU: simd(0x3e),
  /** Takes the first four of eight {@linkcode i16x8}. */
  extendLow: simd(0xa9),
  /** Takes the last four. */
  extendHigh: simd(0xaa),
  shl: (value: Code, bits: number): Code => simd(0xab)(value, i32.const(bits)),
  shrU: (value: Code, bits: number): Code => simd(0xad)(value, i32.const(bits)),
};

/** Four floats. Comparisons give lanes of all ones where they hold. */
export const f32x4 = {
  const: (value: number): Code => {
    const bytes = floatBytes(value);
    return [0xfd, 0x0c, ...bytes, ...bytes, ...bytes, ...bytes];
  },
  splat: simd(0x13),
  lane: (value: Code, lane: number): Code => [value, 0xfd, 0x1f, lane],
  add: simd(0xe4),
  sub: simd(0xe5),
  mul: simd(0xe6),
  div: simd(0xe7),
  sqrt: simd(0xe3),
  /** Makes floats of whole numbers below 2³¹. */
  convert: simd(0xfa),
  abs: simd(0xe0),
  /** b < a ? b : a, as {@linkcode f32x4.pmax}. */
  pmin: simd(0xea),
  /** a < b ? b : a, one instruction; a NaN in `a` stays, as max(x, 0) must keep it. */
  pmax: simd(0xeb),
  ne: simd(0x42),
  gt: simd(0x44),
  lt: simd(0x43),
};

/** Vectors of 128 bits, whatever is in them. Offsets are in bytes, added to the address. */
export const v128 = {
  load: access([0xfd, 0x00], 2),
  /** Loads one float to all four lanes. */
  splat32: access([0xfd, 0x09], 2),
  /** Loads two floats, twice. */
  splat64: access([0xfd, 0x0a], 2),
  /** Loads two floats, and zeros. */
  load64: access([0xfd, 0x5d], 2),
  /** Loads half 0 or 1 of a vector; the other half is that of `value`. */
  loadHalf: half(0x57),
  /** Stores half 0 or 1 of a vector. */
  storeHalf: half(0x5b),
  store: store([0xfd, 0x0b], 2),
  and: simd(0x4e),
  andNot: simd(0x4f),
  or: simd(0x50),
  xor: simd(0x51),
  /** Takes four lanes out of those of `a` (0 to 3) and of `b` (4 to 7). */
  shuffle: (a: Code, b: Code, lanes: readonly number[]): Code => [
    a,
    b,
    0xfd,
    0x0d,
    ...lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]),
  ],
};

/** a·b + c: one rounding and one instruction where `relaxed`, else two. */
export function multiplyAdd(relaxed: boolean): (a: Code, b: Code, c: Code) => Code {
  return relaxed ? simd(0x105) : (a, b, c) => f32x4.add(f32x4.mul(a, b), c);
}

/** A parameter or local of a function. */
export interface Local {
  readonly get: Code;
  set(value: Code): Code;
  /** Sets it, and leaves the value. */
  tee(value: Code): Code;
}

/** do { body; local += step } while (local < end), unsigned: the body runs at least once. */
export function repeat(local: Local, step: number | Code, end: number | Code, body: Code): Code {
  const by = typeof step === "number" ? i32.const(step) : step;
  const until = typeof end === "number" ? i32.const(end) : end;
  return [
    0x03,
    0x40,
    body,
    i32.ltU(local.tee(i32.add(local.get, by)), until),
    0x0d,
    0,
    0x0b,
  ];
}

/** if (condition) { body } */
export const when = (
  condition: Code,
  body: Code,
): Code => [condition, 0x04, 0x40, body, 0x0b];
