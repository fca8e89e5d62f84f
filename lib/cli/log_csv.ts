/** The table log.csv of a training: a row per measurement. */

import { join } from "node:path";
import { appendWhole } from "../files/append.ts";
import type { Point } from "../train/metrics.ts";

/** Name of the file. */
export const LOG = "log.csv";

/** Columns of log.csv and their values; `epoch` is fractional. */
const columns: Readonly<Record<string, (point: Point) => number>> = {
  iter: (point) => point.iter,
  epoch: (point) => point.epoch,
  train_accuracy: (point) => point.trainAccuracy,
  g: (point) => point.g,
  weight_norm: (point) => point.weightNorm,
  gradient_norm: (point) => point.gradientNorm,
  test_accuracy: (point) => point.testAccuracy,
  loss: (point) => point.loss,
  learning_rate: (point) => point.learningRate,
};

const HEAD = encode(Object.keys(columns));

function encode(row: readonly unknown[]): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(row.join(",") + "\n");
}

/** The row of a measurement. */
export const lineOf = (point: Point) => encode(Object.values(columns).map((value) => value(point)));

/** Opens the log after its rows of `points`; writes them again where they are not all there. */
export function openLog(path: string, points: readonly Point[]): Deno.FsFile {
  const file = Deno.openSync(path, { read: true, write: true, create: true });
  const before = Deno.readFileSync(path);
  let end = 0, whole = true;
  for (const line of [HEAD, ...points.map(lineOf)]) {
    whole &&= line.every((byte, i) => byte === before[end + i]);
    if (!whole && end < file.statSync().size) file.truncateSync(end);
    if (!whole) appendWhole(file, line);
    end += line.length;
  }
  file.truncateSync(end);
  return file;
}

/** Whether the log in `directory` has a measurement. */
export function hasMeasured(directory: string): boolean {
  try {
    return Deno.statSync(join(directory, LOG)).size > HEAD.length;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
