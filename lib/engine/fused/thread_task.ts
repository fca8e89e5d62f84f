/**
 * The task of the second thread of an evaluation. Its module writes to addresses of its own and reads
 * the weights and images of the first thread. Sleeps between evaluations; ends on request, or with
 * the program.
 */

import type { LayerKind } from "../../model/layers.ts";
import { assembleEvaluation } from "./assemble.ts";
import { classifier, type EvaluationKernel, logitsOf } from "./classifier.ts";
import { EvaluationQueue } from "./evaluation_queue.ts";
import { EVALUATION_CHUNK, Layout } from "./layout.ts";
import type { Sizes } from "./sizes.ts";

/** Input of a second thread, ready to be posted to a worker. */
export interface ThreadTask {
  readonly sizes: Sizes;
  readonly layer: LayerKind;
  readonly relaxed: boolean;
  readonly memory: WebAssembly.Memory;
  readonly queue: SharedArrayBuffer;
}

/** A second thread that was started. */
export interface Thread {
  /** Ends it, also while it sleeps. */
  end(): void;
}

/**
 * Starts a thread that calls {@linkcode runTask} with what it is given. Such a thread must not keep
 * a program alive.
 *
 * @param failed to be called if the thread cannot start or ends with an error
 */
export type StartThread = (task: ThreadTask, failed: (error: unknown) => void) => Thread;

// The engine compiles what has run for a while again, better: until then it would be too slow.
const WARM_UP = 80;

/** Runs the second thread from its start to its end. */
export function runTask({ sizes, layer, relaxed, memory, queue: shared }: ThreadTask): void {
  const layout = new Layout(sizes, "second");
  const module = new WebAssembly.Module(assembleEvaluation(layout, layer, relaxed));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const kernel = exports as unknown as EvaluationKernel;
  const classify = classifier(layout, logitsOf(layout, memory), kernel);
  const queue = new EvaluationQueue(sizes.images, EVALUATION_CHUNK, shared);

  const unseen = new Uint8Array(sizes.images), chunks = queue.chunks(sizes.images);
  for (let i = 0; i < WARM_UP; i++) classify(i % chunks, unseen);

  for (let at = queue.next(0); at; at = queue.next(at.number)) {
    const predictions = queue.predictions.subarray(0, at.images);
    for (let chunk; (chunk = queue.takeLast(at)) >= 0;) {
      classify(chunk, predictions);
      queue.finish(at, chunk);
    }
  }
}
