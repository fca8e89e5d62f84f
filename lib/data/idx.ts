/**
 * Parses and writes IDX, the file format of MNIST, with every element type and rank.
 *
 * A file is two zero bytes, one byte for the element type, one for the rank, then `rank` sizes of
 * four bytes each and the elements, the last index running fastest; every number big-endian.
 * Source: http://yann.lecun.com/exdb/mnist/, "The IDX file format".
 */

/** Typed array of each element type. */
export interface IdxArrays {
  /** Type code 0x08. */
  readonly uint8: Uint8Array;
  /** Type code 0x09. */
  readonly int8: Int8Array;
  /** Type code 0x0B. */
  readonly int16: Int16Array;
  /** Type code 0x0C. */
  readonly int32: Int32Array;
  /** Type code 0x0D. */
  readonly float32: Float32Array;
  /** Type code 0x0E. */
  readonly float64: Float64Array;
}

/** An element type. */
export type IdxType = keyof IdxArrays;

/** An IDX file with elements of type `T`; `data` has as many as the product of `shape`. */
export interface IdxOf<T extends IdxType> {
  /** Element type. */
  readonly type: T;
  /** One size per index. */
  readonly shape: readonly number[];
  /** Elements, row-major. */
  readonly data: IdxArrays[T];
}

/** An IDX file; testing `idx.type === "uint8"` narrows `idx.data` to `Uint8Array`. */
export type Idx = { [T in IdxType]: IdxOf<T> }[IdxType];

const TYPES = [
  { code: 0x08, type: "uint8", size: 1 },
  { code: 0x09, type: "int8", size: 1 },
  { code: 0x0b, type: "int16", size: 2 },
  { code: 0x0c, type: "int32", size: 4 },
  { code: 0x0d, type: "float32", size: 4 },
  { code: 0x0e, type: "float64", size: 8 },
] as const;

const hex = (byte: number) => "0x" + byte.toString(16).toUpperCase().padStart(2, "0");

/** Formats a shape, such as 60000×28×28, or "one element" for rank 0; a long one in part. */
export function shapeText(shape: readonly number[]): string {
  if (shape.length <= 8) return shape.join("×") || "one element";
  return `${shape.slice(0, 3).join("×")}×…×${shape.at(-1)} (${shape.length} sizes)`;
}

/**
 * Parses a raw (not gzipped) IDX file.
 *
 * For elements of one byte `data` is a view on `bytes`. Wider elements are copied from big-endian to
 * the machine's byte order, bit for bit (a NaN keeps its payload).
 *
 * @param bytes the whole file
 * @throws {SyntaxError} if the magic number, the type or the length is not that of an IDX file
 * @throws {RangeError} if the product of the sizes exceeds any file
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseIdx } from "gradnets/data/idx.ts";
 *
 * const idx = parseIdx(new Uint8Array([0, 0, 0x08, 1, 0, 0, 0, 3, 5, 0, 4])); // three labels
 * assertEquals(idx.shape, [3]);
 * assertEquals(idx.data, new Uint8Array([5, 0, 4]));
 * ```
 */
export function parseIdx(bytes: Uint8Array): Idx {
  const header = readHeader(bytes);
  if (header === undefined) {
    return fail(`expected a magic number of 4 bytes and the sizes, found ${bytes.length} bytes`);
  }
  const { type, shape, start, length } = header;
  const found = bytes.length - start;
  if (found !== length) {
    const off = found < length ? `${length - found} are missing` : `${found - length} too many`;
    fail(
      `expected ${length} bytes of data for ${shapeText(shape)} ${type}, found ${found}: ${off}`,
    );
  }
  return { type, shape, data: elementsOf(type, bytes.subarray(start)) } as Idx;
}

/**
 * Tells from the first bytes of an IDX file how many it has in all, so that nobody reads more.
 *
 * @param start the first bytes, 1024 at most
 * @returns undefined if the header goes on after them
 * @throws {SyntaxError} if they are not the header of an IDX file
 * @throws {RangeError} if the product of the sizes exceeds any file
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { idxBytes } from "gradnets/data/idx.ts";
 *
 * assertEquals(idxBytes(new Uint8Array([0, 0, 0x08, 1, 0, 0, 0, 3])), 11);
 * assertEquals(idxBytes(new Uint8Array([0, 0, 0x08, 1])), undefined);
 * ```
 */
export function idxBytes(start: Uint8Array): number | undefined {
  const header = readHeader(start);
  return header && header.start + header.length;
}

function fail(what: string): never {
  throw new SyntaxError(`Cannot parse as IDX: ${what}`);
}

/** Reads type and shape, and where the data start; undefined if `bytes` end before that. */
function readHeader(bytes: Uint8Array) {
  const [zero0 = 0, zero1 = 0, code, rank] = bytes;
  if (zero0 === 0x1f && zero1 === 0x8b) fail("found gzip, unpack it first (readIdx does)");
  if (zero0 !== 0 || zero1 !== 0) {
    fail(`expected two zero bytes at the start, found ${hex(zero0)} ${hex(zero1)}`);
  }
  if (code === undefined || rank === undefined) return undefined;
  const known = TYPES.find((t) => t.code === code);
  if (known === undefined) {
    const names = TYPES.map((t) => `${hex(t.code)} ${t.type}`).join(", ");
    return fail(`expected an element type (${names}), found ${hex(code)}`);
  }
  const start = 4 + 4 * rank;
  if (bytes.length < start) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  return { type: known.type, shape, start, length: elements(shape, known.size) * known.size };
}

/**
 * Encodes an IDX file, the inverse of {@linkcode parseIdx}.
 *
 * @throws {TypeError} if `data` is not an array of the type that `type` names
 * @throws {RangeError} if the rank is over 255, a size is not an integer below 2³², or `data` does
 * not match `shape`
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseIdx, writeIdx } from "gradnets/data/idx.ts";
 *
 * const idx = { type: "int16", shape: [1, 2], data: new Int16Array([-1, 258]) } as const;
 * const bytes = writeIdx(idx);
 * assertEquals([...bytes.subarray(-4)], [0xff, 0xff, 0x01, 0x02]); // big-endian
 * assertEquals(parseIdx(bytes), { ...idx, shape: [1, 2] });
 * ```
 */
export function writeIdx(idx: Idx): Uint8Array<ArrayBuffer> {
  const { type, shape, data } = idx;
  const known = TYPES.find((t) => t.type === type);
  if (known === undefined || !(data instanceof arrayOf(type))) {
    const kind = Object.prototype.toString.call(data).slice(8, -1);
    throw new TypeError(`Cannot write IDX of type ${type}: its data are in a ${kind}`);
  }
  if (shape.length > 255) {
    throw new RangeError(`Cannot write IDX of rank ${shape.length}: the format ends at 255`);
  }
  const bad = shape.find((n) => !Number.isInteger(n) || n < 0 || n >= 2 ** 32);
  if (bad !== undefined) {
    throw new RangeError(
      `Cannot write IDX of shape ${
        shapeText(shape)
      }: ${bad} is not a whole number from 0 to 2^32 - 1`,
    );
  }
  if (elements(shape, known.size) !== data.length) {
    throw new RangeError(
      `Cannot write IDX of shape ${shapeText(shape)}: expected ${elements(shape, known.size)} ` +
        `elements, found ${data.length}`,
    );
  }
  const start = 4 + 4 * shape.length;
  const bytes = new Uint8Array(start + data.byteLength);
  bytes.set([0, 0, known.code, shape.length]);
  const view = new DataView(bytes.buffer);
  shape.forEach((n, i) => view.setUint32(4 + 4 * i, n));
  const from = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  bytes.set(known.size === 1 ? from : reversed(from, known.size), start);
  return bytes;
}

/** Product of `shape`: 1 for rank 0, 0 if any size is 0. */
function elements(shape: readonly number[], size: number): number {
  if (shape.includes(0)) return 0; // even beside sizes that overflow
  const count = shape.reduce((product, n) => product * n, 1);
  if (count * size > Number.MAX_SAFE_INTEGER) {
    throw new RangeError(
      `Cannot read sizes ${shapeText(shape)} as IDX: they multiply to more bytes than a file has`,
    );
  }
  return count;
}

function arrayOf(type: IdxType) {
  const arrays = {
    uint8: Uint8Array,
    int8: Int8Array,
    int16: Int16Array,
    int32: Int32Array,
    float32: Float32Array,
    float64: Float64Array,
  } as const;
  return arrays[type];
}

/** Decodes big-endian `bytes` as an array of `type`. */
function elementsOf(type: IdxType, bytes: Uint8Array): Idx["data"] {
  const Elements = arrayOf(type);
  const size = Elements.BYTES_PER_ELEMENT;
  // this overload excludes shared memory, which works as well
  if (size === 1) return new Elements(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
  return new Elements(reversed(bytes, size).buffer);
}

/** Copies `bytes` with the bytes of every element reversed; Deno runs on little-endian machines. */
function reversed(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes);
  for (let i = 0; i < bytes.length; i += size) out.subarray(i, i + size).reverse();
  return out;
}
