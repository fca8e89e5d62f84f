/**
 * Checkpoints as files: plain safetensors, so that PyTorch and others read the tensors.
 *
 * The tensors have the names of the net's variables and `optimizer/SLOT/NAME`, in float32;
 * `trainer/steps` and `trainer/points` are tables in float64. All else is JSON in the metadata.
 */

import { doublesOf, floatsOf, type SafeTensor, tensorOf } from "../data/safetensors.ts";
import { type Kind, seal, unseal } from "../data/sealed.ts";
import { at } from "../at.ts";
import { type Check, integer, isObject, parseFields, refusal } from "../validate.ts";
import type { Checkpoint, Notes } from "./checkpoint.ts";
import type { Point, Step } from "./metrics.ts";

const KIND: Kind = { kind: "gradnets checkpoint", version: 1 };

const TABLES = ["trainer/steps", "trainer/points"] as const;

/**
 * Encodes a checkpoint as a safetensors file, with a checksum.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Architecture, drawnDataset, FusedEngine, parseCheckpoint, Trainer, writeCheckpoint }
 *   from "gradnets/core";
 *
 * const net = new Architecture({ width: 8, depth: 5 });
 * const data = drawnDataset({ train: 100, validation: 10, test: 50 });
 * const trainer = new Trainer({ net, data, engine: (options) => new FusedEngine(options) });
 * trainer.step();
 * const bytes = await writeCheckpoint(trainer.checkpoint());
 * const { loss } = trainer.step();
 * trainer.rewind(await parseCheckpoint(bytes));
 * assertEquals([trainer.iter, trainer.step().loss], [1, loss]);
 * trainer.dispose();
 * ```
 */
export function writeCheckpoint(mark: Checkpoint): Promise<Uint8Array<ArrayBuffer>> {
  const { tensors, steps, points, ...training } = mark;
  const tables = [columnsOf(steps), columnsOf(points)] as const;
  return seal(KIND, {
    tensors: Object.fromEntries([
      ...Object.entries(tensors).map(([name, tensor]) => [name, tensorOf(tensor)] as const),
      [TABLES[0], tableOf(steps, tables[0])],
      [TABLES[1], tableOf(points, tables[1])],
    ]),
    metadata: { training: JSON.stringify({ ...training, columns: tables }) },
  });
}

/**
 * Decodes a file of {@linkcode writeCheckpoint}.
 *
 * @throws {SyntaxError} if it is not safetensors, truncated or altered
 * @throws {RangeError} if it is something else than a checkpoint, or of a newer version
 */
export async function parseCheckpoint(bytes: Uint8Array): Promise<Checkpoint> {
  const { tensors, metadata } = await unseal(KIND, bytes);
  const { columns, ...training } = parseFields(fields, jsonOf(metadata.training), "checkpoint");
  const [steps, points] = TABLES.map((name, i) => rowsOf(name, tensors[name], at(columns, i)));
  const others = Object.entries(tensors).filter(([name]) => !isTable(name));
  return {
    ...training,
    steps: steps as unknown as Step[],
    points: points as unknown as Point[],
    tensors: Object.fromEntries(
      others.map(([name, tensor]) => [
        name,
        { shape: tensor.shape, values: floatsOf(name, tensor) },
      ]),
    ),
  };
}

const isTable = (name: string) => TABLES.some((table) => table === name);

type Row = Readonly<Record<string, number>>;

const columnsOf = ([first]: readonly Row[]): string[] => Object.keys(first ?? {});

function tableOf(rows: readonly Row[], columns: readonly string[]): SafeTensor {
  const values = Float64Array.from(rows.flatMap((row) => columns.map((name) => row[name] ?? NaN)));
  return tensorOf({ shape: [rows.length, columns.length], values });
}

function rowsOf(name: string, table: SafeTensor | undefined, columns: readonly string[]): Row[] {
  const values = doublesOf(name, table), rows = table?.shape[0] ?? 0;
  return Array.from(
    { length: columns.length && rows },
    (_, i) =>
      Object.fromEntries(columns.map((name, j) => [name, at(values, i * columns.length + j)])),
  );
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    throw new SyntaxError("Cannot read this checkpoint: its description is not JSON");
  }
}

const text: Check<string> = (value, path) => {
  if (typeof value === "string") return value;
  throw refusal(path, "a string", value);
};

const numbers: Check<Readonly<Record<string, number>>> = (value, path) => {
  if (isObject(value) && Object.values(value).every(Number.isFinite)) return value as Row;
  throw refusal(path, "numbers by name", value);
};

const plain: Check<Notes> = (value, path) => {
  const isPlain = (one: unknown) => ["string", "number", "boolean"].includes(typeof one);
  if (isObject(value) && Object.values(value).every(isPlain)) return value as Notes;
  throw refusal(path, "strings, numbers and booleans by name", value);
};

const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === "string");

const twoLists: Check<readonly (readonly string[])[]> = (value, path) => {
  if (Array.isArray(value) && value.length === 2 && value.every(isNames)) return value;
  throw refusal(path, "two lists of names", value);
};

const fields = {
  of: [plain],
  kernels: [text],
  notes: [plain, {}],
  byHand: [numbers],
  iter: [integer(0)],
  dropoutSeed: [integer(0, 2 ** 32 - 1)],
  numbers: [numbers],
  columns: [twoLists],
} as const;
