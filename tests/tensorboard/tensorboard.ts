/**
 * The real `tensorboard` package as a witness, where a Python that has it can be found:
 * GRADNETS_PYTHON, else .venv of this repository, else python3.
 */

import { fileURLToPath } from "node:url";
import { findPython as find, printedBy } from "../helpers/python.ts";

/** A scalar as tensorboard read it: wall time in seconds, step, float32 value or "nan", "inf". */
export type Read = readonly [wallTime: number, step: number, value: number | string];

/** What read_events.py prints. */
export interface Events {
  readonly tensorboard: string;
  readonly file_version: string;
  readonly scalars: Readonly<Record<string, readonly Read[]>>;
  readonly tensors: Readonly<Record<string, string>>;
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
