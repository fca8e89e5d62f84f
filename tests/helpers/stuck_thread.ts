/** A second thread that takes a chunk and never gives it back. */

import { workerData } from "node:worker_threads";
import { EvaluationQueue } from "gradnets/engine/fused/evaluation_queue.ts";
import { EVALUATION_CHUNK } from "gradnets/engine/fused/layout.ts";
import type { ThreadTask } from "gradnets/engine/fused/thread_task.ts";

const task: ThreadTask = workerData;
const queue = new EvaluationQueue(task.sizes.images, EVALUATION_CHUNK, task.queue);
for (let at = queue.next(0); at; at = queue.next(at.number)) {
  if (queue.takeLast(at) < 0) continue;
  queue.predictions[0] = 99;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
