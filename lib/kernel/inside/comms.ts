/** Comms: what a page and the reader's program say to each other, as widgets do. */

import type { Output } from "./output.ts";

/** A message of a comm. */
export interface CommMessage {
  /** What the sender says, as JSON. */
  readonly data: Record<string, unknown>;
  /** Notes about the message. */
  readonly metadata: Record<string, unknown>;
  /** Bytes that go with it. */
  readonly buffers: readonly Uint8Array[];
}

/** What can go with a message. */
export interface CommOptions {
  /** Notes about the message. */
  readonly metadata?: Record<string, unknown>;
  /** Bytes that go with it. */
  readonly buffers?: readonly Uint8Array[];
}

/** One conversation between a page and this program. */
export interface Comm {
  /** Name of this conversation on both sides. */
  readonly id: string;
  /** Who answers in the page. */
  readonly target: string;
  /** Called for each message of the page, also while a cell runs, whenever it yields. */
  onMessage: (message: CommMessage) => void;
  /** Called when the page closes the conversation. */
  onClose: (message: CommMessage) => void;
  /** Sends to the page. */
  send(data: Record<string, unknown>, options?: CommOptions): void;
  /** Closes the conversation. */
  close(data?: Record<string, unknown>, options?: CommOptions): void;
}

/** A message about a comm as it comes from the page; buffers are in base64. */
export interface Incoming {
  readonly type: string;
  readonly header: unknown;
  readonly content: Readonly<Record<string, unknown>>;
  readonly metadata: Record<string, unknown>;
  readonly buffers: readonly string[];
}

const objectOf = (value: unknown) => (value ?? {}) as Record<string, unknown>;

/** Options of {@linkcode Comms.open}. */
export interface OpenOptions extends CommOptions {
  /** Name of the conversation. Default: a random one. */
  readonly id?: string;
}

/** The comms of a program. */
export interface Comms {
  /** Opens a conversation; `target` names who answers in the page. */
  open(target: string, data?: Record<string, unknown>, options?: OpenOptions): Comm;
  /** Answers conversations that the page opens with `target`. */
  register(target: string, opened: (comm: Comm, message: CommMessage) => void): void;
}

/** All open comms of this program. */
export class OpenComms implements Comms {
  readonly #output: Output;
  readonly #open = new Map<string, Comm>();
  readonly #targets = new Map<string, (comm: Comm, message: CommMessage) => void>();
  #answering: unknown; // header of the page's message that is dealt with

  constructor(output: Output) {
    this.#output = output;
  }

  /** Opens a conversation; `target` names who answers in the page. */
  open(
    target: string,
    data: Record<string, unknown> = {},
    { metadata = {}, buffers = [], id = crypto.randomUUID() }: OpenOptions = {},
  ): Comm {
    const comm = this.#make(id, target);
    const content = { comm_id: id, target_name: target, data };
    this.#send("comm_open", content, metadata, buffers);
    return comm;
  }

  /** Answers conversations that the page opens with `target`. */
  register(target: string, opened: (comm: Comm, message: CommMessage) => void): void {
    this.#targets.set(target, opened);
  }

  /** Targets of the open comms, by id. */
  info(): Record<string, { target_name: string }> {
    return Object.fromEntries([...this.#open].map(([id, { target }]) => [id, {
      target_name: target,
    }]));
  }

  /** Takes a message of the page. */
  receive(incoming: Incoming): void {
    this.#answering = incoming.header;
    try {
      this.#take(incoming);
    } finally {
      this.#answering = undefined;
    }
  }

  #take({ type, content, metadata, buffers }: Incoming): void {
    const message = {
      data: objectOf(content["data"]),
      metadata,
      buffers: buffers.map((text) => Uint8Array.fromBase64(text)),
    };
    const id = String(content["comm_id"]);
    if (type === "comm_open") {
      const target = String(content["target_name"]);
      const opened = this.#targets.get(target);
      if (opened) opened(this.#make(id, target), message);
      else this.#send("comm_close", { comm_id: id, data: {} });
    } else if (type === "comm_msg") {
      this.#open.get(id)?.onMessage(message);
    } else if (type === "comm_close") {
      const comm = this.#open.get(id);
      this.#open.delete(id);
      comm?.onClose(message);
    }
  }

  #send(type: string, content: object, metadata: object = {}, buffers: readonly Uint8Array[] = []) {
    // a page knows by its parent which of its own messages a message answers
    this.#output.message(type, content, metadata, buffers, this.#answering);
  }

  #make(id: string, target: string): Comm {
    const comm: Comm = {
      id,
      target,
      onMessage: () => {},
      onClose: () => {},
      send: (data, { metadata = {}, buffers = [] } = {}) => {
        this.#send("comm_msg", { comm_id: id, data }, metadata, buffers);
      },
      close: (data = {}, { metadata = {}, buffers = [] } = {}) => {
        if (!this.#open.delete(id)) return;
        this.#send("comm_close", { comm_id: id, data }, metadata, buffers);
      },
    };
    this.#open.set(id, comm);
    return comm;
  }
}
