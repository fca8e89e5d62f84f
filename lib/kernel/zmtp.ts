/**
 * Speaks ZMTP 3.0 over TCP: the framing under Jupyter's messages, for the side that binds a port
 * and the side that connects to one.
 *
 * No library works here: npm:zeromq is a 34 MB native addon that polls through libuv, and Deno
 * 2.9.6's uv_poll fires only once, so that `receive()` misses a message now and then. The part of
 * ZMTP that Jupyter needs is small. Source: rfc.zeromq.org/spec/23.
 */

/** Types of socket that Jupyter uses. */
export type SocketType = "ROUTER" | "DEALER" | "PUB" | "SUB" | "REP" | "REQ";

/** The frames of one message. */
export type Frames = readonly Uint8Array[];

const MORE = 1, LONG = 2, COMMAND = 4; // flag bits of a frame
const GREETING = 64; // bytes
/** More than any honest message, so that no stranger can make us allocate without end. */
const LARGEST = 2 ** 31;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Joins byte arrays into one. */
export function joined(parts: Frames): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** Encodes a frame: flags, size (8 bits, or 64 if {@linkcode LONG}), body. */
function frame(body: Uint8Array, flags: number): Uint8Array {
  if (body.length < 256) return joined([Uint8Array.of(flags, body.length), body]);
  const head = new Uint8Array(9);
  head[0] = flags | LONG;
  new DataView(head.buffer).setBigUint64(1, BigInt(body.length));
  return joined([head, body]);
}

/** Encodes the greeting: signature (ff … 7f), version 3.0, mechanism NULL, filler. */
function greeting(): Uint8Array {
  const bytes = new Uint8Array(GREETING);
  bytes[0] = 0xff;
  bytes[9] = 0x7f;
  bytes[10] = 3;
  bytes.set(encoder.encode("NULL"), 12);
  return bytes;
}

function property(name: string, value: Uint8Array): Uint8Array {
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, value.length);
  return joined([Uint8Array.of(name.length), encoder.encode(name), size, value]);
}

function ready(socket: SocketType, identity: Uint8Array): Uint8Array {
  const name = joined([Uint8Array.of(5), encoder.encode("READY")]);
  const type = property("Socket-Type", encoder.encode(socket));
  return frame(joined([name, type, property("Identity", identity)]), COMMAND);
}

/** Reads the properties of a READY command. */
function propertiesOf(body: Uint8Array): Map<string, Uint8Array> {
  const properties = new Map<string, Uint8Array>();
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  let at = 1 + (body[0] ?? 0);
  if (decoder.decode(body.subarray(1, at)) !== "READY") {
    throw new SyntaxError("Cannot shake hands: the peer's first command is not READY");
  }
  while (at < body.length) {
    const value = at + 1 + (body[at] ?? 0);
    const name = decoder.decode(body.subarray(at + 1, value)).toLowerCase();
    const end = value + 4 + view.getUint32(value);
    properties.set(name, body.subarray(value + 4, end));
    at = end;
  }
  return properties;
}

/** One connection, with hands shaken. Messages sent at the same time never mix. */
export class Peer {
  /** What the other side calls itself, or nothing. */
  identity: Uint8Array = new Uint8Array(0);
  readonly #conn: Deno.TcpConn;
  #pending: Uint8Array = new Uint8Array(0);
  #received = 0;
  #sending: Promise<unknown> = Promise.resolve();

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** Connects to a port of this machine and shakes hands. */
  static async connect(
    port: number,
    socket: SocketType,
    identity: Uint8Array = new Uint8Array(0),
  ): Promise<Peer> {
    return Peer.accept(await Deno.connect({ hostname: "127.0.0.1", port }), socket, identity);
  }

  /** Shakes hands over a connection; closes it if that fails. */
  static async accept(
    conn: Deno.TcpConn,
    socket: SocketType,
    identity: Uint8Array = new Uint8Array(0),
  ): Promise<Peer> {
    const peer = new Peer(conn);
    try {
      conn.setNoDelay(true);
      await peer.#write(joined([greeting(), ready(socket, identity)]));
      const hello = await peer.#read(GREETING);
      if (hello[0] !== 0xff || hello[9] !== 0x7f || (hello[10] ?? 0) < 3) {
        throw new SyntaxError("Cannot shake hands: the peer does not speak ZMTP 3");
      }
      const { body } = await peer.#readFrame();
      peer.identity = propertiesOf(body).get("identity") ?? peer.identity;
      return peer;
    } catch (error) {
      peer.close();
      throw error;
    }
  }

  /** Number of bytes received: grows while a long message is arriving. */
  get received(): number {
    return this.#received;
  }

  /** Sends one message; resolves once the system has taken all of it. */
  send(frames: Frames): Promise<void> {
    const last = frames.length - 1;
    const bytes = joined(frames.map((body, i) => frame(body, i < last ? MORE : 0)));
    const sent = this.#sending.then(() => this.#write(bytes));
    this.#sending = sent.catch(() => {}); // told to this caller; the next will fail by itself
    return sent;
  }

  /**
   * Receives the next message.
   *
   * @throws {Deno.errors.UnexpectedEof} if the other side hung up
   */
  async receive(): Promise<Uint8Array[]> {
    const frames: Uint8Array[] = [];
    while (true) {
      const { flags, body } = await this.#readFrame();
      if ((flags & COMMAND) !== 0) {
        // ZMTP 3.1 asks for a topic in a command; 3.0 in a message that starts with 1
        const asked = decoder.decode(body.subarray(1, 10)) === "SUBSCRIBE";
        if (asked) return [joined([Uint8Array.of(1), body.subarray(10)])];
        continue;
      }
      frames.push(body);
      if ((flags & MORE) === 0) return frames;
    }
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
    const bytes = Uint8Array.from([short, ...await this.#read(7)]);
    const size = Number(new DataView(bytes.buffer).getBigUint64(0));
    if (size > LARGEST) throw new SyntaxError(`Cannot read a ZMTP frame of ${size} bytes`);
    return { flags, body: await this.#read(size) };
  }

  /** Reads exactly `size` bytes. */
  async #read(size: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      if (this.#pending.length === 0) {
        const chunk = new Uint8Array(65536);
        const count = await this.#conn.read(chunk);
        if (count === null) throw new Deno.errors.UnexpectedEof("the other side hung up");
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
