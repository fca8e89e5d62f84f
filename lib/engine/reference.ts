/** The readable way through a training step: one TensorFlow.js operation after another. */

import * as tf from "@tensorflow/tfjs";
import type { Batch } from "../data/batches.ts";
import type { Engine, EngineOptions, Norms, StepAt } from "./engine.ts";
import type { Share } from "../model/share.ts";
import { accuracy, classesOf, type Evaluation, EvaluationSet } from "./evaluate.ts";
import { dropoutMasks } from "./masks.ts";
import { type Gradients, gradients, meanAbs, penalised } from "./objective.ts";
import type { Optimizer } from "./optimizer.ts";

/** The oracle: what every faster engine is held to. */
export class ReferenceEngine implements Engine {
  readonly kernels: string;
  readonly #options: EngineOptions;
  readonly #optimizer: Optimizer;
  #testSet: EvaluationSet | undefined;

  /** @param why it is not the fused one, where that was asked for */
  constructor(options: EngineOptions, why?: string) {
    this.kernels = why === undefined ? "reference" : `reference: ${why}`;
    this.#options = options;
    this.#optimizer = options.optimizer.make(Object.values(options.net.variables) as tf.Variable[]);
  }

  /** See {@linkcode Engine}. */
  train<T>(batch: Batch, at: StepAt, describe: (norms: Norms) => T): T {
    const { net, seed, l1, logEpsilon } = this.#options;
    const { g, learningRate } = at;
    let described: T;
    tf.tidy(() => {
      const { x, labels } = this.#tensors(batch);
      const masks = dropoutMasks(net, x.shape[0], { seed, ...at });
      const found = gradients(net, x, labels, masks ? { g, masks } : { g }, logEpsilon);
      described = describe(this.#norms(found)); // in full, before anything changes
      this.#optimizer.step(penalised(found, net.variables, l1), learningRate, at);
    });
    return described!;
  }

  /** See {@linkcode Engine}. */
  measure(batch: Batch, g: Share): Norms & { readonly accuracy: number } {
    const { net, logEpsilon } = this.#options;
    return tf.tidy(() => {
      const { x, labels } = this.#tensors(batch);
      const norms = this.#norms(gradients(net, x, labels, { g }, logEpsilon));
      return { ...norms, accuracy: accuracy(classesOf(net.logits(x, { g })), batch.labels) };
    });
  }

  /** See {@linkcode Engine}. */
  evaluate(g: Share): Evaluation {
    const { net, data } = this.#options;
    this.#testSet ??= new EvaluationSet(data.test, data.inputs);
    return this.#testSet.evaluate(net, g);
  }

  /** See {@linkcode Engine}. */
  dispose(): void {
    this.#optimizer.dispose();
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

  #norms({ crossEntropy: ce, hiddenW }: Gradients): Norms {
    const scalars = [ce, meanAbs(this.#options.net.variables.hiddenW), meanAbs(hiddenW)];
    const [crossEntropy = NaN, weightNorm = NaN, gradientNorm = NaN] = tf.stack(scalars)
      .dataSync<"float32">();
    return { crossEntropy, weightNorm, gradientNorm };
  }
}
