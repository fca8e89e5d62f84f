/** Script of the second thread of thread.ts. */

import { workerData } from "node:worker_threads";
import { runTask } from "./fused/thread_task.ts";

runTask(workerData);
