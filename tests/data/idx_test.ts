/**
 * IDX. The bytes are written by hand from the format's description, the elements' from
 * IEEE 754 and two's complement; nothing here was made by the code that is tested.
 */
import { assertEquals, assertStrictEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type Idx, parseIdx, writeIdx } from "gradnets/data/idx.ts";

const bytes = (hex: string) => Uint8Array.fromHex(hex.replaceAll(" ", ""));

const FILES: { name: string; file: Uint8Array; idx: Idx }[] = [
  {
    name: "uint8 of rank 1",
    file: bytes("00000801 00000003 05 00 FF"),
    idx: { type: "uint8", shape: [3], data: new Uint8Array([5, 0, 255]) },
  },
  {
    name: "uint8 of rank 3, the last index fastest",
    file: bytes("00000803 00000002 00000001 00000003 010203 040506"),
    idx: { type: "uint8", shape: [2, 1, 3], data: new Uint8Array([1, 2, 3, 4, 5, 6]) },
  },
  {
    name: "int8",
    file: bytes("00000901 00000003 FF 80 7F"),
    idx: { type: "int8", shape: [3], data: new Int8Array([-1, -128, 127]) },
  },
  {
    name: "int16",
    file: bytes("00000B01 00000003 FFFE 0102 8000"),
    idx: { type: "int16", shape: [3], data: new Int16Array([-2, 258, -32768]) },
  },
  {
    name: "int32",
    file: bytes("00000C02 00000001 00000002 DEADBEEF 01020304"),
    idx: { type: "int32", shape: [1, 2], data: new Int32Array([-559038737, 16909060]) },
  },
  {
    name: "float32",
    file: bytes("00000D01 00000004 3FC00000 BDCCCCCD 00000001 FF800000"),
    idx: { type: "float32", shape: [4], data: new Float32Array([1.5, -0.1, 2 ** -149, -Infinity]) },
  },
  {
    name: "float64",
    file: bytes("00000E01 00000002 400921FB54442D18 8000000000000000"),
    idx: { type: "float64", shape: [2], data: new Float64Array([Math.PI, -0]) },
  },
  {
    name: "rank 0, one element",
    file: bytes("00000C00 0000002A"),
    idx: { type: "int32", shape: [], data: new Int32Array([42]) },
  },
  {
    name: "a size of 0, beside one that would overflow",
    file: bytes("00000D04 00000000 FFFFFFFF FFFFFFFF FFFFFFFF"),
    idx: {
      type: "float32",
      shape: [0, 2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1],
      data: new Float32Array(0),
    },
  },
  {
    name: "a size of 0, after more than float64 can count",
    file: bytes("00000828" + "FFFFFFFF".repeat(39) + "00000000"),
    idx: { type: "uint8", shape: [...Array(39).fill(2 ** 32 - 1), 0], data: new Uint8Array(0) },
  },
  {
    name: "rank 255",
    file: bytes("000008FF" + "00000001".repeat(254) + "00000002" + "0708"),
    idx: { type: "uint8", shape: [...Array(254).fill(1), 2], data: new Uint8Array([7, 8]) },
  },
];

for (const { name, file, idx } of FILES) {
  Deno.test(`parseIdx() reads ${name}`, () => assertEquals(parseIdx(file), idx));
  Deno.test(`writeIdx() writes ${name}`, () => assertEquals(writeIdx(idx), file));
}

Deno.test("parseIdx() does not copy elements of one byte, and narrows by type", () => {
  const file = bytes("AAAA 00000801 00000002 0102").subarray(2); // a view that is not aligned
  const idx = parseIdx(file);
  if (idx.type !== "uint8") throw new Error(`found ${idx.type}`);
  const data: Uint8Array = idx.data; // compiles only if `type` narrows
  assertStrictEquals(data.buffer, file.buffer);
  assertEquals(data.byteOffset, 10);
  const signed = parseIdx(bytes("00000901 00000001 FF"));
  assertEquals(signed.data.byteOffset, 8);
});

Deno.test("parseIdx() reads wide elements from a view that is not aligned", () => {
  const file = bytes("AA 00000E00 3FF0000000000000").subarray(1);
  assertEquals(parseIdx(file).data, new Float64Array([1]));
});

Deno.test("parseIdx() and writeIdx() keep every bit of a NaN", () => {
  const file = bytes("00000D01 00000002 7FC01234 FFA00001");
  assertEquals(writeIdx(parseIdx(file)), file);
});

const MALFORMED: { name: string; file: Uint8Array; says: string[] }[] = [
  { name: "an empty file", file: bytes(""), says: ["found 0 bytes", "magic number of 4 bytes"] },
  { name: "3 bytes", file: bytes("000008"), says: ["found 3 bytes", "magic number"] },
  {
    name: "another magic number",
    file: bytes("89504E47 0D0A1A0A"),
    says: ["expected two zero bytes", "found 0x89 0x50"],
  },
  { name: "gzip", file: bytes("1F8B0800"), says: ["gzip", "readIdx"] },
  {
    name: "an unknown type",
    file: bytes("00000A01 00000001 00"),
    says: ["0x08 uint8", "0x0E float64", "found 0x0A"],
  },
  {
    name: "sizes that are cut off",
    file: bytes("00000803 00000001 000000"),
    says: ["and the sizes, found 11 bytes"],
  },
  {
    name: "data that are cut off",
    file: bytes("00000B02 00000002 00000002 00010002 0003"),
    says: ["expected 8 bytes of data for 2×2 int16", "found 6: 2 are missing"],
  },
  {
    name: "no data at all",
    file: bytes("00000E00"),
    says: ["8 bytes of data for one element float64", "found 0"],
  },
  {
    name: "trailing bytes",
    file: bytes("00000801 00000002 010203"),
    says: ["expected 2 bytes", "found 3: 1 too many"],
  },
  {
    name: "sizes of more than the file",
    file: bytes("00000803 0000EA60 0000001C 0000001C 00"),
    says: ["expected 47040000 bytes", "found 1"],
  },
];

for (const { name, file, says } of MALFORMED) {
  Deno.test(`parseIdx() refuses ${name}`, () => {
    const error = assertThrows(() => parseIdx(file), SyntaxError);
    for (const part of says) assertStringIncludes(error.message, part);
  });
}

Deno.test("parseIdx() refuses sizes that multiply beyond any file", () => {
  const exact = bytes("00000802 80000000 80000000"); // 2^62
  assertThrows(() => parseIdx(exact), RangeError, "2147483648×2147483648");
  // 255 sizes of 2^32 - 1: beyond float64, where a product would be Infinity
  assertThrows(
    () => parseIdx(bytes("000008FF" + "FFFFFFFF".repeat(255))),
    RangeError,
    "4294967295×4294967295×4294967295×…×4294967295 (255 sizes)",
  );
  // 2^50 elements could be counted, 2^53 bytes of them not
  assertThrows(() => parseIdx(bytes("00000E02 02000000 02000000")), RangeError);
});

Deno.test("writeIdx() refuses what the format cannot say", () => {
  const data = new Uint8Array(2);
  assertThrows(
    () => writeIdx({ type: "uint8", shape: [3], data }),
    RangeError,
    "expected 3 elements, found 2",
  );
  assertThrows(
    () => writeIdx({ type: "uint8", shape: Array(256).fill(1), data }),
    RangeError,
    "255",
  );
  for (const size of [-1, 1.5, NaN, 2 ** 32]) {
    const found = assertThrows(
      () => writeIdx({ type: "uint8", shape: [size], data }),
      RangeError,
    );
    assertStringIncludes(found.message, `${size} is not a whole number`);
  }
  const wrong = { type: "int16", shape: [2], data } as unknown as Idx;
  assertThrows(() => writeIdx(wrong), TypeError, "int16: its data are in a Uint8Array");
  const unknown = { type: "uint16", shape: [2], data } as unknown as Idx;
  assertThrows(() => writeIdx(unknown), TypeError, "uint16");
});
