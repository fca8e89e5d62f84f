/**
 * What reads files that anybody may have made, and how to tell that it read them rightly. A reader
 * either returns what the bytes say, or throws one of its documented errors.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import crc32 from "npm:crc-32@1.2.2";
import fc from "fast-check";
import { gzipSync } from "node:zlib";
import { makeDataset } from "gradnets/data/dataset.ts";
import { type Idx, parseIdx, writeIdx } from "gradnets/data/idx.ts";
import { parseNamed, unpackedIdx } from "gradnets/files/idx_file.ts";
import { mutated } from "../helpers/mutated.ts";

/** A reader to fuzz. */
export interface Target {
  readonly name: string;
  /** The files that it is given. */
  readonly files: fc.Arbitrary<Uint8Array>;
  /** Reads a file, and throws an AssertionError if the result is not what the bytes say. */
  readonly read: (file: Uint8Array) => void;
}

/** Files from one turn of the event loop to the next. */
const BATCH = 1000;

/** Bytes that a gzip may unpack to here. */
const LIMIT = 2 ** 16;

const images: Idx = { type: "uint8", shape: [12, 3, 2], data: Uint8Array.from(range(72)) };
const labels: Idx = { type: "uint8", shape: [12], data: Uint8Array.from(range(12), (n) => n % 4) };
const IDX: readonly Uint8Array[] = [
  writeIdx(images),
  writeIdx(labels),
  writeIdx({ type: "int16", shape: [2, 3], data: Int16Array.from(range(6), (n) => n - 300) }),
  writeIdx({ type: "int32", shape: [], data: new Int32Array([-1]) }),
  writeIdx({ type: "float32", shape: [4], data: new Float32Array([0, NaN, -Infinity, 1e-40]) }),
  writeIdx({ type: "float64", shape: [1, 2, 0, 3], data: new Float64Array(0) }),
];
const zeros = new Uint8Array(
  writeIdx({ type: "uint8", shape: [20_000], data: new Uint8Array(2e4) }),
);
const GZIP: readonly Uint8Array[] = [
  ...IDX.map((file) => new Uint8Array(gzipSync(file))),
  new Uint8Array([...gzipSync(IDX[0] ?? ""), ...gzipSync(new Uint8Array(0))]),
  new Uint8Array(gzipSync(zeros)),
  new Uint8Array(gzipSync(zeros, { level: 0 })).slice(0, 4000),
];

/** The readers, each with files that are almost right. */
export const targets: readonly Target[] = [
  { name: "idx", files: mutated(IDX), read: (file) => sameIdx(parseIdx(file), file) },
  { name: "gzip", files: mutated(GZIP), read: readGzip },
  {
    name: "idx in gzip",
    files: mutated(IDX).map((file) => new Uint8Array(gzipSync(file, { level: 1 }))),
    read: readGzip,
  },
  { name: "images", files: mutated([writeIdx(images)]), read: (file) => dataset(file, undefined) },
  { name: "labels", files: mutated([writeIdx(labels)]), read: (file) => dataset(undefined, file) },
];

/** What became of a file: "read", or the name of the error. */
export type Outcome = "read" | "SyntaxError" | "RangeError" | "TypeError";

/**
 * Reads a file.
 *
 * @throws {Error} the assertion that failed, or any error but a documented one
 */
export function judge({ read }: Pick<Target, "read">, file: Uint8Array): Outcome {
  try {
    read(file);
    return "read";
  } catch (error) {
    for (const Kind of [SyntaxError, RangeError, TypeError]) {
      if (!(error instanceof Kind) || error.name !== Kind.name) continue;
      assertMatch(error.message, /^(mine: )?Cannot [^\n]{10,400}$/, "no sentence of ours");
      return Kind.name as Outcome;
    }
    throw error;
  }
}

/** An IDX file has one form: what was read must be written as the very same bytes. */
function sameIdx(idx: Idx, file: Uint8Array): void {
  assert(isSame(writeIdx(idx), file), "read as something else");
}

const isSame = (a: Uint8Array, b: Uint8Array) =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

function readGzip(file: Uint8Array): void {
  const bytes = unpackedIdx(file, "mine", LIMIT);
  assert(bytes.length <= Math.max(LIMIT, file.length), `unpacked ${bytes.length} bytes`);
  const isGzip = file[0] === 0x1f && file[1] === 0x8b;
  if (isGzip) {
    // RFC 1952: the last member ends with the CRC-32 and the length of what was packed
    const view = new DataView(file.buffer, file.byteOffset + file.length - 8);
    const last = bytes.subarray(bytes.length - view.getUint32(4, true));
    assertEquals(crc32.buf(last) >>> 0, view.getUint32(0, true), "unpacked to something else");
  } else assert(isSame(bytes, file), "not what the file holds");
  sameIdx(parseNamed("mine", bytes), bytes);
}

/** Makes a data set of two files, of which one may be mutated. */
function dataset(some: Uint8Array | undefined, others: Uint8Array | undefined): void {
  const trainImages = some ? parseIdx(some) : images,
    trainLabels = others ? parseIdx(others) : labels;
  const data = makeDataset({
    ...{ name: "mine", source: "", validation: 2 },
    ...{ trainImages, trainLabels, testImages: images, testLabels: labels },
  });
  assertEquals(data.inputs, 6);
  assertEquals([data.train.count, data.validation.count, data.test.count], [10, 2, 12]);
  for (const { images, labels, count } of [data.train, data.validation, data.test]) {
    assertEquals([images.length, labels.length], [6 * count, count]);
    assert(labels.every((label) => label < data.classes));
  }
  assertEquals([...data.validation.images, ...data.train.images], [...trainImages.data]);
  assertEquals([...data.validation.labels, ...data.train.labels], [...trainLabels.data]);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

/** Number of files of each outcome. */
export type Tally = Readonly<Partial<Record<Outcome, number>>>;

/**
 * Gives a target `count` files.
 *
 * @throws {Error} with the smallest file found that is read wrongly, and how to have it again
 */
export async function fuzz(target: Target, count: number, seed: number): Promise<Tally> {
  const tally: Partial<Record<Outcome, number>> = {};
  const one = fc.property(target.files, (file) => {
    const outcome = judge(target, file);
    tally[outcome] = (tally[outcome] ?? 0) + 1;
  });
  for (let done = 0; done < count; done += BATCH) {
    const numRuns = Math.min(BATCH, count - done);
    fc.assert(one, { numRuns, seed: (seed + done) | 0, includeErrorInReport: true });
    await new Promise((resolve) => setTimeout(resolve)); // only now zlib's memory can be freed
  }
  return tally;
}
