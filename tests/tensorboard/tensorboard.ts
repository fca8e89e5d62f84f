/**
 * The real `tensorboard` package as a witness, where a Python that has it can be found:
 * GRADNETS_PYTHON, else .venv of this repository, else python3.
 */

import { fileURLToPath } from "node:url";
import { findPython as find, printedBy } from "../helpers/python.ts";

/** A scalar as tensorboard read it: wall time in seconds, step, float32 value or "nan", "inf". */
export type Read = readonly [wallTime: number, step: number, value: number | string];

/** A histogram as tensorboard read it. */
export type ReadHistogram = readonly [
  step: number,
  min: number,
  max: number,
  num: number,
  sum: number,
  buckets: readonly (readonly [from: number, to: number, count: number])[],
];

/** A node of the graph as tensorboard read it. */
export type ReadNode = readonly [
  name: string,
  op: string,
  input: readonly string[],
  shape: readonly number[],
];

/** What read_events.py prints. */
export interface Events {
  readonly tensorboard: string;
  readonly file_version: string;
  readonly scalars: Readonly<Record<string, readonly Read[]>>;
  readonly tensors: Readonly<Record<string, string>>;
  readonly histograms: Readonly<Record<string, readonly ReadHistogram[]>>;
  readonly graph: readonly ReadNode[];
  readonly hparams: Readonly<Record<string, unknown>>;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** A Python that can import tensorboard, or undefined, said with a word. */
export const findPython = (): string | undefined =>
  find(
    "tensorboard",
    "event files are not checked against it, see tests/tensorboard/requirements.txt",
  );

/** What the real tensorboard reads in a directory of event files. */
export const readEvents = (python: string, directory: string): Events =>
  printedBy(python, [here("read_events.py"), directory]);
