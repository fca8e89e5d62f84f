/** The evaluation of one chunk of images, the same on every thread. */

import { EVALUATION_CHUNK, type Layout } from "./layout.ts";
import { argMax, type Logits } from "./softmax.ts";

/** The kernels that {@linkcode classifier} needs. */
export interface EvaluationKernel {
  /** Makes floats from `to` to `end` of bytes at `from`; see unpack.ts. */
  unpack(from: number, to: number, end: number): void;
  /** Forward of `rows` images, floats at address `images`, keeping nothing but the logits. */
  evaluate(images: number, rows: number): void;
}

/** The logits in the memory of a layout. */
export function logitsOf(layout: Layout, memory: WebAssembly.Memory): Logits {
  return {
    values: new Float32Array(memory.buffer, layout.at("logits")),
    stride: layout.stride.classes,
    classes: layout.sizes.classes,
  };
}

/**
 * A function (chunk, predictions) that writes the classes of a chunk of the loaded images to where
 * they belong in `predictions`, which has one for each of them.
 */
export function classifier(
  layout: Layout,
  logits: Logits,
  kernel: EvaluationKernel,
): (chunk: number, predictions: Uint8Array) => void {
  const { inputs } = layout.sizes;
  const floats = layout.at("chunk"), pixels = layout.at("testPixels");
  return (chunk, predictions) => {
    const from = chunk * EVALUATION_CHUNK;
    const rows = Math.min(EVALUATION_CHUNK, predictions.length - from);
    kernel.unpack(pixels + from * inputs, floats, floats + rows * inputs * 4);
    kernel.evaluate(floats, rows);
    argMax(logits, rows, predictions.subarray(from, from + rows));
  };
}
