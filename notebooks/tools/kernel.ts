/**
 * Runs cells in a real `deno jupyter` kernel, without Python or Jupyter. wire.ts has the messages,
 * process.ts the process, and in_kernel.ts what is loaded into the kernel before its first cell.
 */

import { HOOKED, MARK, UNCAUGHT } from "./in_kernel.ts";
import { type KernelOptions, KernelProcess, within } from "./process.ts";
import { Channel, type Message } from "./wire.ts";

/** An error as Jupyter reports it. */
export interface CellError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** How a cell ended. It succeeded if `errors` is empty. */
export interface Reply {
  /** The number in `In [count]`. */
  readonly count: number;
  readonly errors: readonly CellError[];
}

/** The evalue of a cell that the kernel could not parse: it gives no other reason. */
export const UNREADABLE = "Execution failed";

const CONNECT_MS = 30_000;
const STALLED_MS = 30_000; // without a byte while output is pending: then it is lost
const OUTPUTS = new Set([
  "stream",
  "display_data",
  "update_display_data",
  "execute_result",
  "clear_output",
]);

const text = (value: unknown) => value === undefined ? "" : String(value);

function cellError(content: Record<string, unknown>): CellError {
  const traceback = Array.isArray(content["traceback"]) ? content["traceback"].map(String) : [];
  return { ename: text(content["ename"]), evalue: text(content["evalue"]), traceback };
}

/** A running kernel. `await using` ends it. */
export class Kernel implements AsyncDisposable {
  readonly #process: KernelProcess;
  readonly #shell: Channel;
  readonly #iopub: Channel;
  readonly #stdin: Channel;
  readonly #lost = Promise.withResolvers<never>();
  #hooked = false;
  #onOutput: (message: Message) => void = () => {};
  #onIopub: () => void = () => {};
  readonly #errors: CellError[] = [];
  #marks = 0; // number of marks received: all output before them has arrived …
  #asked = 0; // … and number of times the kernel has asked for confirmation
  #answered = 0;
  #stall: ReturnType<typeof setTimeout> | undefined;

  private constructor(process: KernelProcess, shell: Channel, iopub: Channel, stdin: Channel) {
    this.#process = process;
    this.#shell = shell;
    this.#iopub = iopub;
    this.#stdin = stdin;
    this.#lost.promise.catch(() => {}); // no unhandled rejection: the races below handle it
    void process.status.then((status) => this.#lost.reject(ended(status)));
    void this.#listen(iopub, (message) => this.#published(message));
    void this.#listen(stdin, (message) => this.#question(message));
  }

  /**
   * Starts a kernel and waits until it answers.
   *
   * @throws {Error} if it does not answer within 30 s
   */
  static async start(options: KernelOptions): Promise<Kernel> {
    for (let attempt = 1;; attempt++) {
      const process = new KernelProcess(options);
      const channels: Channel[] = [];
      try {
        const { shell, iopub, stdin } = process.connection;
        channels.push(await connect(process, shell, "DEALER"));
        channels.push(await connect(process, iopub, "SUB"));
        channels.push(await connect(process, stdin, "DEALER"));
        process.forget();
        const kernel = new Kernel(process, channels[0]!, channels[1]!, channels[2]!);
        await kernel.#setUp();
        return kernel;
      } catch (error) {
        process.kill();
        for (const channel of channels) channel.close();
        await process.end();
        // the first two may be due to a port that another program took
        if (attempt === 3 || !(error instanceof Ended)) throw error;
      }
    }
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Returns errors since the last call, of cells and uncaught ones. */
  takeErrors(): CellError[] {
    return this.#errors.splice(0);
  }

  /**
   * Runs `code` as a cell, calls `onOutput` with each output as it arrives, and returns once the
   * cell has ended and all its output has arrived. Later output of promises that the cell left
   * running goes to the same `onOutput` until the next cell starts.
   *
   * @param options.signal ends the wait, not the cell: the kernel is then unusable
   * @throws {Error} if the kernel ended, or its output broke off
   */
  async execute(
    code: string,
    onOutput: (message: Message) => void,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<Reply> {
    this.#onOutput = onOutput;
    const { content } = await this.#request(code, true, options.signal);
    const ok = content["status"] === "ok";
    if (!ok || !this.#hooked) {
      const flush = `await globalThis[Symbol.for(${JSON.stringify(MARK)})]()`;
      await this.#request(flush, false, options.signal);
    }
    const errors = this.takeErrors();
    // A cell that cannot be parsed, or whose npm import fails, reports only this status.
    if (!ok && errors.length === 0) errors.push(cellError(content));
    return { count: Number(content["execution_count"]), errors };
  }

  /** Waits for `silence` ms without a message from the kernel, but at most `limit` ms. */
  async quiet(silence: number, limit: number): Promise<void> {
    const end = performance.now() + limit;
    for (let loud = true; loud && performance.now() < end;) {
      const heard = Promise.withResolvers<true>();
      this.#onIopub = () => heard.resolve(true);
      loud = await within(Promise.race([heard.promise, this.#lost.promise]), silence) ?? false;
    }
    this.#onIopub = () => {};
  }

  /** Kills the kernel and waits until it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#stall);
    this.#process.kill();
    for (const channel of [this.#shell, this.#iopub, this.#stdin]) channel.close();
    await this.#process.end();
  }

  async #setUp(): Promise<void> {
    // A ZeroMQ publisher drops messages until the subscription arrives: ask until one is heard.
    const end = performance.now() + CONNECT_MS;
    const heard = Promise.withResolvers<true>();
    this.#onIopub = () => heard.resolve(true);
    do {
      if (performance.now() > end) throw new Error("The kernel publishes nothing.");
      await this.#shell.send("kernel_info_request", {});
      await Promise.race([this.#shell.receive(), this.#lost.promise]);
    } while (!await within(heard.promise, 100));
    this.#onIopub = () => {};
    const module = JSON.stringify(new URL("./in_kernel.ts", import.meta.url).href);
    const { content } = await this.#request(`(await import(${module})).setUp(prompt)`, false);
    if (content["status"] !== "ok") {
      const { ename, evalue } = cellError(content);
      throw new Error(`The kernel could not be set up: ${ename}: ${evalue}`);
    }
  }

  async #request(code: string, history: boolean, signal?: AbortSignal): Promise<Message> {
    const flags = { silent: false, store_history: history, allow_stdin: true };
    const aborted = Promise.withResolvers<never>();
    aborted.promise.catch(() => {}); // it may come before the race below
    const abort = () => aborted.reject(signal?.reason);
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    try {
      await this.#shell.send("execute_request", { code, ...flags, user_expressions: {} });
      const reply = this.#shell.receive().catch((error) => this.#brokenOff(error));
      return await Promise.race([reply, this.#lost.promise, aborted.promise]);
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Reads a channel until the kernel ends. */
  async #listen(channel: Channel, take: (message: Message) => void): Promise<void> {
    try {
      while (true) take(await channel.receive());
    } catch (error) {
      await this.#brokenOff(error).catch(() => {});
    }
  }

  /** Throws after a channel broke: the kernel's end, if that is the cause, else `error`. */
  async #brokenOff(error: unknown): Promise<never> {
    const status = await within(this.#process.status, 1000);
    const reason = error instanceof Error ? error.message : String(error);
    const broken = new Error(`The kernel's messages broke off: ${reason}.`, { cause: error });
    this.#lost.reject(status ? ended(status) : broken);
    return await this.#lost.promise;
  }

  #published(message: Message): void {
    this.#onIopub();
    if (OUTPUTS.has(message.type)) this.#onOutput(message);
    // Kept for later: it overtakes what the cell printed before it.
    else if (message.type === "error" || message.type === UNCAUGHT) {
      this.#errors.push(cellError(message.content));
    } else if (message.type === MARK) {
      this.#marks++;
      this.#answer();
    }
  }

  #question(message: Message): void {
    if (message.content["prompt"] === MARK) {
      this.#asked++;
      this.#answer();
    } else if (message.content["prompt"] === HOOKED) {
      this.#hooked = true;
      void this.#say("");
    } else {
      void this.#say(null); // prompt() in a cell: nobody can answer, so it returns null
    }
  }

  #answer(): void {
    clearTimeout(this.#stall);
    for (; this.#answered < Math.min(this.#marks, this.#asked); this.#answered++) {
      void this.#say("");
    }
    if (this.#answered < this.#asked) this.#watch();
  }

  /** Rejects if the mark, sent before the question, is lost: no byte arrives any more. */
  #watch(): void {
    const before = this.#iopub.received;
    this.#stall = setTimeout(() => {
      if (this.#iopub.received > before) this.#watch();
      else this.#lost.reject(new Error("The kernel's output was lost on its way."));
    }, STALLED_MS);
  }

  async #say(value: string | null): Promise<void> {
    await this.#stdin.send("input_reply", { value }).catch(() => {});
  }
}

/** The kernel's process has ended by itself. */
class Ended extends Error {}

function ended({ signal, code }: Deno.CommandStatus): Ended {
  return new Ended(`The kernel ended (${signal ? `killed by ${signal}` : `exit code ${code}`}).`);
}

async function connect(
  process: KernelProcess,
  port: number,
  socket: "DEALER" | "SUB",
): Promise<Channel> {
  const end = performance.now() + CONNECT_MS;
  while (performance.now() < end) {
    try {
      return await Channel.open(port, socket, process.connection.key);
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
    }
    const status = await within(process.status, 10);
    if (status) throw ended(status);
  }
  throw new Error(`The kernel did not answer within ${CONNECT_MS / 1000} s.`);
}
