/**
 * Parses and writes safetensors, the file format of weights that PyTorch, JAX and others read.
 *
 * A file is the length of its header (8 bytes, little-endian), the header in JSON, and the data. The
 * header has, for each tensor by name, its `dtype`, `shape` and `data_offsets` [begin, end) in the
 * data, and under `__metadata__` any strings. Tensors are row-major and little-endian, and cover the
 * data without gap or overlap. Source: https://github.com/huggingface/safetensors, "Format".
 */

import { isObject } from "../validate.ts";
import { shapeText } from "./idx.ts";

/** Bytes of an element of each type. */
const SIZES: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  F64: 8,
  I64: 8,
  U64: 8,
};

/** Maximum bytes of a header, as in the reference implementation. */
const HEADER_MAX = 100_000_000;

/** A tensor of a file. */
export interface SafeTensor {
  /** Type of its elements, such as F32. */
  readonly dtype: string;
  /** Sizes, outermost first; empty for a scalar. */
  readonly shape: readonly number[];
  /** Elements, row-major and little-endian. */
  readonly bytes: Uint8Array;
}

/** A safetensors file. */
export interface Safetensors {
  /** Tensors by name. */
  readonly tensors: Readonly<Record<string, SafeTensor>>;
  /** Strings by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Parses a file, strictly. Copies no data.
 *
 * @param bytes the whole file
 * @throws {SyntaxError} if it is not safetensors, is truncated, or has a wrong header
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { floatsOf, parseSafetensors, tensorOf, writeSafetensors } from "gradnets/data/safetensors.ts";
 *
 * const b = tensorOf({ shape: [2], values: new Float32Array([1, 2]) });
 * const { tensors, metadata } = parseSafetensors(writeSafetensors({ tensors: { b }, metadata: { by: "me" } }));
 * assertEquals([floatsOf("b", tensors.b), metadata.by], [new Float32Array([1, 2]), "me"]);
 * ```
 */
export function parseSafetensors(bytes: Uint8Array): Safetensors {
  if (bytes.length < 8) throw wrong(bytes, "expected 8 bytes with the length of a header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true)), start = 8 + length;
  if (length > HEADER_MAX) throw wrong(bytes, `its header would have ${length} bytes`);
  if (start > bytes.length) {
    throw wrong(bytes, `the file ends within its header of ${length} bytes`);
  }
  const { __metadata__: metadata = {}, ...entries } = headerOf(bytes, start);
  if (!isObject(metadata) || !Object.values(metadata).every(isString)) {
    throw wrong(bytes, "its __metadata__ must be strings by name");
  }
  const data = bytes.subarray(start);
  const places = Object.entries(entries).map(([name, entry]) => placeOf(bytes, name, entry))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of places) {
    const what = begin < covered ? "overlaps another" : "leaves a gap before it";
    if (begin !== covered) throw wrong(bytes, `tensor ${name} ${what}`);
    covered = end;
  }
  if (covered !== data.length) {
    const off = covered - data.length;
    const what = off > 0 ? `${off} are missing` : `${-off} too many`;
    throw wrong(bytes, `expected ${covered} bytes of data, found ${data.length}: ${what}`);
  }
  const tensors = places.map(({ name, dtype, shape, begin, end }) =>
    [name, { dtype, shape, bytes: data.subarray(begin, end) }] as const
  );
  return { tensors: Object.fromEntries(tensors), metadata: metadata as Record<string, string> };
}

/**
 * Encodes a file, the inverse of {@linkcode parseSafetensors}. Wide elements come first, so that all
 * are aligned.
 *
 * @throws {RangeError} if a tensor has another number of bytes than its shape and type say
 */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array<ArrayBuffer> {
  const width = ({ dtype }: SafeTensor) => SIZES[dtype] ?? 0;
  const ordered = Object.entries(tensors).sort(([, a], [, b]) => width(b) - width(a));
  let end = 0;
  const entries = ordered.map(([name, tensor]) => {
    const { dtype, shape, bytes: { length } } = tensor;
    if (length !== sizeOf(shape) * width(tensor)) {
      throw new RangeError(
        `Cannot write tensor ${name}: ${length} bytes are not ${shapeText(shape)} ${dtype}`,
      );
    }
    const begin = end;
    end += length;
    return [name, { dtype, shape, data_offsets: [begin, end] }] as const;
  });
  const json = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  const header = new TextEncoder().encode(json);
  const length = Math.ceil(header.length / 8) * 8; // aligns the data
  const bytes = new Uint8Array(8 + length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.fill(0x20, 8, 8 + length).set(header, 8);
  let at = 8 + length;
  for (const [, tensor] of ordered) {
    bytes.set(tensor.bytes, at);
    at += tensor.bytes.length;
  }
  return bytes;
}

/** Floats with a shape. */
export interface Floats<T extends Float32Array | Float64Array = Float32Array | Float64Array> {
  /** Sizes, outermost first. */
  readonly shape: readonly number[];
  /** Values, row-major. */
  readonly values: T;
}

/** Views floats as a tensor of a file. */
export function tensorOf({ shape, values }: Floats): SafeTensor {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { dtype: values instanceof Float64Array ? "F64" : "F32", shape, bytes };
}

/**
 * Copies the values of a tensor of float32.
 *
 * @param name name for the message
 * @throws {TypeError} if it is missing or of another type
 */
export function floatsOf(name: string, tensor: SafeTensor | undefined): Float32Array<ArrayBuffer> {
  return new Float32Array(copyOf(name, tensor, "F32"));
}

/** Copies the values of a tensor of float64, like {@linkcode floatsOf}. */
export function doublesOf(name: string, tensor: SafeTensor | undefined): Float64Array<ArrayBuffer> {
  return new Float64Array(copyOf(name, tensor, "F64"));
}

function copyOf(name: string, tensor: SafeTensor | undefined, dtype: string): ArrayBuffer {
  if (tensor?.dtype === dtype) return new Uint8Array(tensor.bytes).buffer;
  const found = tensor ? `is ${tensor.dtype}` : "is missing";
  throw new TypeError(`Cannot read tensor ${name}: expected ${dtype}, but it ${found}`);
}

function headerOf(bytes: Uint8Array, end: number): Readonly<Record<string, unknown>> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, end)));
  } catch {
    throw wrong(bytes, "its header is not JSON");
  }
  if (isObject(header)) return header;
  throw wrong(bytes, "its header is not a JSON object");
}

function placeOf(bytes: Uint8Array, name: string, entry: unknown) {
  const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
  const size = isString(dtype) && Object.hasOwn(SIZES, dtype) ? SIZES[dtype] : undefined;
  if (!isString(dtype) || size === undefined) {
    throw wrong(bytes, `tensor ${name} has the unknown dtype ${JSON.stringify(dtype)}`);
  }
  if (!isSizes(shape)) throw wrong(bytes, `tensor ${name} has no shape of whole numbers`);
  const [begin, end] = isSizes(offsets) && offsets.length === 2 ? offsets : [];
  if (begin === undefined || end === undefined || end - begin !== sizeOf(shape) * size) {
    const expected = `${sizeOf(shape) * size} bytes for ${shapeText(shape)} ${dtype}`;
    throw wrong(
      bytes,
      `tensor ${name} expects ${expected}, but its data_offsets are ${JSON.stringify(offsets)}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

const isString = (value: unknown): value is string => typeof value === "string";

const isSizes = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

const wrong = ({ length }: Uint8Array, what: string) =>
  new SyntaxError(`Cannot parse ${length} bytes as safetensors: ${what}`);
