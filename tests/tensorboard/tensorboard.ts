/**
 * The real `tensorboard` package as a witness, where a Python that has it can be found:
 * GRADNETS_PYTHON, else .venv of this repository, else python3.
 */

import { fileURLToPath } from "node:url";

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
export function findPython(): string | undefined {
  const asked = Deno.env.get("GRADNETS_PYTHON");
  const candidates = asked ? [asked] : [here("../../.venv/bin/python"), "python3"];
  const found = candidates.find((python) => succeeds(python, ["-c", "import tensorboard"]));
  if (!found) {
    console.log(
      `no Python with tensorboard (looked at ${candidates.join(", ")}): event files are not ` +
        "checked against the real one, see tests/tensorboard/requirements.txt",
    );
  }
  return found;
}

/** What the real tensorboard reads in a directory of event files. */
export function readEvents(python: string, directory: string): Events {
  const { success, stdout, stderr } = output(python, [here("read_events.py"), directory]);
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

function succeeds(command: string, args: string[]): boolean {
  try {
    return output(command, args).success;
  } catch { // there is no such command
    return false;
  }
}

function output(command: string, args: string[]): Deno.CommandOutput {
  return new Deno.Command(command, { args, env: { PYTHONDONTWRITEBYTECODE: "1" } }).outputSync();
}
