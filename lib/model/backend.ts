/** Starts TensorFlow.js on its WASM backend with SIMD, or says clearly why it cannot. */

import * as tf from "../tf.ts";
import { version_wasm } from "npm:@tensorflow/tfjs-backend-wasm@4.22.0";

/** The backend of TensorFlow.js. */
export interface Backend {
  /** Its name. */
  readonly backend: "wasm";
  /** Always true: without SIMD {@linkcode startBackend} throws. */
  readonly simd: true;
  /** Versions of TensorFlow.js, its WASM backend, Deno, V8 and TypeScript. */
  readonly versions: Readonly<Record<"tfjs" | "wasm" | "deno" | "v8" | "typescript", string>>;
}

/**
 * Starts TensorFlow.js on its WASM backend with SIMD.
 *
 * @throws {Error} if the backend does not start, or the machine has no SIMD: training without it
 *   would be many times slower
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { startBackend } from "gradnets/model/backend.ts";
 *
 * const { backend, simd } = await startBackend();
 * assert(backend === "wasm" && simd);
 * ```
 */
export function startBackend(): Promise<Backend> {
  return starting ??= start().finally(() => starting = undefined);
}

// Concurrent calls share one start: tfjs would reject the first of two.
let starting: Promise<Backend> | undefined;

/**
 * Throws if {@linkcode startBackend} was not awaited, where TensorFlow.js would complain of kernels
 * that are not registered.
 *
 * @param what the caller is about to do, for the message: "build a GradNet"
 */
export function requireBackend(what: string): void {
  if (tf.findBackend(tf.getBackend() ?? "wasm")) return;
  throw new Error(`Cannot ${what}: TensorFlow.js was not started. await startBackend() first`);
}

async function start(): Promise<Backend> {
  // Without read permission setBackend says false while getBackend() says "wasm": ask the former.
  const started = await tf.setBackend("wasm");
  if (!started) {
    throw new Error(
      "Cannot start TensorFlow.js on WASM: its .wasm file could not be read. " +
        "Run deno with --allow-read (or -A); in a notebook restart the kernel.",
    );
  }
  const simd = await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT");
  if (simd !== true) {
    throw new Error(
      "Cannot start TensorFlow.js on WASM with SIMD: this processor or Deno has no 128-bit WASM " +
        `SIMD (${Deno.build.target}, V8 ${Deno.version.v8}). Use a 64-bit machine and a current Deno.`,
    );
  }
  const { deno, v8, typescript } = Deno.version;
  const versions = { tfjs: tf.version.tfjs, wasm: version_wasm, deno, v8, typescript };
  return { backend: "wasm", simd: true, versions };
}
