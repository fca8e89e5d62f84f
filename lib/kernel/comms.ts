/** Passes on what a page and the reader's program say to each other, also while a cell runs. */

import type { Json, Message } from "./messages.ts";
import type { Program } from "./program.ts";

/** The kernel's side of all comms. */
export class Comms {
  readonly #program: Promise<Program>;
  readonly #targets = new Map<string, string>(); // by id
  #received = 0;

  constructor(program: Promise<Program>) {
    this.#program = program;
  }

  /** Notes what the program sent. */
  sent(type: string, content: Json): void {
    const id = String(content["comm_id"]);
    if (type === "comm_open") this.#targets.set(id, String(content["target_name"]));
    if (type === "comm_close") this.#targets.delete(id);
  }

  /** Hands a message of the page to the program; resolves when it has dealt with it. */
  async received({ header, content, metadata, buffers }: Message): Promise<undefined> {
    this.sent(header.msg_type, content);
    const program = await this.#program;
    await program.receive(`comm ${++this.#received}`, {
      type: header.msg_type,
      header,
      content,
      metadata,
      buffers: buffers.map((bytes) => bytes.toBase64()),
    });
    return undefined;
  }

  /** Answers a comm_info_request. */
  info({ target_name }: Json): Json {
    const open = [...this.#targets].filter(([, target]) => !target_name || target === target_name);
    const comms = Object.fromEntries(open.map(([id, target]) => [id, { target_name: target }]));
    return { status: "ok", comms };
  }
}
