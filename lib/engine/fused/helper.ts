/**
 * The second thread, seen from the first: started when it is first needed, never waited for, and
 * never a reason for a program to stay alive.
 *
 * `node:worker_threads`, because a web worker can neither be unreferenced nor ended while it sleeps.
 */

import type { Worker } from "node:worker_threads";
import { Chunks } from "./chunks.ts";
import { EVALUATION_CHUNK } from "./layout.ts";
import type { Errand } from "./worker.ts";

const ended = (worker: Worker) => void worker.terminate().catch(() => {});

// A net that is dropped without dispose() takes its thread with it.
const dropped = new FinalizationRegistry<Chunks>((chunks) => chunks.stop());

/** A thread that helps with evaluations. */
export class Helper {
  #errand: Omit<Errand, "shared"> | undefined;
  readonly #program: URL;
  readonly chunks: Chunks;
  #worker: Worker | undefined;
  #taken = 0;
  #failure: string | undefined;

  /** @param program what the thread runs */
  constructor(
    errand: Omit<Errand, "shared">,
    program: URL = new URL("./worker.ts", import.meta.url),
  ) {
    this.#errand = errand;
    this.#program = program;
    this.chunks = new Chunks(errand.sizes.images, EVALUATION_CHUNK);
    dropped.register(this, this.chunks, this);
  }

  /** Why there is only one thread; undefined: there are two, or will be. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** How many chunks the other thread has done. */
  get taken(): number {
    return this.#taken;
  }

  /** Calls `classify` with every chunk that the other thread does not do, fills in the others'. */
  evaluate(classify: (chunk: number) => void, predictions: Uint8Array): void {
    this.#start();
    const { chunks } = this;
    if (this.#failure !== undefined) {
      for (let chunk = 0; chunk < chunks.count; chunk++) classify(chunk);
      return;
    }
    chunks.share(classify, (chunk) => {
      this.#taken++;
      const [from, to] = chunks.range(chunk);
      predictions.set(chunks.predictions.subarray(from, to), from);
    });
  }

  /** Ends the thread. */
  dispose(): void {
    dropped.unregister(this);
    this.chunks.stop();
    if (this.#worker) ended(this.#worker);
    this.#worker = undefined;
    this.#errand = undefined; // the memory is let go
    this.#failure ??= "it was disposed of";
  }

  #start(): void {
    if (this.#worker || !this.#errand || this.#failure !== undefined) return;
    try {
      const workerData: Errand = { ...this.#errand, shared: this.chunks.shared };
      // Asked for here, because this file is loaded where there is no such module, too.
      const { Worker } = process.getBuiltinModule("node:worker_threads");
      const worker = this.#worker = new Worker(this.#program, { workerData });
      // A closure over `this` would keep it from being dropped.
      const helper = new WeakRef(this);
      worker.on("error", (error: unknown) => helper.deref()?.fail(error));
      worker.unref();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Goes on with one thread. */
  fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error.message : `${error}`;
    if (this.#worker) ended(this.#worker);
    this.#worker = undefined;
  }
}
