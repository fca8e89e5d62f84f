/**
 * Implements a channel to a Jupyter kernel: signed Jupyter messages in ZMTP 3.0 frames over TCP.
 *
 * No library works here. The maintained ones for JavaScript either talk to a Jupyter *server* or
 * build on npm:zeromq, a 34 MB native addon that polls through libuv; Deno 2.9.6's uv_poll fires
 * only once, so `receive()` misses a message now and then (about one request in thirty when tried).
 * The part of ZMTP that a client needs is small.
 *
 * Sources: ZMTP 3.0 (rfc.zeromq.org/spec/23), Jupyter messaging 5.3
 * (jupyter-client.readthedocs.io/en/stable/messaging.html).
 */

/** A received Jupyter message; the form of `content` depends on `type`. */
export interface Message {
  readonly type: string;
  readonly id: string;
  readonly parentId: string | undefined;
  readonly content: Record<string, unknown>;
}

const MORE = 1, LONG = 2, COMMAND = 4; // flag bits of a ZMTP frame
const DELIMITER = "<IDS|MSG>";
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** Encodes a frame: flags, size (8 bits, or 64 when {@linkcode LONG}), body. */
function frame(body: Uint8Array, flags: number): Uint8Array {
  if (body.length < 256) return joined([Uint8Array.of(flags, body.length), body]);
  const head = new Uint8Array(9);
  head[0] = flags | LONG;
  new DataView(head.buffer).setBigUint64(1, BigInt(body.length));
  return joined([head, body]);
}

/** Encodes the greeting: signature (ff … 7f), version 3.0, mechanism NULL, filler: 64 bytes. */
function greeting(): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes[0] = 0xff;
  bytes[9] = 0x7f;
  bytes[10] = 3;
  bytes.set(encoder.encode("NULL"), 12);
  return bytes;
}

function ready(socket: string): Uint8Array {
  const text = (s: string) => joined([Uint8Array.of(s.length), encoder.encode(s)]);
  const size = Uint8Array.of(0, 0, 0, socket.length);
  return frame(
    joined([text("READY"), text("Socket-Type"), size, encoder.encode(socket)]),
    COMMAND,
  );
}

/**
 * A connected channel. `SUB` is for the kernel's iopub, `DEALER` for its shell, stdin and
 * control.
 */
export class Channel {
  readonly #conn: Deno.TcpConn;
  readonly #key: CryptoKey;
  readonly #session = crypto.randomUUID();
  #pending: Uint8Array = new Uint8Array(0);
  #received = 0;

  private constructor(conn: Deno.TcpConn, key: CryptoKey) {
    this.#conn = conn;
    this.#key = key;
  }

  /**
   * Connects and shakes hands.
   *
   * @throws {Deno.errors.ConnectionRefused} while nothing listens on that port
   */
  static async open(port: number, socket: "DEALER" | "SUB", key: string): Promise<Channel> {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const signing = await crypto.subtle.importKey(
      "raw",
      encoder.encode(key),
      algorithm,
      false,
      ["sign", "verify"],
    );
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const channel = new Channel(conn, signing);
    try {
      conn.setNoDelay(true);
      await channel.#write(joined([greeting(), ready(socket)]));
      await channel.#read(64);
      await channel.#readFrame(); // its READY
      // subscribe to everything: an empty prefix
      if (socket === "SUB") await channel.#write(frame(Uint8Array.of(1), 0));
    } catch (error) {
      conn.close();
      throw error;
    }
    return channel;
  }

  /** Number of bytes received: grows while a long message is arriving. */
  get received(): number {
    return this.#received;
  }

  /** Signs and sends a message; returns its id. */
  async send(type: string, content: unknown, parent: unknown = {}): Promise<string> {
    const id = crypto.randomUUID();
    const header = {
      msg_id: id,
      session: this.#session,
      username: "gradnets",
      date: new Date().toISOString(),
      msg_type: type,
      version: "5.3",
    };
    const parts = [header, parent, {}, content].map((part) => encoder.encode(JSON.stringify(part)));
    const signature = new Uint8Array(
      await crypto.subtle.sign("HMAC", this.#key, joined(parts)),
    );
    const frames = [encoder.encode(DELIMITER), encoder.encode(signature.toHex()), ...parts];
    await this.#write(
      joined(frames.map((body, i) => frame(body, i < frames.length - 1 ? MORE : 0))),
    );
    return id;
  }

  /**
   * Receives the next message.
   *
   * @throws {Deno.errors.UnexpectedEof} if the kernel hung up
   * @throws {SyntaxError} if it is not a message signed with our key
   */
  async receive(): Promise<Message> {
    const frames: Uint8Array[] = [];
    for (let more = true; more;) {
      const { flags, body } = await this.#readFrame();
      if ((flags & COMMAND) !== 0) continue;
      frames.push(body);
      more = (flags & MORE) !== 0;
    }
    const start = frames.findIndex((body) => decoder.decode(body) === DELIMITER) + 1;
    const [signature, header, parent, metadata, content] = frames.slice(start);
    if (start === 0 || !signature || !header || !parent || !metadata || !content) {
      throw new SyntaxError(`Cannot read a Jupyter message: found ${frames.length} frames`);
    }
    const signed = joined([header, parent, metadata, content]);
    const hex = decoder.decode(signature);
    if (
      !/^[0-9a-f]{64}$/.test(hex) ||
      !await crypto.subtle.verify("HMAC", this.#key, Uint8Array.fromHex(hex), signed)
    ) {
      throw new SyntaxError("Cannot read a Jupyter message: it is not signed with our key");
    }
    const { msg_type, msg_id } = JSON.parse(decoder.decode(header));
    return {
      type: msg_type,
      id: msg_id,
      parentId: JSON.parse(decoder.decode(parent)).msg_id,
      content: JSON.parse(decoder.decode(content)),
    };
  }

  close(): void {
    try {
      this.#conn.close();
    } catch { /* closed already */ }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) {
      sent += await this.#conn.write(bytes.subarray(sent));
    }
  }

  async #readFrame(): Promise<{ flags: number; body: Uint8Array }> {
    const [flags = 0, short = 0] = await this.#read(2);
    if ((flags & ~(MORE | LONG | COMMAND)) !== 0) {
      throw new SyntaxError(`Cannot read a ZMTP frame: its flags are 0x${flags.toString(16)}`);
    }
    if ((flags & LONG) === 0) return { flags, body: await this.#read(short) };
    const size = Uint8Array.from([short, ...await this.#read(7)]);
    return { flags, body: await this.#read(Number(new DataView(size.buffer).getBigUint64(0))) };
  }

  /** Reads exactly `size` bytes. */
  async #read(size: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      if (this.#pending.length === 0) {
        const chunk = new Uint8Array(65536);
        const count = await this.#conn.read(chunk);
        if (count === null) throw new Deno.errors.UnexpectedEof("the kernel hung up");
        this.#pending = chunk.subarray(0, count);
        this.#received += count;
      }
      const part = this.#pending.subarray(0, size - filled);
      bytes.set(part, filled);
      filled += part.length;
      this.#pending = this.#pending.subarray(part.length);
    }
    return bytes;
  }
}
