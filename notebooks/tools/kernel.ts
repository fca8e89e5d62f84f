/** Runs cells in the kernel of lib/kernel, without Python or Jupyter. */

import { Channel } from "gradnets/kernel/client.ts";
import type { Json, Message } from "gradnets/kernel/messages.ts";
import { within } from "gradnets/kernel/within.ts";
import { type KernelOptions, KernelProcess } from "./process.ts";

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

const CONNECT_MS = 30_000;
const LATE_MS = 200;
const { ConnectionRefused, ConnectionReset, UnexpectedEof } = Deno.errors;
const NOT_YET = [ConnectionRefused, ConnectionReset, UnexpectedEof];
const OUTPUTS = new Set([
  "stream",
  "display_data",
  "update_display_data",
  "execute_result",
  "clear_output",
]);

const text = (value: unknown) => value === undefined ? "" : String(value);

function cellError(content: Json): CellError {
  const traceback = Array.isArray(content["traceback"]) ? content["traceback"].map(String) : [];
  return { ename: text(content["ename"]), evalue: text(content["evalue"]), traceback };
}

/** A running kernel. `await using` ends it. */
export class Kernel implements AsyncDisposable {
  readonly #process: KernelProcess;
  readonly #shell: Channel;
  readonly #iopub: Channel;
  readonly #lost = Promise.withResolvers<never>();
  #onOutput: (message: Message) => void = () => {};
  #onIopub: (message: Message) => void = () => {};
  readonly #errors: CellError[] = [];

  private constructor(process: KernelProcess, shell: Channel, iopub: Channel) {
    this.#process = process;
    this.#shell = shell;
    this.#iopub = iopub;
    this.#lost.promise.catch(() => {}); // no unhandled rejection: the races below handle it
    void process.status.then((status) => this.#lost.reject(ended(status)));
    void this.#listen();
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
        const shell = await connect(process, process.connection.shell, "DEALER");
        channels.push(shell);
        const iopub = await connect(process, process.connection.iopub, "SUB");
        channels.push(iopub);
        process.forget();
        const kernel = new Kernel(process, shell, iopub);
        await kernel.#greet();
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
    const aborted = Promise.withResolvers<never>();
    aborted.promise.catch(() => {}); // it may come before the race below
    const abort = () => aborted.reject(options.signal?.reason);
    options.signal?.addEventListener("abort", abort);
    if (options.signal?.aborted) abort();
    try {
      const run = this.#run(code).catch((error) => this.#brokenOff(error));
      // the reply may be on its way still when the kernel has ended
      const lost = this.#lost.promise.catch(async (error) => {
        const late = await within(run, LATE_MS).catch(() => undefined);
        if (late) return late;
        throw error;
      });
      const content = await Promise.race([run, lost, aborted.promise]);
      const errors = this.takeErrors();
      if (content["status"] !== "ok" && errors.length === 0) errors.push(cellError(content));
      return { count: Number(content["execution_count"]), errors };
    } finally {
      options.signal?.removeEventListener("abort", abort);
    }
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
    this.#process.kill();
    for (const channel of [this.#shell, this.#iopub]) channel.close();
    await this.#process.end();
  }

  /** Waits until it answers and its output arrives: a subscription takes effect a little later. */
  async #greet(): Promise<void> {
    const end = performance.now() + CONNECT_MS;
    const heard = Promise.withResolvers<true>();
    this.#onIopub = () => heard.resolve(true);
    do {
      if (performance.now() > end) throw new Error("The kernel publishes nothing.");
      await this.#shell.send("kernel_info_request", {});
      await Promise.race([this.#shell.receive(), this.#lost.promise]);
    } while (!await within(heard.promise, 100));
    this.#onIopub = () => {};
  }

  /** Sends a cell; resolves with the reply once it is idle. */
  async #run(code: string): Promise<Json> {
    const sent = Promise.withResolvers<string>();
    const idle = Promise.withResolvers<void>();
    this.#onIopub = async ({ header, parent, content }) => {
      if (header.msg_type !== "status" || content["execution_state"] !== "idle") return;
      if (parent.msg_id === await sent.promise) idle.resolve();
    };
    const flags = { silent: false, store_history: true, allow_stdin: false, stop_on_error: false };
    sent.resolve(
      await this.#shell.send("execute_request", { code, ...flags, user_expressions: {} }),
    );
    const { content } = await this.#shell.receive();
    await idle.promise;
    this.#onIopub = () => {};
    return content;
  }

  /** Reads iopub until the kernel ends. */
  async #listen(): Promise<void> {
    try {
      while (true) this.#published(await this.#iopub.receive());
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
    const { header: { msg_type }, content } = message;
    if (OUTPUTS.has(msg_type)) this.#onOutput(message);
    else if (msg_type === "error") this.#errors.push(cellError(content));
    this.#onIopub(message);
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
      // not there yet, or there for a moment only, to see whether the port is free
      if (!NOT_YET.some((kind) => error instanceof kind)) throw error;
    }
    const status = await within(process.status, 10);
    if (status) throw ended(status);
  }
  throw new Error(`The kernel did not answer within ${CONNECT_MS / 1000} s.`);
}
