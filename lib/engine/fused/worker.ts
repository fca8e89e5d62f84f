/**
 * The second thread of an evaluation. It has a module of its own, with addresses of its own for
 * what it writes, and reads the weights and images where the main thread has them. Between two
 * evaluations it sleeps; it ends when it is told to, or with the program.
 */

import { workerData } from "node:worker_threads";
import { assembleEvaluation } from "./assemble.ts";
import { Chunks } from "./chunks.ts";
import { classifier, type EvaluationKernel, logitsOf } from "./classifier.ts";
import type { LayerForm } from "./layer.ts";
import { EVALUATION_CHUNK, Layout, type Sizes } from "./layout.ts";

/** What the main thread sends. */
export interface Errand {
  readonly sizes: Sizes;
  readonly layer: LayerForm;
  readonly relaxed: boolean;
  readonly memory: WebAssembly.Memory;
  readonly shared: SharedArrayBuffer;
}

const { sizes, layer, relaxed, memory, shared } = workerData as Errand;
const layout = new Layout(sizes, "second");
const module = new WebAssembly.Module(assembleEvaluation(layout, layer, relaxed));
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
const kernel = exports as unknown as EvaluationKernel;
const classify = classifier(layout, logitsOf(layout, memory), kernel);
const chunks = new Chunks(sizes.images, EVALUATION_CHUNK, shared);

// The engine compiles what has run for a while again, better: until then it would be too slow.
const WARM_UP = 80;
const unseen = new Uint8Array(sizes.images);
for (let i = 0; i < WARM_UP; i++) classify(i % chunks.count, unseen);

for (let job = chunks.next(0); job; job = chunks.next(job.job)) {
  for (let chunk; (chunk = chunks.takeLast(job)) >= 0;) {
    classify(chunk, chunks.predictions);
    chunks.finish(job, chunk);
  }
}
