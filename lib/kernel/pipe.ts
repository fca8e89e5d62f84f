/** Reads the output of the reader's program: text, with framed messages in it (inside/output.ts). */

import type { Header } from "./messages.ts";
import { joined } from "./zmtp.ts";

/** A message from the reader's program. */
export interface ProgramMessage {
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
  /** Header of the page's message that it answers; without it, it belongs to its cell. */
  readonly parent?: Header;
}

/** What takes the two, in the order they were written; reading waits for it. */
export interface PipeReader {
  text(text: string): Promise<void>;
  message(message: ProgramMessage): Promise<void>;
}

const NEWLINE = 10;

/** Returns where `part` starts in `bytes`, at or after `from`; -1 if nowhere. */
function indexOf(bytes: Uint8Array, part: Uint8Array, from: number): number {
  const [first = 0] = part;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (part.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}

/** Length of the longest end of `bytes` that could be the start of `part`. */
function openEnd(bytes: Uint8Array, part: Uint8Array): number {
  for (let size = Math.min(part.length - 1, bytes.length); size > 0; size--) {
    if (bytes.subarray(-size).every((byte, i) => byte === part[i])) return size;
  }
  return 0;
}

/** Reads until the program ends. */
export async function readPipe(
  stream: ReadableStream<Uint8Array>,
  marker: string,
  reader: PipeReader,
): Promise<void> {
  const start = new TextEncoder().encode(`\0${marker} `);
  const text = new TextDecoder();
  const decoder = new TextDecoder();
  const chunks = stream[Symbol.asyncIterator]();
  let bytes: Uint8Array = new Uint8Array(0);
  const more = async (): Promise<boolean> => {
    const { done, value } = await chunks.next();
    if (done) return false;
    bytes = bytes.length > 0 ? joined([bytes, value]) : value;
    return true;
  };
  const say = async (part: Uint8Array) => {
    const words = text.decode(part, { stream: true });
    if (words !== "") await reader.text(words);
  };
  while (true) {
    const at = indexOf(bytes, start, 0);
    if (at < 0) {
      const keep = openEnd(bytes, start);
      const plain = bytes.subarray(0, bytes.length - keep);
      bytes = bytes.subarray(bytes.length - keep);
      await say(plain);
      if (!await more()) return await say(bytes);
      continue;
    }
    await say(bytes.subarray(0, at));
    bytes = bytes.subarray(at);
    let line = bytes.indexOf(NEWLINE, start.length);
    for (; line < 0; line = bytes.indexOf(NEWLINE, start.length)) if (!await more()) return;
    const sizes = decoder.decode(bytes.subarray(start.length, line)).split(" ").map(Number);
    bytes = bytes.subarray(line + 1);
    const size = sizes.reduce((sum, size) => sum + size, 0);
    const parts: Uint8Array[] = [bytes];
    for (let there = bytes.length; there < size;) {
      const { done, value } = await chunks.next();
      if (done) return;
      parts.push(value);
      there += value.length;
    }
    bytes = parts.length > 1 ? joined(parts) : bytes;
    const [body = new Uint8Array(0), ...buffers] = sizes.map((size, i) => {
      const from = sizes.slice(0, i).reduce((sum, size) => sum + size, 0);
      return bytes.subarray(from, from + size);
    });
    bytes = bytes.subarray(size);
    await reader.message({ ...JSON.parse(decoder.decode(body)), buffers });
  }
}
