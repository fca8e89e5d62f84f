/** The other side: a program that has a kernel run cells, as a front end does. */

import { type Json, type Message, Signer } from "./messages.ts";
import { Peer } from "./zmtp.ts";

/** A connection to one of a kernel's sockets. */
export class Channel {
  readonly #peer: Peer;
  readonly #signer: Signer;

  private constructor(peer: Peer, signer: Signer) {
    this.#peer = peer;
    this.#signer = signer;
  }

  /**
   * Connects: as `SUB` to iopub, as `DEALER` to shell, stdin and control.
   *
   * @param identity the same on every channel, so that the kernel knows whom to ask for input
   * @throws {Deno.errors.ConnectionRefused} while nothing listens on that port
   */
  static async open(
    port: number,
    socket: "DEALER" | "SUB",
    key: string,
    identity: string = crypto.randomUUID(),
  ): Promise<Channel> {
    const name = new TextEncoder().encode(socket === "DEALER" ? identity : "");
    const peer = await Peer.connect(port, socket, name);
    // subscribe to everything: an empty prefix
    if (socket === "SUB") await peer.send([Uint8Array.of(1)]);
    return new Channel(peer, new Signer(key, "client"));
  }

  /** Number of bytes received: grows while a long message is arriving. */
  get received(): number {
    return this.#peer.received;
  }

  /** Signs and sends a message; returns its id. */
  async send(type: string, content: Json): Promise<string> {
    const { id, frames } = this.#signer.encode({ type, content });
    await this.#peer.send(frames);
    return id;
  }

  /**
   * Receives the next message.
   *
   * @throws {Deno.errors.UnexpectedEof} if the kernel hung up
   * @throws {SyntaxError} if it is not a message signed with our key
   */
  async receive(): Promise<Message> {
    return this.#signer.decode(await this.#peer.receive());
  }

  close(): void {
    this.#peer.close();
  }
}
