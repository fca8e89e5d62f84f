/** Mutates files: bits flipped, numbers made extreme, spans cut, copied and moved. */

import fc from "fast-check";

/** A mutation; `at` and `length` are taken modulo what there is. */
export interface Mutation {
  readonly kind: typeof KINDS[number];
  readonly at: number;
  readonly length: number;
  readonly value: number;
}

const KINDS = ["flip", "byte", "word", "cut", "insert", "delete", "repeat", "other"] as const;

/** Numbers at which formats overflow, as bytes of 32 bits. */
const EXTREME = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 2 ** 31 - 1, 2 ** 31] as const;

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom(...KINDS),
  at: fc.oneof(fc.nat(24), fc.nat(2 ** 20)), // half of them in the header
  length: fc.nat(40),
  value: fc.oneof(fc.constantFrom(...EXTREME, 2 ** 32 - 1), fc.nat(2 ** 32 - 1)),
});

/**
 * Files that are almost one of `files`: one to six mutations of it. Shrinks to the fewest and
 * smallest mutations that still fail.
 */
export function mutated(files: readonly Uint8Array[]): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  return fc.tuple(fc.constantFrom(...files), fc.array(mutation, { minLength: 1, maxLength: 6 }))
    .map(([file, mutations]) => mutations.reduce(mutate, Uint8Array.from(file)));
}

/** Applies one mutation. */
export function mutate(
  file: Uint8Array<ArrayBuffer>,
  { kind, at: place, length, value }: Mutation,
): Uint8Array<ArrayBuffer> {
  const at = place % (file.length + 1), end = Math.min(at + length, file.length);
  const before = file.subarray(0, at), span = file.subarray(at, end), after = file.subarray(end);
  switch (kind) {
    case "flip":
      return file.map((byte, i) => i === at ? byte ^ (1 << (value & 7)) : byte);
    case "byte":
      return file.map((byte, i) => i === at ? value : byte);
    case "word":
      return joined(before, word(value), file.subarray(Math.min(at + 4, file.length)));
    case "cut":
      return file.slice(0, at);
    case "insert":
      return joined(before, new Uint8Array(length).fill(value), file.subarray(at));
    case "delete":
      return joined(before, after);
    case "repeat":
      return joined(file, span);
    case "other":
      return joined(before, after, span);
  }
}

const word = (value: number) => new Uint8Array([value >>> 24, value >>> 16, value >>> 8, value]);

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
