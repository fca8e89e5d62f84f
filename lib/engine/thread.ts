/**
 * Starts the second thread of an evaluation by `node:worker_threads`, in Deno, Node and Bun. A web
 * worker can neither be unreferenced nor terminated while it sleeps.
 */

import { Worker } from "node:worker_threads";
import type { Thread, ThreadTask } from "./fused/thread_task.ts";

/**
 * Starts a second thread, for `FusedOptions.startThread`.
 *
 * @param program script of the thread, for tests
 */
export function startThread(
  task: ThreadTask,
  failed: (error: unknown) => void,
  program: URL = new URL("./thread_worker.ts", import.meta.url),
): Thread {
  const worker = new Worker(program, { workerData: task });
  worker.on("error", failed);
  worker.unref();
  return { end: () => void worker.terminate().catch(() => {}) };
}
