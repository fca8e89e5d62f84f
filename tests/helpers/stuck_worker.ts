/** A second thread that takes a chunk and never gives it back. */

import { workerData } from "node:worker_threads";
import { Chunks } from "gradnets/model/kernels/chunks.ts";
import { EVALUATION_CHUNK } from "gradnets/model/kernels/layout.ts";
import type { Errand } from "gradnets/model/kernels/worker.ts";

const { sizes, shared } = workerData as Errand;
const chunks = new Chunks(sizes.images, EVALUATION_CHUNK, shared);
for (let job = chunks.next(0); job; job = chunks.next(job.job)) {
  if (chunks.takeLast(job) < 0) continue;
  chunks.predictions[0] = 99;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
