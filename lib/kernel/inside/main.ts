/**
 * Sets up the reader's program: `deno eval` with this module loaded first. The kernel then runs
 * cells in its global scope through V8's inspector, and calls the methods of {@linkcode Inside}.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { type Incoming, OpenComms } from "./comms.ts";
import { describe, namePlaces } from "./errors.ts";
import { format } from "./format.ts";
import { makeJupyter } from "./jupyter.ts";
import { makeMailbox, take } from "./mailbox.ts";
import { INTERRUPTED, type STOP } from "./stopped.ts";
import { makeOutput, type Output } from "./output.ts";
import { type StopTimers, watchTimers } from "./timers.ts";

/** Imports a module as a file in the reader's folder would. */
type Import = (specifier: string, options?: ImportCallOptions) => Promise<Record<string, unknown>>;

/** Where {@linkcode INSIDE} finds the kernel's object. */
const NAME = Symbol.for("deno.kernel");

/** What the kernel calls in the reader's program. */
export class Inside {
  readonly comms: OpenComms;
  /** `import.meta` of cells. */
  readonly meta: { readonly url: string; readonly main: boolean };
  readonly import: Import;
  /** Called at the end of each cell, before its last output. */
  readonly endings: Set<() => void> = new Set();
  readonly #output: Output;
  readonly #cell = new AsyncLocalStorage<number>();
  #latest = 0;
  readonly #stopped = new Set<number>();
  readonly #setTimeout = setTimeout; // not the watched one
  readonly #stopTimers: StopTimers;

  constructor(importer: Import, marker: string) {
    this.import = importer;
    const folder = Deno.cwd().replaceAll("\\", "/").replace(/^(?=\w:)/, "/");
    this.meta = { url: new URL(`file://${folder}/cells.ts`).href, main: true };
    this.#stopTimers = watchTimers(() => this.#cell.getStore());
    this.#output = makeOutput(marker, () => this.#cell.getStore() ?? this.#latest);
    this.comms = new OpenComms(this.#output);
    this.#replaceGlobals();
    namePlaces();
  }

  /** Resolves in the next turn of the event loop. */
  turn(): Promise<void> {
    return new Promise((resolve) => this.#setTimeout(resolve, 0));
  }

  /**
   * Starts a cell. Its code follows in the next turn of the event loop: V8's inspector can end only
   * what it did not start itself.
   */
  begin(cell: number): Promise<void> {
    this.#latest = cell;
    this.#cell.enterWith(cell);
    this.#output.announce();
    return this.turn();
  }

  /** Imports for an `import` statement, which fails where a name is missing. */
  async module(
    specifier: string,
    names: readonly string[],
    options?: ImportCallOptions,
  ): Promise<Record<string, unknown>> {
    const module = await this.import(specifier, options);
    for (const name of names) {
      if (name in module) continue;
      throw new SyntaxError(
        `The requested module '${specifier}' does not provide an export named '${name}'`,
      );
    }
    return module;
  }

  /** Shows a cell's last value, and marks the end of its output. */
  async end(cell: number, count: number, silent: boolean, value: unknown): Promise<void> {
    this.#cell.enterWith(cell);
    await this.turn(); // errors of promises that nobody awaits still belong to this cell
    if (value !== undefined && !silent) {
      try {
        const data = await format(value);
        // a value that is shown already, by itself, has nothing more to show
        const shown = Object.keys(data).length === 0;
        const content = { execution_count: count, data, metadata: {} };
        if (!shown) this.#output.message("execute_result", content);
      } catch (error) {
        this.#output.message("error", describe(error));
      }
    }
    this.#ending();
    this.mark(`cell ${cell}`);
  }

  /** Describes what a cell threw, and marks the end of its output. */
  async fail(cell: number, thrown: unknown): Promise<void> {
    this.#cell.enterWith(cell);
    await this.turn();
    this.#output.message("error", describe(thrown));
    this.#ending();
    this.mark(`cell ${cell}`);
  }

  /** Tells the kernel, behind all output so far, that something is done. */
  mark(name: string): void {
    this.#output.message("mark", { name });
  }

  /**
   * Stops a cell that waits: its timers never fire, so that it never goes on; one that waits for
   * something else, as a file, ends where it next prints or shows something.
   */
  stop(cell: number): void {
    this.#stopped.add(cell);
    this.#stopTimers(cell);
    this.#ending();
    this.mark(`cell ${cell}`);
  }

  /**
   * Takes a message of the page to a comm, in a turn of its own: the inspector comes in at any time,
   * but no code of the reader may find the world changed between two of its lines.
   */
  receive(name: string, message: Incoming): void {
    this.#setTimeout(() => {
      try {
        this.comms.receive(message);
      } catch (error) {
        this.#output.message("uncaught", describe(error));
      } finally {
        this.mark(name);
      }
    }, 0);
  }

  /** Does what the Stop button of the front end does. */
  interrupt(): void {
    this.#output.message("interrupt", {});
  }

  #ending(): void {
    for (const ending of this.endings) ending();
  }

  /** Tells the kernel whether the program itself does something when it is asked to stop. */
  #watchSignals(): void {
    const { addSignalListener, removeSignalListener } = Deno;
    const listeners = new Set<() => void>();
    const tell = () => this.#output.message("listening", { stop: listeners.size > 0 });
    Object.defineProperties(Deno, {
      addSignalListener: {
        value: (signal: Deno.Signal, listener: () => void) => {
          addSignalListener(signal, listener);
          if (signal !== "SIGINT") return;
          listeners.add(listener);
          tell();
        },
      },
      removeSignalListener: {
        value: (signal: Deno.Signal, listener: () => void) => {
          removeSignalListener(signal, listener);
          if (signal === "SIGINT" && listeners.delete(listener)) tell();
        },
      },
    });
  }

  /** Ends a cell that was stopped already. */
  #goOn(): void {
    if (!this.#stopped.has(this.#cell.getStore() ?? 0)) return;
    throw Object.assign(new Error(INTERRUPTED), { name: "Interrupted" });
  }

  #replaceGlobals(): void {
    const all = this.#output;
    const output: Output = {
      ...all,
      text: (text) => (this.#goOn(), all.text(text)),
      message: (...message) => (this.#goOn(), all.message(...message)),
    };
    const decoder = new TextDecoder();
    const stderr = {
      __proto__: Deno.stderr,
      writeSync(bytes: Uint8Array): number {
        output.message("stream", { name: "stderr", text: decoder.decode(bytes) });
        return bytes.length;
      },
      write: (bytes: Uint8Array) => Promise.resolve(stderr.writeSync(bytes)),
    };
    const { internal } = Deno as unknown as { readonly internal: symbol };
    const internals = (Deno as unknown as Record<symbol, Record<string, unknown>>)[internal];
    Object.assign(Deno, { jupyter: makeJupyter(output) });
    Object.defineProperty(Deno, "stderr", { value: stderr });
    type Print = (text: string, level: number) => void;
    const Console = internals?.["Console"] as (new (print: Print) => Console) | undefined;
    if (Console) {
      globalThis.console = new Console((text, level) => {
        if (level > 1) output.message("stream", { name: "stderr", text });
        else output.text(text);
      });
    }
    const mailbox = makeMailbox();
    const worker = new Worker(new URL("./parent.ts", import.meta.url), { type: "module" });
    worker.postMessage(mailbox);
    const ask = (prompt: string, password = false): string | null => {
      output.message("input", { prompt, password });
      const answer: string | null | typeof STOP = JSON.parse(take(mailbox));
      if (answer === null || typeof answer === "string") return answer;
      throw Object.assign(new Error(INTERRUPTED), { name: "Interrupted" });
    };
    globalThis.prompt = ((message = "Prompt", value = "", { password = false } = {}) => {
      const answer = ask(value === "" ? message : `${message} [${value}]`, password);
      return answer === "" ? value : answer;
    }) as typeof prompt;
    globalThis.confirm = (message = "Confirm") => /^y$/i.test(ask(`${message} [y/N] `) ?? "");
    globalThis.alert = (message = "Alert") => void ask(`${message} [Enter] `);

    const uncaught = (event: Event, reason: unknown) => {
      event.preventDefault();
      all.message("uncaught", describe(reason));
    };
    addEventListener("unhandledrejection", (event) => uncaught(event, event.reason));
    addEventListener("error", (event) => uncaught(event, event.error ?? event.message));
    Deno.addSignalListener("SIGINT", () => {}); // the Stop button never ends the program
    this.#watchSignals();
  }
}

/** Sets up the program, and keeps it running until the kernel ends it. */
export function start(importer: Import, marker: string): Promise<never> {
  const inside = new Inside(importer, marker);
  Object.defineProperty(globalThis, NAME, { value: inside });
  inside.mark("ready");
  return new Promise(() => setInterval(() => {}, 2 ** 30));
}
