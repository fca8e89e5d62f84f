/**
 * Encodes and decodes signed Jupyter messages.
 *
 * Source: Jupyter messaging 5.3 (jupyter-client.readthedocs.io/en/stable/messaging.html).
 */

import { createHmac, timingSafeEqual } from "node:crypto";
import type { Frames } from "./zmtp.ts";

/** What a message says about itself. */
export interface Header {
  readonly msg_id: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly msg_type: string;
  readonly version: string;
}

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** A message without what the sender adds. */
export interface Draft {
  readonly type: string;
  readonly content: Json;
  /** Header of the message that this one answers. */
  readonly parent?: Header | undefined;
  readonly metadata?: Json;
  readonly buffers?: Frames;
}

/** A received message; the form of `content` depends on the type. */
export interface Message {
  /** Frames before the message: who sent it, as a ROUTER sees it. */
  readonly identities: Frames;
  readonly header: Header;
  readonly parent: Partial<Header>;
  readonly metadata: Json;
  readonly content: Json;
  readonly buffers: Frames;
}

/** A request, and how to answer it. */
export interface Request {
  readonly message: Message;
  /** Who asked, as its DEALER calls itself on every channel. */
  readonly identity: Uint8Array;
  reply(type: string, content: Json): Promise<void>;
}

const PROTOCOL = "5.3";
const DELIMITER = "<IDS|MSG>";
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function objectIn(frame: Uint8Array): Json {
  const value: unknown = JSON.parse(decoder.decode(frame));
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Json;
  }
  throw new SyntaxError("Cannot read a Jupyter message: a part is not a JSON object");
}

function headerIn(frame: Uint8Array): Header {
  const header = objectIn(frame) as unknown as Header;
  if (typeof header.msg_id === "string" && typeof header.msg_type === "string") return header;
  throw new SyntaxError("Cannot read a Jupyter message: its header has no msg_id or no msg_type");
}

/** Signs outgoing messages, and checks incoming ones, with the key of a connection file. */
export class Signer {
  readonly #key: string;
  readonly #username: string;
  readonly #session = crypto.randomUUID();

  constructor(key: string, username: string) {
    this.#key = key;
    this.#username = username;
  }

  /** Encodes a message, with a new id. */
  encode({ type, content, parent, metadata = {}, buffers = [] }: Draft): {
    readonly id: string;
    readonly frames: Frames;
  } {
    const id = crypto.randomUUID();
    const header: Header = {
      msg_id: id,
      session: this.#session,
      username: this.#username,
      date: new Date().toISOString(),
      msg_type: type,
      version: PROTOCOL,
    };
    const parts = [header, parent ?? {}, metadata, content]
      .map((part) => encoder.encode(JSON.stringify(part)));
    const signature = encoder.encode(this.#sign(parts));
    return { id, frames: [encoder.encode(DELIMITER), signature, ...parts, ...buffers] };
  }

  /**
   * Decodes a message.
   *
   * @throws {SyntaxError} if it is not a message signed with our key
   */
  decode(frames: Frames): Message {
    const start = frames.findIndex((body) =>
      body.length === DELIMITER.length && decoder.decode(body) === DELIMITER
    );
    const [signature, header, parent, metadata, content, ...buffers] = frames.slice(start + 1);
    if (start < 0 || !signature || !header || !parent || !metadata || !content) {
      throw new SyntaxError(`Cannot read a Jupyter message: found ${frames.length} frames`);
    }
    const own = encoder.encode(this.#sign([header, parent, metadata, content]));
    if (signature.length !== own.length || !timingSafeEqual(signature, own)) {
      throw new SyntaxError("Cannot read a Jupyter message: it is not signed with our key");
    }
    return {
      identities: frames.slice(0, start),
      header: headerIn(header),
      parent: objectIn(parent),
      metadata: objectIn(metadata),
      content: objectIn(content),
      buffers,
    };
  }

  #sign(parts: Frames): string {
    const hmac = createHmac("sha256", this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }
}
