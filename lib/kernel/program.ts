/**
 * Runs the reader's program: a `deno eval` of its own, in which cells are evaluated through V8's
 * inspector. Everything that it puts out comes through its standard output, in order.
 */

import { linesOf } from "./inside/mailbox.ts";
import { INSIDE, prefixOf } from "./inside/prefix.ts";
import type { STOP } from "./inside/stopped.ts";
import { type Evaluated, Inspector, type RemoteValue } from "./inspector.ts";
import { type ProgramMessage, readPipe } from "./pipe.ts";
import { within } from "./within.ts";

/** What the program tells while it runs; the pipe waits for what these return. */
export interface Listener {
  /** It printed. */
  text(text: string, cell: number): Promise<void>;
  /** It sent a message: one of Jupyter's types, or "uncaught" for an error that nobody caught. */
  message(message: ProgramMessage, cell: number): Promise<void>;
  /** It asks the reader, and stands still until {@linkcode Program.answer}. */
  ask(prompt: string, password: boolean, cell: number): void;
  /** It asks to be stopped, as by a button in an output. */
  interrupt(): Promise<void>;
}

const DEBUGGER = /^(Debugger |Visit chrome:\/\/inspect|$)/;

/** Growth in bytes after which garbage is collected when a cell ends. */
const GROWTH = 2 ** 28;

/** Running programs: none may outlive this one, however it ends. */
const running = new Set<Deno.ChildProcess>();
addEventListener("unload", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A running program. */
export class Program {
  /** How it ended. */
  readonly ended: Promise<Deno.CommandStatus>;
  /** Whether it does something itself when it is asked to stop. */
  listening = false;
  #asking = false;
  /** Resident memory in bytes after the last collection. */
  #collected = 0;
  readonly #child: Deno.ChildProcess;
  readonly #inspector: Inspector;
  readonly #object: string;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #marks: Map<string, () => void>;

  private constructor(
    child: Deno.ChildProcess,
    inspector: Inspector,
    object: string,
    marks: Map<string, () => void>,
    ended: Promise<Deno.CommandStatus>,
  ) {
    this.#child = child;
    this.#inspector = inspector;
    this.#object = object;
    this.#marks = marks;
    this.#stdin = child.stdin.getWriter();
    this.ended = ended;
  }

  /** Starts a program in a folder, whose deno.json then counts. */
  static async start(cwd: string, listener: Listener): Promise<Program> {
    const marker = crypto.randomUUID();
    const module = JSON.stringify(new URL("./inside/main.ts", import.meta.url).href);
    const start = `await (await import(${module})).start((s, o) => import(s, o), "${marker}")`;
    const child = new Deno.Command(Deno.execPath(), {
      // the inspector's address holds a secret, which goes to our pipe alone
      args: ["eval", "--inspect=127.0.0.1:0", "--inspect-publish-uid=stderr", start],
      cwd,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      detached: true, // Ctrl-C goes to the kernel, which then stops the cell
    }).spawn();
    running.add(child);
    const address = Promise.withResolvers<string>();
    const leave = Promise.withResolvers<void>();
    void readErrors(child.stderr, address.resolve, leave.resolve);
    const ready = Promise.withResolvers<void>();
    const marks = new Map([["ready", ready.resolve]]);
    let program: Program | undefined;
    let cell = 0;
    const piped = readPipe(child.stdout, marker, {
      text: (text) => listener.text(text, cell),
      async message(message) {
        const { type, content } = message;
        if (type === "cell") cell = Number(content["cell"]);
        else if (type === "mark") marks.get(String(content["name"]))?.();
        else if (type === "listening" && program) program.listening = content["stop"] === true;
        else if (type === "interrupt") void listener.interrupt();
        else if (type === "input") {
          if (program) program.#asking = true;
          listener.ask(String(content["prompt"]), content["password"] === true, cell);
        } else await listener.message(message, cell);
      },
    });
    const ended = child.status.then(async (status) => {
      running.delete(child);
      await piped.catch(() => {});
      return status;
    });
    try {
      const inspector = await soon(address.promise.then(Inspector.connect), ended);
      void leave.promise.then(() => inspector.close());
      await soon(ready.promise, ended);
      const object = await soon(inspector.hold(INSIDE), ended);
      return program = new Program(child, inspector, object, marks, ended);
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  /** Evaluates a translated cell; resolves when its last value is there, or it threw. */
  async run(cell: number, count: number, code: string): Promise<Evaluated> {
    return await this.#inspector.evaluate(
      `${prefixOf(cell)}${code}\n//# sourceURL=In[${count}]`,
    );
  }

  /** Shows a cell's last value; resolves when all its output has arrived. */
  end(cell: number, count: number, silent: boolean, value: RemoteValue): Promise<void> {
    const rest = [{ value: cell }, { value: count }, { value: silent }, value];
    return this.#until(`cell ${cell}`, "end", rest, true);
  }

  /** Shows what a cell threw; resolves when all its output has arrived. */
  fail(cell: number, thrown: RemoteValue): Promise<void> {
    return this.#until(`cell ${cell}`, "fail", [{ value: cell }, thrown], true);
  }

  /** Stops a cell that waits for something; resolves when all its output has arrived. */
  stop(cell: number): Promise<void> {
    return this.#until(`cell ${cell}`, "stop", [{ value: cell }], false);
  }

  /** Hands over a message of the page; resolves when the program has dealt with it. */
  receive(name: string, message: object): Promise<void> {
    return this.#until(name, "receive", [{ value: name }, { value: message }], false);
  }

  /** Evaluates an expression to a value that JSON can hold, without disturbing the cells. */
  ask(expression: string): Promise<unknown> {
    return this.#inspector.ask(expression);
  }

  /** Names in an object, for completion. */
  names(object: string): Promise<readonly string[]> {
    return this.#inspector.names(object);
  }

  /** Whether the program comes round to its event loop within `ms`. */
  async yields(ms: number): Promise<boolean> {
    const turn = this.#inspector.call(this.#object, "turn", [], true);
    return await within(turn, ms) !== undefined;
  }

  /** Asks the program to stop, as Ctrl-C would. */
  signal(): void {
    this.#child.kill("SIGINT");
  }

  /** Ends what is running now, also a loop that never yields. */
  terminate(): Promise<void> {
    return this.#inspector.terminate();
  }

  /** Whether it stands still until {@linkcode answer}. */
  get asking(): boolean {
    return this.#asking;
  }

  /** Answers {@linkcode Listener.ask}; null: there is no answer. */
  answer(value: string | null | typeof STOP): void {
    this.#asking = false;
    const line = new TextEncoder().encode(JSON.stringify(value) + "\n");
    void this.#stdin.write(line).catch(() => {});
  }

  /** Ends the program, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#inspector.close();
    try {
      this.#child.kill("SIGKILL");
    } catch { /* it has ended already */ }
    void this.#stdin.close().catch(() => {});
    await this.ended;
  }

  async #until(
    name: string,
    method: string,
    args: readonly RemoteValue[],
    wait: boolean,
  ): Promise<void> {
    const marked = Promise.withResolvers<void>();
    this.#marks.set(name, marked.resolve);
    const called = this.#inspector.call(this.#object, method, args, wait);
    await Promise.race([Promise.all([called, marked.promise]), this.ended]);
    this.#marks.delete(name);
    if (wait) await this.#tidy().catch(() => {}); // it has ended
  }

  /**
   * Lets go of a cell's values, and collects garbage where the program has grown much. V8 by itself
   * looks at its heap alone: a WebAssembly memory counts as nothing there, however large it is.
   */
  async #tidy(): Promise<void> {
    await this.#inspector.forget();
    const memory = () => this.#inspector.ask("Deno.memoryUsage().rss").then(Number);
    if (await memory() < this.#collected + GROWTH) return;
    await this.#inspector.collect();
    this.#collected = await memory();
  }
}

/** Waits for `promise`, or throws if the program ends first. */
function soon<T>(promise: Promise<T>, ended: Promise<Deno.CommandStatus>): Promise<T> {
  const died = ended.then(({ code }): never => {
    throw new Error(`The reader's program ended as it started (exit code ${code}).`);
  });
  return Promise.race([promise, died]);
}

/** Finds the inspector's address; passes on what else the program says outside of its cells. */
async function readErrors(
  stream: ReadableStream<Uint8Array>,
  found: (address: string) => void,
  leaving: () => void,
): Promise<void> {
  for await (const line of linesOf(stream)) {
    const address = line.match(/^Debugger listening on (ws:\S+)/)?.[1];
    if (address) found(address);
    else if (line.startsWith("Waiting for the debugger")) leaving(); // the program ended itself
    else if (!DEBUGGER.test(line)) console.error(line);
  }
}
