/** A second thread that takes a chunk and never gives it back. */

import { workerData } from "node:worker_threads";
import { Chunks } from "gradnets/engine/fused/chunks.ts";
import { EVALUATION_CHUNK } from "gradnets/engine/fused/layout.ts";
import type { Errand } from "gradnets/engine/fused/worker.ts";

const { sizes, shared } = workerData as Errand;
const chunks = new Chunks(sizes.images, EVALUATION_CHUNK, shared);
for (let job = chunks.next(0); job; job = chunks.next(job.job)) {
  if (chunks.takeLast(job) < 0) continue;
  chunks.predictions[0] = 99;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
