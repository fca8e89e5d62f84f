/** safetensors: bytes by hand, and what is refused. */

import { assertEquals, assertThrows } from "@std/assert";
import {
  doublesOf,
  floatsOf,
  parseSafetensors,
  tensorOf,
  writeSafetensors,
} from "gradnets/data/safetensors.ts";
import { Random } from "gradnets/random.ts";

/** A file as the format describes it: length, header, data. */
function file(header: unknown, data: readonly number[] = [], length?: number): Uint8Array {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length ?? json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const entry = (begin: number, end: number, dtype = "U8", shape: unknown = [end - begin]) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

Deno.test("parseSafetensors() reads a file written by hand", () => {
  const header = {
    __metadata__: { a: "b" },
    w: entry(4, 12, "F32", [2, 1]),
    s: entry(0, 4, "F32", []),
  };
  const data = [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x40, 0xc0]; // 1, 2, −3 in IEEE 754
  const { tensors, metadata } = parseSafetensors(file(header, data));
  assertEquals(metadata, { a: "b" });
  assertEquals([tensors.w?.shape, tensors.s?.shape], [[2, 1], []]);
  assertEquals(floatsOf("w", tensors.w), new Float32Array([2, -3]));
  assertEquals(floatsOf("s", tensors.s), new Float32Array([1]));
});

Deno.test("writeSafetensors() writes what parseSafetensors() reads, bit for bit", () => {
  const tensors = {
    w: tensorOf({ shape: [1, 3], values: new Float32Array([-0, 1e-45, Infinity]) }),
    "of/1": tensorOf({ shape: [2], values: new Float64Array([Math.PI, 1 / 3]) }),
    none: tensorOf({ shape: [0, 5], values: new Float32Array(0) }),
    "1": { dtype: "U8", shape: [3], bytes: new Uint8Array([1, 2, 3]) },
  };
  const bytes = writeSafetensors({ tensors, metadata: { 'ü"': "π\n" } });
  const found = parseSafetensors(bytes);
  assertEquals(found, { tensors, metadata: { 'ü"': "π\n" } });
  assertEquals(doublesOf("of/1", found.tensors["of/1"]), new Float64Array([Math.PI, 1 / 3]));
  assertEquals(parseSafetensors(writeSafetensors(found)), found);
  const start = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  assertEquals([start % 8, found.tensors["of/1"]!.bytes.byteOffset], [0, start]); // aligned
});

const wide = entry(0, 2);
/** Files that are wrong, by what the error says. */
const wrong: Readonly<Record<string, Uint8Array>> = {
  "expected 8 bytes with the length of a header": new Uint8Array(7),
  "its header would have 100000001 bytes": file({}, [], 100_000_001),
  "its header would have 18446744073709552000 bytes": new Uint8Array(16).fill(255),
  "the file ends within its header of 3 bytes": file("{}", [], 3),
  "its header is not JSON": file("{"),
  "its header is not a JSON object": file("[]"),
  "its __metadata__ must be strings by name": file({ __metadata__: { version: 1 } }),
  'tensor a has the unknown dtype "F31"': file({ a: entry(0, 2, "F31") }, [1, 2]),
  "tensor a has the unknown dtype undefined": file({ a: 1 }),
  "tensor a has no shape of whole numbers": file({ a: entry(0, 2, "U8", [-2]) }, [1, 2]),
  "tensor a expects 8 bytes for 2 F32, but its data_offsets are [0,2]": file({
    a: entry(0, 2, "F32", [2]),
  }, [1, 2]),
  "but its data_offsets are [2,0]": file({ a: entry(2, 0, "U8", [2]) }, [1, 2]),
  "but its data_offsets are [0.5,2.5]": file({ a: entry(0.5, 2.5, "U8", [2]) }, [1, 2, 3]),
  "but its data_offsets are [0]": file({ a: { ...wide, data_offsets: [0] } }, [1, 2]),
  "tensor b overlaps another": file({ a: wide, b: entry(1, 3) }, [1, 2, 3]),
  "tensor b leaves a gap before it": file({ a: wide, b: entry(3, 4) }, [1, 2, 3, 4]),
  "expected 2 bytes of data, found 1: 1 are missing": file({ a: wide }, [1]),
  "expected 2 bytes of data, found 4: 2 too many": file({ a: wide }, [1, 2, 3, 4]),
};

for (const [message, bytes] of Object.entries(wrong)) {
  Deno.test(`parseSafetensors() refuses a file: ${message}`, () => {
    assertThrows(() => parseSafetensors(bytes), SyntaxError, message);
  });
}

Deno.test("parseSafetensors() reads or refuses with a sentence whatever bytes it gets", () => {
  const random = new Random(3);
  const whole = file({ a: wide, b: entry(2, 10, "F32", [2]) }, Array(10).fill(7));
  for (let i = 0; i < 5000; i++) {
    const bytes = whole.slice(0, random.below(4) ? whole.length : random.below(whole.length));
    for (let n = random.below(3); n >= 0; n--) {
      bytes[random.below(bytes.length)] = random.below(256);
    }
    try {
      parseSafetensors(bytes);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
});

Deno.test("tensors of another type or size are refused by name", () => {
  const bytes = new Uint8Array(2);
  const tensors = { half: { dtype: "BF16", shape: [1], bytes } };
  assertThrows(
    () => floatsOf("half", tensors.half),
    TypeError,
    "Cannot read tensor half: expected F32, but it is BF16",
  );
  assertThrows(
    () => floatsOf("w", undefined),
    TypeError,
    "tensor w: expected F32, but it is missing",
  );
  assertThrows(
    () =>
      writeSafetensors({ tensors: { half: { dtype: "BF16", shape: [3], bytes } }, metadata: {} }),
    RangeError,
    "Cannot write tensor half: 2 bytes are not 3 BF16",
  );
});
