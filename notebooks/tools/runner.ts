/** Runs a notebook from its first cell to its last in a kernel of its own. */

import { basename, dirname, join, relative } from "node:path";
import { DRAWN } from "gradnets/files/caller.ts";
import { type CellError, Kernel, type Reply } from "./kernel.ts";
import {
  type CodeCell,
  codeCells,
  firstLine,
  KERNELSPEC,
  LANGUAGE_INFO,
  mayFail,
  type Notebook,
  readNotebook,
  writeNotebook,
} from "./notebook.ts";
import { Outputs } from "./outputs.ts";
import { Terminal } from "./terminal.ts";

/** Options for running a notebook. */
export interface RunOptions {
  /** Directory for the executed copy, created if missing. */
  readonly out: string;
  /** Settings that the notebook reads through lib/notebook/settings.ts. */
  readonly settings?: RunSettings;
  /** Time limit per cell in seconds. */
  readonly timeLimit?: number;
  /** Ends the run; the executed copy of an earlier one then stays as it is. */
  readonly signal?: AbortSignal;
  /** Receives the text for a terminal. */
  readonly write: (text: string) => void;
  /** Called with the kernel before its first cell. */
  readonly onKernel?: (kernel: Kernel) => void;
}

/** Settings from outside the notebook, as text; `data` is an absolute path, or "drawn". */
export interface RunSettings {
  readonly epochs?: string;
  /** Whether to train two epochs where the notebook would train more. */
  readonly quick?: boolean;
  readonly data?: string;
  readonly seed?: string;
}

/** Where and why a run stopped. */
export interface Failure {
  /** Number of the code cell, from 1. */
  readonly cell: number;
  /** The first line of its source. */
  readonly line: string;
  readonly error: CellError;
}

/** A finished run. */
export interface Run {
  readonly cells: number;
  readonly seconds: number;
  /** Path of the executed copy: complete, or up to and including the cell that failed. */
  readonly written: string;
  readonly failure?: Failure;
}

// After each cell, wait for this much silence, so that output of promises it left running is shown;
// longer after the last, because there is no later cell to show it.
const SILENCE_MS = 25;
const LAST_SILENCE_MS = 150;

/**
 * Runs the notebook at `path` and writes the executed copy, also when a cell fails.
 *
 * @throws {SyntaxError} if it is not a notebook
 * @throws {Error} if no kernel starts, or `signal` aborts
 */
export async function runNotebook(path: string, options: RunOptions): Promise<Run> {
  const started = performance.now();
  const notebook = await readNotebook(path);
  const cells = codeCells(notebook);
  for (const cell of cells) Object.assign(cell, { outputs: [], execution_count: null });
  describe(notebook, options.settings ?? {});
  options.signal?.throwIfAborted();

  const terminal = new Terminal(options.write);
  await using kernel = await Kernel.start({
    cwd: dirname(path),
    env: environment(options.settings ?? {}, dirname(path)),
    onLog: (line) => terminal.line(line),
  });
  options.onKernel?.(kernel);
  const displays = new Map();
  let failure: Failure | undefined;
  for (const [i, cell] of cells.entries()) {
    if (cell.source.trim() === "") continue;
    options.signal?.throwIfAborted();
    terminal.cell(i + 1, cells.length, cell);
    const outputs = new Outputs(displays);
    cell.outputs = outputs.list;
    const last = cells.slice(i + 1).every(({ source }) => source.trim() === "");
    const errors = await runCell(kernel, cell, { ...options, outputs, terminal, last });
    for (const error of errors) outputs.fail(error);
    if (errors.length > 0 && !mayFail(cell)) {
      failure = { cell: i + 1, line: firstLine(cell), error: errors[0]! };
      break;
    }
    for (const { ename, evalue } of errors) terminal.line(`${ename}: ${evalue} (as expected)`);
  }
  const written = join(options.out, basename(path));
  await writeNotebook(written, notebook);
  const seconds = (performance.now() - started) / 1000;
  return { cells: cells.length, seconds, written, ...failure && { failure } };
}

/** Runs one cell; returns its errors, including a dead kernel or the time limit. */
async function runCell(
  kernel: Kernel,
  cell: CodeCell,
  { outputs, terminal, last, timeLimit, signal }: {
    outputs: Outputs;
    terminal: Terminal;
    last: boolean;
    timeLimit?: number;
    signal?: AbortSignal;
  },
): Promise<CellError[]> {
  const limit = new AbortController();
  const late = `It took more than ${timeLimit} s, its time limit.`;
  const timer = timeLimit === undefined
    ? undefined
    : setTimeout(() => limit.abort(new DOMException(late, "TimeoutError")), timeLimit * 1000);
  const either = AbortSignal.any(signal ? [signal, limit.signal] : [limit.signal]);
  try {
    const take = (message: Parameters<Outputs["apply"]>[0]) =>
      terminal.show(outputs.apply(message));
    const reply: Reply = await kernel.execute(cell.source, take, { signal: either });
    cell.execution_count = reply.count;
    clearTimeout(timer);
    const silence = last ? LAST_SILENCE_MS : SILENCE_MS;
    await kernel.quiet(silence, 4 * silence).catch((error) => {
      if (reply.errors.length === 0) throw error; // else the cell's own error tells why it ended
    });
    terminal.cellEnded();
    return [...reply.errors, ...kernel.takeErrors()];
  } catch (error) {
    signal?.throwIfAborted();
    const { name, message } = error as Error;
    return [{
      ename: name === "TimeoutError" ? name : "KernelDied",
      evalue: message,
      traceback: [],
    }];
  } finally {
    clearTimeout(timer);
  }
}

/** Returns the settings as environment variables; absent ones are inherited. */
function environment(
  { epochs, quick, data, seed }: RunSettings,
  cwd: string,
): Record<string, string> {
  return {
    ...epochs !== undefined && { GRADNETS_EPOCHS: epochs },
    ...quick && { GRADNETS_QUICK: "1" },
    // relative to the kernel's folder, so that printing it reveals nothing of this machine
    ...data !== undefined && { GRADNETS_DATA: data === DRAWN ? data : relative(cwd, data) || "." },
    INIT_CWD: cwd, // the caller's working directory
    ...seed !== undefined && { GRADNETS_SEED: seed },
  };
}

/** Records the kernel and the settings in the notebook's metadata. */
function describe(notebook: Notebook, { epochs, quick, seed }: RunSettings): void {
  const { gradnets: _, ...metadata } = notebook.metadata;
  notebook.metadata = {
    ...metadata,
    kernelspec: KERNELSPEC,
    language_info: LANGUAGE_INFO,
    // so that publish.ts can tell a short run from a full one
    ...(epochs ?? quick ?? seed) !== undefined && {
      gradnets: {
        ...epochs !== undefined && { epochs },
        ...quick && { quick },
        ...seed !== undefined && { seed },
      },
    },
  };
}
