/** The five sockets that a Jupyter kernel binds. */

import { type Frames, Peer, type SocketType } from "./zmtp.ts";

/** How long a front end may leave its output unread before it is hung up on. */
const STALLED_MS = 10_000;

/** A port of this machine that any number of front ends may connect to. */
abstract class Socket {
  readonly #listener: Deno.TcpListener;
  readonly #peers = new Set<Peer>();

  constructor(port: number, type: SocketType) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port });
    void this.#serve(type);
  }

  get peers(): ReadonlySet<Peer> {
    return this.#peers;
  }

  /** Takes a message from a peer. */
  protected abstract take(peer: Peer, frames: Frames): void;

  close(): void {
    try {
      this.#listener.close();
    } catch { /* closed already */ }
    for (const peer of this.#peers) peer.close();
  }

  async #serve(type: SocketType): Promise<void> {
    try {
      for await (const conn of this.#listener) void this.#listen(conn, type);
    } catch { /* the listener is closed */ }
  }

  async #listen(conn: Deno.TcpConn, type: SocketType): Promise<void> {
    let peer: Peer | undefined;
    try {
      peer = await Peer.accept(conn, type);
      this.#peers.add(peer);
      while (true) this.take(peer, await peer.receive());
    } catch {
      /* it hung up, or does not speak ZMTP: others are not disturbed */
    } finally {
      if (peer) this.drop(peer);
    }
  }

  protected drop(peer: Peer): void {
    this.#peers.delete(peer);
    peer.close();
  }
}

/** Receives requests, and sends replies to whoever asked. */
export class Router extends Socket {
  readonly #onMessage: (peer: Peer, frames: Frames) => void;

  constructor(port: number, onMessage: (peer: Peer, frames: Frames) => void) {
    super(port, "ROUTER");
    this.#onMessage = onMessage;
  }

  protected override take(peer: Peer, frames: Frames): void {
    this.#onMessage(peer, frames);
  }

  /** Sends to one peer; does nothing if it has gone. */
  async send(peer: Peer, frames: Frames): Promise<void> {
    await peer.send(frames).catch(() => this.drop(peer));
  }
}

/** Publishes to everybody who subscribed. */
export class Publisher extends Socket {
  readonly #topics = new Map<Peer, string[]>();

  constructor(port: number) {
    super(port, "PUB");
  }

  protected override take(peer: Peer, [frame]: Frames): void {
    const text = new TextDecoder().decode(frame?.subarray(1));
    const topics = this.#topics.get(peer) ?? [];
    if (frame?.[0] === 1) this.#topics.set(peer, [...topics, text]);
    if (frame?.[0] === 0) this.#topics.set(peer, topics.filter((topic) => topic !== text));
  }

  /**
   * Sends to all subscribers, and waits until they have taken it: whoever prints faster than a
   * front end reads is slowed down, and loses nothing. One that reads nothing for ten seconds is
   * hung up on.
   */
  async send(topic: string, frames: Frames): Promise<void> {
    const all = [new TextEncoder().encode(topic), ...frames];
    await Promise.all([...this.#topics].map(async ([peer, topics]) => {
      if (!topics.some((prefix) => topic.startsWith(prefix))) return;
      const timer = setTimeout(() => this.drop(peer), STALLED_MS);
      await peer.send(all).catch(() => this.drop(peer));
      clearTimeout(timer);
    }));
  }

  protected override drop(peer: Peer): void {
    this.#topics.delete(peer);
    super.drop(peer);
  }
}

/** Echoes what it receives, so that front ends know that the kernel lives. */
export class Heartbeat extends Socket {
  constructor(port: number) {
    super(port, "REP");
  }

  protected override take(peer: Peer, frames: Frames): void {
    void peer.send(frames).catch(() => this.drop(peer));
  }
}
