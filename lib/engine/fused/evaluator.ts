/** The images that a fused net classifies, and their classes. */

import { classifier, type EvaluationKernel } from "./classifier.ts";
import { EVALUATION_CHUNK, type Layout } from "./layout.ts";
import type { SecondThread } from "./second_thread.ts";
import type { Logits } from "./softmax.ts";

/** Classifies images, on one thread or two. */
export class Evaluator {
  readonly #layout: Layout;
  readonly #memory: WebAssembly.Memory;
  readonly #classify: ReturnType<typeof classifier>;
  readonly #second: SecondThread | undefined;
  #loaded = 0;

  /** @param second another thread that classifies; none: this one alone */
  constructor(
    layout: Layout,
    memory: WebAssembly.Memory,
    logits: Logits,
    kernel: EvaluationKernel,
    second?: SecondThread,
  ) {
    this.#layout = layout;
    this.#memory = memory;
    this.#classify = classifier(layout, logits, kernel);
    this.#second = second;
  }

  /**
   * Takes images in the place of those it had, [count, inputs].
   *
   * @throws {RangeError} if there are more than there is room for, or a part of one
   */
  load(images: Uint8Array): void {
    const { images: max, inputs } = this.#layout.sizes, { length } = images;
    if (length > max * inputs || length % inputs) {
      throw new RangeError(
        `Cannot take ${length} values as images: these kernels are made for at most ` +
          `${max} of ${inputs} each`,
      );
    }
    new Uint8Array(this.#memory.buffer).set(images, this.#layout.at("testPixels"));
    this.#loaded = length / inputs;
  }

  /** The class of each image. */
  evaluate(): Uint8Array {
    const predictions = new Uint8Array(this.#loaded);
    const classify = (chunk: number) => this.#classify(chunk, predictions);
    if (this.#second) this.#second.evaluate(classify, predictions);
    else for (let i = 0; i * EVALUATION_CHUNK < this.#loaded; i++) classify(i);
    return predictions;
  }
}
