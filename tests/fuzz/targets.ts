/**
 * What reads files that anybody may have made, and how to tell that it read them rightly. A reader
 * either returns what the bytes say, or throws one of its documented errors.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import crc32 from "npm:crc-32@1.2.2";
import fc from "fast-check";
import { gzipSync } from "node:zlib";
import {
  Architecture,
  FusedEngine,
  parseCheckpoint,
  Trainer,
  writeCheckpoint,
} from "gradnets/core";
import { makeDataset } from "gradnets/data/dataset.ts";
import { type Idx, parseIdx, writeIdx } from "gradnets/data/idx.ts";
import { parseSafetensors, writeSafetensors } from "gradnets/data/safetensors.ts";
import { parseNamed, unpackedIdx } from "gradnets/files/idx_file.ts";
import { mutated } from "../helpers/mutated.ts";

/** A reader to fuzz. */
export interface Target {
  readonly name: string;
  /** The files that it is given. */
  readonly files: fc.Arbitrary<Uint8Array>;
  /** Reads a file, and throws an AssertionError if the result is not what the bytes say. */
  readonly read: (file: Uint8Array) => void | Promise<void>;
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

const CHECKPOINT = await checkpoint();

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
  { name: "safetensors", files: mutated([CHECKPOINT]), read: sameTensors },
  {
    name: "checkpoint",
    files: mutated([CHECKPOINT]),
    // its checksum is of every byte
    read: async (file) => {
      assertEquals((await parseCheckpoint(file)).iter, 1);
      assert(isSame(file, CHECKPOINT), "an altered checkpoint was read");
    },
  },
];

/** What became of a file: "read", or the name of the error. */
export type Outcome = "read" | "SyntaxError" | "RangeError" | "TypeError";

/**
 * Reads a file.
 *
 * @throws {Error} the assertion that failed, or any error but a documented one
 */
export async function judge(
  { read }: Pick<Target, "read">,
  file: Uint8Array,
): Promise<Outcome> {
  try {
    await read(file);
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

/** A small training's file. */
async function checkpoint(): Promise<Uint8Array> {
  const files = {
    trainImages: images,
    trainLabels: labels,
    testImages: images,
    testLabels: labels,
  };
  const data = makeDataset({ name: "mine", source: "", validation: 2, ...files });
  const net = new Architecture({ inputs: data.inputs, width: 2, depth: 3 });
  const trainer = new Trainer({ net, data, batchSize: 10, engine: (o) => new FusedEngine(o) });
  trainer.measure();
  trainer.step();
  const file = await writeCheckpoint(trainer.checkpoint());
  trainer.dispose();
  return file;
}

/** The tensors cover the file to its end, and are the same when written again. */
function sameTensors(file: Uint8Array): void {
  const found = parseSafetensors(file);
  const sum = Object.values(found.tensors).reduce((sum, { bytes }) => sum + bytes.length, 0);
  const header = new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  assertEquals(8 + header + sum, file.length, "has bytes of no tensor");
  const again = parseSafetensors(writeSafetensors(found));
  assertEquals(again.metadata, found.metadata);
  assertEquals(Object.keys(again.tensors).sort(), Object.keys(found.tensors).sort());
  for (const [name, { dtype, shape, bytes }] of Object.entries(found.tensors)) {
    const other = again.tensors[name];
    assertEquals([other?.dtype, other?.shape], [dtype, shape]);
    assert(other && isSame(other.bytes, bytes), `${name} is another`);
  }
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
  const one = fc.asyncProperty(target.files, async (file) => {
    const outcome = await judge(target, file);
    tally[outcome] = (tally[outcome] ?? 0) + 1;
  });
  for (let done = 0; done < count; done += BATCH) {
    const numRuns = Math.min(BATCH, count - done);
    await fc.assert(one, { numRuns, seed: (seed + done) | 0, includeErrorInReport: true });
    await new Promise((resolve) => setTimeout(resolve)); // only now zlib's memory can be freed
  }
  return tally;
}
