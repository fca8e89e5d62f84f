/**
 * The handle of the second thread of an evaluation: started on first use, never waited for, and does
 * not keep the program alive.
 */

import { EvaluationQueue } from "./evaluation_queue.ts";
import { EVALUATION_CHUNK } from "./layout.ts";
import type { StartThread, Thread, ThreadTask } from "./thread_task.ts";

// Ends the thread of a net that is garbage-collected without dispose().
const dropped = new FinalizationRegistry<EvaluationQueue>((queue) => queue.stop());

/** A thread that helps with evaluations. */
export class SecondThread {
  readonly queue: EvaluationQueue;
  readonly #start: StartThread;
  #task: ThreadTask | undefined;
  #thread: Thread | undefined;
  #taken = 0;
  #failure: string | undefined;

  constructor(start: StartThread, task: Omit<ThreadTask, "queue">) {
    this.queue = new EvaluationQueue(task.sizes.images, EVALUATION_CHUNK);
    this.#start = start;
    this.#task = { ...task, queue: this.queue.shared };
    dropped.register(this, this.queue, this);
  }

  /** Reason for having only one thread; undefined if there are or will be two. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** How many chunks the second thread has done. */
  get taken(): number {
    return this.#taken;
  }

  /**
   * Calls `classify` with every chunk that the second thread does not do, and fills in those that
   * it does.
   *
   * @param predictions one for each image
   */
  evaluate(classify: (chunk: number) => void, predictions: Uint8Array): void {
    this.#begin();
    const { queue } = this, images = predictions.length;
    if (this.#failure !== undefined) {
      for (let chunk = 0; chunk < queue.chunks(images); chunk++) classify(chunk);
      return;
    }
    queue.share(images, classify, (chunk) => {
      this.#taken++;
      const from = chunk * EVALUATION_CHUNK, to = Math.min(from + EVALUATION_CHUNK, images);
      predictions.set(queue.predictions.subarray(from, to), from);
    });
  }

  /** Ends the thread. */
  dispose(): void {
    dropped.unregister(this);
    this.queue.stop();
    this.#fail("it was disposed of");
    this.#task = undefined; // the memory is let go
  }

  #begin(): void {
    if (this.#thread || !this.#task || this.#failure !== undefined) return;
    const owner = new WeakRef(this); // a closure over `this` would keep it from being dropped
    const failed = (error: unknown) => {
      const thread = owner.deref();
      if (thread) thread.#fail(error);
    };
    try {
      this.#thread = this.#start(this.#task, failed);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Goes on with one thread. */
  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error.message : `${error}`;
    this.#thread?.end();
    this.#thread = undefined;
  }
}
