/** A front end for the tests: starts a kernel in a process of its own, and runs cells in it. */

import { Channel } from "gradnets/kernel/client.ts";
import { type Connection, writeConnection } from "gradnets/kernel/connection.ts";
import { type Kernelspec, kernelspec } from "gradnets/kernel";
import type { Json, Message } from "gradnets/kernel/messages.ts";

/** What a cell gave. */
export interface Ran {
  readonly reply: Json;
  /** Messages from "busy" to "idle", without these. */
  readonly outputs: readonly Message[];
}

/** Ports that nobody listens to. */
export function freePorts(count: number): number[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  const ports = listeners.map(({ addr }) => addr.port);
  for (const listener of listeners) listener.close();
  return ports;
}

/** Opens a channel to a kernel that is starting. */
export async function opened(
  port: number,
  socket: "DEALER" | "SUB",
  key: string,
  identity: string,
) {
  for (const end = performance.now() + 30_000;;) {
    try {
      return await Channel.open(port, socket, key, identity);
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** A kernel and its channels. */
export class Session implements AsyncDisposable {
  readonly iopub: Message[] = [];
  #heard: () => void = () => {};

  private constructor(
    readonly connection: Connection,
    readonly child: Deno.ChildProcess,
    readonly shell: Channel,
    readonly control: Channel,
    readonly stdin: Channel,
    readonly published: Channel,
  ) {
    void this.#listen();
  }

  /** @param spec how the kernel is started: ours */
  static async start(
    cwd?: string,
    more: Record<string, string> = {},
    spec: Pick<Kernelspec, "argv" | "env"> = kernelspec(),
  ): Promise<Session> {
    const [shell = 0, control = 0, iopub = 0, stdin = 0, heartbeat = 0] = freePorts(5);
    const key = crypto.randomUUID();
    const connection = { key, shell, control, iopub, stdin, heartbeat };
    const file = await Deno.makeTempFile({ suffix: ".json" });
    writeConnection(file, connection);
    const { argv: [program = "", ...args], env } = spec;
    const child = new Deno.Command(program, {
      args: args.map((arg) => arg === "{connection_file}" ? file : arg),
      env: { ...env, ...more },
      ...cwd !== undefined && { cwd },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const me = crypto.randomUUID();
    const session = new Session(
      connection,
      child,
      await opened(shell, "DEALER", key, me),
      await opened(control, "DEALER", key, me),
      await opened(stdin, "DEALER", key, me),
      await opened(iopub, "SUB", key, me),
    );
    for (;;) { // until the subscription has arrived
      await session.ask("kernel_info_request", {});
      if (session.iopub.length > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await Deno.remove(file);
    return session;
  }

  /** Sends a request; returns the content of the reply. */
  async ask(type: string, content: Json, channel: Channel = this.shell): Promise<Json> {
    const id = await channel.send(type, content);
    for (;;) {
      const message = await channel.receive();
      if (message.parent.msg_id === id) return message.content;
    }
  }

  /** Sends a cell; returns its id. */
  send(code: string, more: Json = {}): Promise<string> {
    return this.shell.send("execute_request", {
      code,
      silent: false,
      store_history: true,
      allow_stdin: true,
      stop_on_error: true,
      user_expressions: {},
      ...more,
    });
  }

  /** Waits for a message of iopub. */
  async until(wanted: (message: Message) => boolean): Promise<Message> {
    for (let from = 0;;) {
      const found = this.iopub.slice(from).find(wanted);
      if (found) return found;
      from = this.iopub.length;
      await new Promise<void>((resolve) => this.#heard = resolve);
    }
  }

  /** Runs a cell to its end. */
  async run(code: string, more: Json = {}): Promise<Ran> {
    const id = await this.send(code, more);
    const { content: reply } = await this.shell.receive();
    return { reply, outputs: await this.outputsOf(id) };
  }

  /** Waits until a cell is idle; returns its outputs. */
  async outputsOf(id: string): Promise<readonly Message[]> {
    await this.until(({ header, parent, content }) =>
      header.msg_type === "status" && parent.msg_id === id && content["execution_state"] === "idle"
    );
    return this.iopub.filter(({ header, parent }) =>
      parent.msg_id === id && header.msg_type !== "status" && header.msg_type !== "execute_input"
    );
  }

  async #listen(): Promise<void> {
    try {
      for (;;) {
        this.iopub.push(await this.published.receive());
        this.#heard();
      }
    } catch { /* closed */ }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const channel of [this.shell, this.control, this.stdin, this.published]) channel.close();
    try {
      this.child.kill("SIGTERM");
    } catch { /* it has ended already */ }
    await this.child.status;
  }
}

/** Printed text, or the plain text of the value shown, of each output. */
export const texts = (outputs: readonly Message[]): string[] =>
  outputs.map(({ content }) =>
    String(
      content["text"] ?? (content["data"] as Json | undefined)?.["text/plain"] ??
        `${content["ename"]}: ${content["evalue"]}`,
    )
  );
