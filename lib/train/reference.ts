/** The readable way through a training step: one TensorFlow.js operation after another. */

import * as tf from "@tensorflow/tfjs";
import type { Batch } from "../data/batches.ts";
import { Random, streams } from "../random.ts";
import { Adam } from "./adam.ts";
import type { Engine, EngineOptions, Norms, StepAt } from "./engine.ts";
import { accuracy, classesOf, type Evaluation, EvaluationSet } from "./evaluate.ts";
import { type Gradients, gradients, meanAbs, penalised } from "./objective.ts";

/** The oracle: what every faster engine is held to. */
export class ReferenceEngine implements Engine {
  readonly kernels: string;
  readonly #options: EngineOptions;
  readonly #adam: Adam;
  #testSet: EvaluationSet | undefined;

  /** @param why it is not the fused one, where that was asked for */
  constructor(options: EngineOptions, why?: string) {
    this.kernels = why === undefined ? "reference" : `reference: ${why}`;
    this.#options = options;
    this.#adam = new Adam(Object.values(options.net.variables) as tf.Variable[]);
  }

  /** See {@linkcode Engine}. */
  train<T>(batch: Batch, { iter, g, learningRate }: StepAt, describe: (norms: Norms) => T): T {
    const { net, l1 } = this.#options;
    let described: T;
    tf.tidy(() => {
      const { x, labels } = this.#tensors(batch);
      const masks = this.#masks(x.shape[0], iter);
      const found = gradients(net, x, labels, masks ? { g, masks } : { g });
      described = describe(this.#norms(found)); // in full, before anything changes
      this.#adam.step(penalised(found, net.variables, l1), learningRate);
    });
    return described!;
  }

  /** See {@linkcode Engine}. */
  measure(batch: Batch, g: number): Norms & { readonly accuracy: number } {
    const { net } = this.#options;
    return tf.tidy(() => {
      const { x, labels } = this.#tensors(batch);
      const norms = this.#norms(gradients(net, x, labels, { g }));
      return { ...norms, accuracy: accuracy(classesOf(net.logits(x, { g })), batch.labels) };
    });
  }

  /** See {@linkcode Engine}. */
  evaluate(g: number): Evaluation {
    const { net, data } = this.#options;
    this.#testSet ??= new EvaluationSet(data.test, data.inputs);
    return this.#testSet.evaluate(net, g);
  }

  /** See {@linkcode Engine}. */
  dispose(): void {
    this.#adam.dispose();
    this.#testSet?.dispose();
    this.#testSet = undefined;
  }

  #tensors({ images, labels }: Batch) {
    const { net, data } = this.#options;
    return {
      x: tf.tensor2d(images, [labels.length, data.inputs]),
      labels: tf.oneHot(tf.tensor1d(labels, "int32"), net.classes),
    };
  }

  #masks(batchSize: number, iter: number): tf.Tensor2D[] | undefined {
    const { net, keep, seed } = this.#options;
    if (keep === 1) return undefined;
    const shape: [number, number] = [batchSize, net.width];
    const random = new Random(seed, streams.dropout + iter);
    return Array.from(
      { length: net.depth - 1 },
      () => tf.tensor2d(random.dropoutMask(new Float32Array(shape[0] * shape[1]), keep), shape),
    );
  }

  #norms({ crossEntropy: ce, hiddenW }: Gradients): Norms {
    const scalars = [ce, meanAbs(this.#options.net.variables.hiddenW), meanAbs(hiddenW)];
    const [crossEntropy = NaN, weightNorm = NaN, gradientNorm = NaN] = tf.stack(scalars)
      .dataSync<"float32">();
    return { crossEntropy, weightNorm, gradientNorm };
  }
}
