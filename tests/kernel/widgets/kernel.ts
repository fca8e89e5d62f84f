/** A kernel that only records what is sent to the page, for tests of what shows something there. */

import { OpenComms } from "gradnets/kernel/inside/comms.ts";

/** A message to the page. */
export interface Sent {
  readonly type: string;
  // deno-lint-ignore no-explicit-any -- JSON of many shapes, which the tests compare whole
  readonly content: any;
  readonly metadata: unknown;
  readonly parent: unknown;
}

/** What this program has sent; `take` empties it. */
export class FakeKernel {
  readonly comms: OpenComms;
  readonly endings: Set<() => void> = new Set();
  readonly sent: Sent[] = [];
  interrupts = 0;

  /** @param heard whether the page can be heard; else this is the plain `deno jupyter` */
  constructor(heard: boolean) {
    const message = (
      type: string,
      content: unknown,
      metadata: unknown = {},
      _buffers: unknown = [],
      parent?: unknown,
    ) => void this.sent.push({ type, content: structuredClone(content), metadata, parent });
    this.comms = new OpenComms({ announce() {}, text() {}, message });
    if (heard) Object.assign(globalThis, { [Symbol.for("deno.kernel")]: this });
    const broadcast = (type: string, content: unknown) => Promise.resolve(message(type, content));
    Object.assign(Deno, { jupyter: { broadcast } });
  }

  interrupt(): void {
    this.interrupts++;
  }

  take(): readonly Sent[] {
    return this.sent.splice(0);
  }

  /** What the page says about a model. */
  say(comm_id: string, data: unknown): void {
    const content = { comm_id, data };
    this.comms.receive({ type: "comm_msg", header: "page's", content, metadata: {}, buffers: [] });
  }
}

/** Shows something as a kernel does with a cell's last value. */
export function shown(value: unknown): Promise<unknown> {
  const methods = value as Record<symbol, () => Promise<unknown>>;
  return methods[Symbol.for("Jupyter.display")]?.() ?? Promise.reject(new Error("nothing to show"));
}
