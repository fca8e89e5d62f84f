/** Hands a line of text from one thread to another that waits for it. */

/** Memory that both threads see: a flag, a length, and the text in UTF-8. */
export interface Mailbox {
  readonly state: Int32Array;
  readonly bytes: Uint8Array;
}

const EMPTY = 0, FULL = 1;
const LARGEST = 2 ** 20;

/** Makes an empty mailbox. */
export function makeMailbox(): Mailbox {
  return {
    state: new Int32Array(new SharedArrayBuffer(8)),
    bytes: new Uint8Array(new SharedArrayBuffer(LARGEST)),
  };
}

/** Puts a line in, and wakes who waits for it. */
export function put({ state, bytes }: Mailbox, line: string): void {
  const { written } = new TextEncoder().encodeInto(line, bytes);
  state[1] = written;
  Atomics.store(state, 0, FULL);
  Atomics.notify(state, 0);
}

/** Waits for the next line; stops this thread meanwhile. */
export function take({ state, bytes }: Mailbox): string {
  Atomics.wait(state, 0, EMPTY);
  const line = new TextDecoder().decode(bytes.slice(0, state[1]));
  Atomics.store(state, 0, EMPTY);
  return line;
}

/** Splits a stream of UTF-8 into lines. */
export async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
