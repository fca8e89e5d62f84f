/** Runs cells one after the other, and stops them. */

import type { History } from "./history.ts";
import type { ErrorContent } from "./inside/errors.ts";
import { INSIDE } from "./inside/prefix.ts";
import { INTERRUPTED, STOP } from "./inside/stopped.ts";
import type { Evaluated } from "./inspector.ts";
import type { Draft, Header, Json, Request } from "./messages.ts";
import type { Program } from "./program.ts";
import { type RunCell, tell, tellSyntaxError } from "./tell.ts";
import { CellSyntaxError, type Place, translate } from "./translate.ts";
import { within } from "./within.ts";

/** Sends a message to all front ends. */
export type Publish = (draft: Draft) => Promise<void>;

/** How long a cell that notices the Stop button itself may take to end … */
const GRACE_MS = 5000;
/** … and after how long without a turn of the event loop a cell counts as one that never yields. */
const YIELD_MS = 300;
/** Requests that were sent before the front end knew of an error arrive within this time. */
const ABORT_MS = 5;

const STOPPED: ErrorContent = {
  ename: "Interrupted",
  evalue: INTERRUPTED,
  traceback: [`Interrupted: ${INTERRUPTED}`],
};

/** A cell that is running. */
interface Running extends RunCell {
  readonly cell: number;
  readonly request: Request;
  /** Ends the wait for a cell that was stopped. */
  readonly stopped: PromiseWithResolvers<undefined>;
  /** Resolves when it has ended, however. */
  readonly over: Promise<void>;
  /** Whether it is ended from outside. */
  stopping: boolean;
  /** Its first error. */
  error: ErrorContent | undefined;
  place: Place | undefined;
}

/** The queue of cells. */
export class Cells {
  readonly #program: Promise<Program>;
  readonly #history: History;
  readonly #publish: Publish;
  readonly #requests = new Map<number, Request>(); // by number of the cell
  readonly #queue: Request[] = [];
  #running: Running | undefined;
  #busy = false;
  #cells = 0; // all that ever ran …
  #count = 0; // … and those that the reader sees numbered

  readonly #started: (code: string, header: Header) => void;

  /** @param started called with each cell whose code can run */
  constructor(
    program: Promise<Program>,
    history: History,
    publish: Publish,
    started: (code: string, header: Header) => void,
  ) {
    this.#program = program;
    this.#history = history;
    this.#publish = publish;
    this.#started = started;
  }

  /** The request that is being answered. */
  get running(): Header | undefined {
    return this.#running?.request.message.header;
  }

  /** Resolves when the running cell has been answered. */
  get over(): Promise<void> {
    return this.#running?.over ?? Promise.resolve();
  }

  requestOf(cell: number): Request | undefined {
    return this.#requests.get(cell);
  }

  headerOf(cell: number): Header | undefined {
    return this.#requests.get(cell)?.message.header;
  }

  /** Runs a cell when those before it have ended. */
  async add(request: Request): Promise<void> {
    this.#queue.push(request);
    if (this.#busy) return;
    this.#busy = true;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      await this.#answer(next);
    }
    this.#busy = false;
  }

  /** Shows an error of the program under its cell. */
  async failed(type: "error" | "uncaught", content: Json, cell: number): Promise<void> {
    const request = this.#requests.get(cell);
    const running = this.#running?.cell === cell ? this.#running : undefined;
    const plain = content as unknown as ErrorContent;
    const count = Number(content["count"] ?? this.#count);
    const code = String(request?.message.content["code"] ?? "");
    const error = tell(
      plain,
      running ?? { count, code },
      type === "error" ? running?.place : undefined,
    );
    if (running) running.error ??= error;
    await this.#publish({ type: "error", content: { ...error }, parent: request?.message.header });
  }

  /** Stops the running cell: it by itself if it can, else where it is. */
  async interrupt(): Promise<void> {
    const program = await this.#program;
    const running = this.#running;
    program.signal();
    if (!running) return;
    if (program.listening && await within(running.over.then(() => true), GRACE_MS)) return;
    running.stopping = true;
    if (program.asking) {
      program.answer(STOP);
      if (await within(running.over.then(() => true), GRACE_MS)) return;
    }
    if (await program.yields(YIELD_MS)) {
      await program.stop(running.cell);
    } else {
      await program.terminate();
      await within(program.stop(running.cell), GRACE_MS);
    }
    running.stopped.resolve(undefined);
    await running.over;
  }

  async #answer(request: Request): Promise<void> {
    const { content, header } = request.message;
    const silent = content["silent"] === true;
    const code = String(content["code"] ?? "");
    const counted = !silent && content["store_history"] !== false;
    if (counted) this.#history.add(++this.#count, code);
    const cell = ++this.#cells;
    this.#requests.set(cell, request);
    const over = Promise.withResolvers<void>();
    const running: Running = {
      cell,
      count: this.#count,
      code,
      request,
      stopped: Promise.withResolvers<undefined>(),
      over: over.promise,
      stopping: false,
      error: undefined,
      place: undefined,
    };
    this.#running = running;
    await this.#status("busy", header);
    if (!silent) {
      const input = { code, execution_count: this.#count };
      await this.#publish({ type: "execute_input", content: input, parent: header });
    }
    try {
      await this.#run(running, silent);
      if (running.stopping && !running.error) await this.#show(running, STOPPED);
    } catch (error) {
      const { name: ename, message: evalue } = error as Error;
      await this.#show(running, { ename, evalue, traceback: [`${ename}: ${evalue}`] });
    }
    const { error } = running;
    const aborted = error && content["stop_on_error"] !== false ? await this.#waiting() : [];
    const expressions = error ? {} : await this.#expressions(content["user_expressions"]);
    await request.reply("execute_reply", {
      status: error ? "error" : "ok",
      execution_count: this.#count,
      ...error ?? { payload: [], user_expressions: expressions },
    });
    this.#running = undefined;
    await this.#status("idle", header);
    over.resolve();
    for (const request of aborted) await this.#abort(request);
  }

  async #run(running: Running, silent: boolean): Promise<void> {
    const { cell, count, code } = running;
    const program = await this.#program;
    let text: string;
    try {
      text = translate(code, INSIDE);
    } catch (error) {
      if (!(error instanceof CellSyntaxError)) throw error;
      return this.#show(running, tellSyntaxError(code, error));
    }
    if (!silent) this.#started(code, running.request.message.header);
    const died = program.ended.then((): undefined => undefined);
    const evaluated = program.run(cell, count, text).catch((error) => {
      if (!/collected/.test(error.message)) return died; // nothing can ever end what it awaits
      throw new Error("The cell waits for something that can never happen.");
    });
    const found: Evaluated | undefined = await Promise.race([
      evaluated,
      running.stopped.promise,
      died,
    ]);
    if (!found) {
      const gone = await within(program.ended, 0);
      if (gone) await this.#show(running, death(gone));
      return;
    }
    const { result, exceptionDetails } = found;
    const stopped = running.stopped.promise;
    if (exceptionDetails) {
      const { exception = result, lineNumber, columnNumber } = exceptionDetails;
      running.place = { line: lineNumber + 1, column: columnNumber + 1 };
      await Promise.race([program.fail(cell, exception), stopped]);
    } else {
      await Promise.race([program.end(cell, count, silent, result), stopped]);
    }
  }

  async #show(running: Running, error: ErrorContent): Promise<void> {
    running.error ??= error;
    const parent = running.request.message.header;
    await this.#publish({ type: "error", content: { ...error }, parent });
  }

  /** Values of expressions that a front end asks for beside a cell. */
  async #expressions(asked: unknown): Promise<Json> {
    const program = await this.#program;
    const values: Record<string, unknown> = {};
    for (const [name, expression] of Object.entries(asked ?? {})) {
      try {
        const text = await program.ask(`Deno.inspect(${translate(String(expression), INSIDE)})`);
        values[name] = { status: "ok", data: { "text/plain": text }, metadata: {} };
      } catch (error) {
        const { name: ename, message } = error as Error;
        values[name] = { status: "error", ename, evalue: message, traceback: [message] };
      }
    }
    return values;
  }

  /** Takes the cells that were sent before the front end knew of an error. */
  async #waiting(): Promise<readonly Request[]> {
    await new Promise((resolve) => setTimeout(resolve, ABORT_MS));
    return this.#queue.splice(0);
  }

  async #abort({ message, reply }: Request): Promise<void> {
    await this.#status("busy", message.header);
    await reply("execute_reply", { status: "aborted" }); // a number would say that it ran
    await this.#status("idle", message.header);
  }

  #status(execution_state: string, parent: Header): Promise<void> {
    return this.#publish({ type: "status", content: { execution_state }, parent });
  }
}

/** Tells that the reader's program is gone. */
function death({ code, signal }: Deno.CommandStatus): ErrorContent {
  const how = signal ? `it was ended by ${signal}` : `exit code ${code}`;
  const evalue = `The program of this notebook ended (${how}), and its variables are gone. ` +
    "Restart the kernel to go on.";
  return { ename: "KernelDied", evalue, traceback: [`KernelDied: ${evalue}`] };
}
