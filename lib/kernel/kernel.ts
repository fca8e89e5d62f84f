/** A Jupyter kernel: answers front ends, and runs their cells in the reader's program. */

import { Assistant } from "./assistant.ts";
import { Cells, type Publish } from "./cells.ts";
import { Comms } from "./comms.ts";
import type { Connection } from "./connection.ts";
import { History } from "./history.ts";
import {
  type Draft,
  type Header,
  type Json,
  type Message,
  type Request,
  Signer,
} from "./messages.ts";
import type { ProgramMessage } from "./pipe.ts";
import { type Listener, Program } from "./program.ts";
import { Heartbeat, Publisher, Router } from "./sockets.ts";
import { syntaxError } from "./translate.ts";
import type { Frames, Peer } from "./zmtp.ts";

/** Set to "no" in the environment, keeps cells from being checked for type errors. */
const CHECK = "DENO_KERNEL_CHECK";

const INFO = {
  status: "ok",
  protocol_version: "5.3",
  implementation: "deno-notebook",
  implementation_version: Deno.version.deno,
  language_info: {
    name: "typescript",
    version: Deno.version.typescript,
    mimetype: "text/x.typescript",
    file_extension: ".ts",
    pygments_lexer: "typescript",
    codemirror_mode: { name: "typescript" },
    nbconvert_exporter: "script",
  },
  banner: `Deno ${Deno.version.deno}, TypeScript ${Deno.version.typescript}`,
  help_links: [{ text: "Deno's manual", url: "https://docs.deno.com" }],
};

/** A running kernel. */
export class Kernel implements Listener {
  /** Resolves when the kernel has ended: how is in the number, as a process's exit code. */
  readonly ended: Promise<number>;
  readonly #end = Promise.withResolvers<number>();
  readonly #signer: Signer;
  readonly #shell: Router;
  readonly #control: Router;
  readonly #stdin: Router;
  readonly #iopub: Publisher;
  readonly #heartbeat: Heartbeat;
  readonly #history = new History();
  readonly #program: Promise<Program>;
  readonly #cells: Cells;
  readonly #comms: Comms;
  readonly #assistant: Assistant;

  constructor(connection: Connection, cwd: string) {
    this.ended = this.#end.promise;
    this.#signer = new Signer(connection.key, "kernel");
    this.#iopub = new Publisher(connection.iopub);
    this.#heartbeat = new Heartbeat(connection.heartbeat);
    this.#program = Program.start(cwd, this);
    const publish: Publish = (draft) => this.#publish(draft);
    this.#comms = new Comms(this.#program);
    this.#assistant = new Assistant(
      cwd,
      async (object) => (await this.#program).names(object),
    );
    this.#cells = new Cells(this.#program, this.#history, publish, (code, parent) => {
      if (Deno.env.get(CHECK) !== "no") void this.#warn(code, parent);
    });
    const take = (socket: () => Router, answer: (request: Request) => Promise<void>) =>
    (
      peer: Peer,
      frames: Frames,
    ) => this.#take(socket(), peer, frames, answer);
    this.#stdin = new Router(connection.stdin, (_, frames) => this.#answered(frames));
    this.#control = new Router(
      connection.control,
      take(() => this.#control, (request) => this.#controlled(request)),
    );
    this.#shell = new Router(
      connection.shell,
      take(() => this.#shell, (request) => this.#asked(request)),
    );
    this.#program.then(
      async (program) => {
        const { code } = await program.ended;
        await this.#cells.over; // its error is told first
        this.#end.resolve(code || 1);
      },
      (error) => {
        console.error(error instanceof Error ? error.message : error);
        this.#end.resolve(1);
      },
    );
  }

  /** The Stop button, in the front end or in an output, or Ctrl-C. */
  interrupt(): Promise<void> {
    return this.#cells.interrupt();
  }

  /** Ends the program, and closes every port. */
  async close(): Promise<void> {
    this.#assistant.close();
    await this.#program.then((program) => program.kill(), () => {});
    const sockets = [this.#shell, this.#control, this.#stdin, this.#iopub, this.#heartbeat];
    for (const socket of sockets) socket.close();
  }

  /** {@linkcode Listener.text} */
  text(text: string, cell: number): Promise<void> {
    const content = { name: "stdout", text };
    return this.#publish({ type: "stream", content, parent: this.#cells.headerOf(cell) });
  }

  /** {@linkcode Listener.message} */
  message(message: ProgramMessage, cell: number): Promise<void> {
    const { type, content, metadata, buffers, parent = this.#cells.headerOf(cell) } = message;
    this.#comms.sent(type, content);
    if (type === "error" || type === "uncaught") {
      return this.#cells.failed(type, content, cell);
    }
    return this.#publish({ type, content, metadata, buffers, parent });
  }

  /** {@linkcode Listener.ask} */
  ask(prompt: string, password: boolean, cell: number): void {
    const request = this.#cells.requestOf(cell);
    const asker = request &&
      [...this.#stdin.peers].find(({ identity }) =>
        identity.length > 0 && identity.toHex() === request.identity.toHex()
      );
    if (!asker || request.message.content["allow_stdin"] !== true) {
      void this.#program.then((program) => program.answer(null));
      return;
    }
    const parent = request.message.header;
    const draft = { type: "input_request", content: { prompt, password }, parent };
    void this.#stdin.send(asker, this.#signer.encode(draft).frames);
  }

  #answered(frames: Frames): void {
    const message = this.#decoded(frames);
    if (message?.header.msg_type !== "input_reply") return;
    const { value } = message.content;
    void this.#program.then((program) => program.answer(typeof value === "string" ? value : null));
  }

  /** Decodes a message; undefined if it is not signed with our key, as if it had never come. */
  #decoded(frames: Frames): Message | undefined {
    try {
      return this.#signer.decode(frames);
    } catch (error) {
      console.error(`Ignored: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  }

  #take(
    socket: Router,
    peer: Peer,
    frames: Frames,
    answer: (request: Request) => Promise<void>,
  ): void {
    const message = this.#decoded(frames);
    if (!message) return;
    const reply = async (type: string, content: Json) => {
      const { frames } = this.#signer.encode({ type, content, parent: message.header });
      await socket.send(peer, [...message.identities, ...frames]);
    };
    void answer({ message, identity: peer.identity, reply }).catch((error) => {
      console.error(`Cannot answer ${message.header.msg_type}:`, error);
    });
  }

  async #publish(draft: Draft): Promise<void> {
    await this.#iopub.send(draft.type, this.#signer.encode(draft).frames);
  }

  async #controlled(request: Request): Promise<void> {
    const { header, content } = request.message;
    if (header.msg_type === "interrupt_request") {
      await this.interrupt();
      await request.reply("interrupt_reply", { status: "ok" });
    } else if (header.msg_type === "shutdown_request") {
      const restart = content["restart"] === true;
      await request.reply("shutdown_reply", { status: "ok", restart });
      await this.#publish({ type: "shutdown_reply", content: { status: "ok", restart } });
      this.#end.resolve(0);
    } else {
      await this.#asked(request);
    }
  }

  async #asked(request: Request): Promise<void> {
    const { header } = request.message;
    if (header.msg_type === "execute_request") return this.#cells.add(request);
    if (header.msg_type === "shutdown_request") return this.#controlled(request);
    const answers: Readonly<Record<string, (request: Request) => Promise<Json | undefined>>> = {
      kernel_info_request: () => this.#info(),
      is_complete_request: ({ message }) => Promise.resolve(completeness(message.content)),
      history_request: ({ message }) => Promise.resolve(this.#history.answer(message.content)),
      complete_request: ({ message }) => this.#assistant.complete(message.content),
      inspect_request: ({ message }) => this.#assistant.inspect(message.content),
      comm_info_request: ({ message }) => Promise.resolve(this.#comms.info(message.content)),
      comm_open: ({ message }) => this.#comms.received(message),
      comm_msg: ({ message }) => this.#comms.received(message),
      comm_close: ({ message }) => this.#comms.received(message),
    };
    const answer = answers[header.msg_type];
    if (!answer) return;
    await this.#status("busy", header);
    try {
      const content = await answer(request);
      if (content) await request.reply(header.msg_type.replace("_request", "_reply"), content);
    } finally {
      await this.#status("idle", header);
      // a page shows the latest status, whatever it was about
      const running = this.#cells.running;
      if (running) await this.#status("busy", running);
    }
  }

  /** Checks a cell while it runs, and shows what is wrong with its types under it. */
  async #warn(code: string, parent: Header): Promise<void> {
    for (const text of await this.#assistant.check(code)) {
      await this.#publish({ type: "stream", content: { name: "stderr", text }, parent });
    }
  }

  #status(execution_state: string, parent: Header): Promise<void> {
    return this.#publish({ type: "status", content: { execution_state }, parent });
  }

  async #info(): Promise<Json> {
    await this.#program; // so that a front end that waits for this finds a kernel that is there
    return INFO;
  }
}

/** Whether a cell can run as it is, for front ends that ask before they send it. */
function completeness({ code }: Json): Json {
  const error = syntaxError(String(code ?? ""));
  if (!error) return { status: "complete" };
  return error.atEnd ? { status: "incomplete", indent: "  " } : { status: "invalid" };
}
