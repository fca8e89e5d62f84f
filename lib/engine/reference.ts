/** The readable engine: TensorFlow.js operations, one after another. */

import * as tf from "../tf.ts";
import type { Batch } from "../data/batches.ts";
import type { Split } from "../data/dataset.ts";
import type { LogitsOptions, Model } from "../model/model.ts";
import type { G } from "../model/g.ts";
import type { Engine, EngineOptions, EngineState, Found, PassOptions } from "./engine.ts";
import type { Progress } from "./progress.ts";
import { EvaluationSet } from "./evaluate.ts";
import type { Inspection } from "./failure.ts";
import { dropoutMasks } from "./masks.ts";
import { gradients, meanAbs, normed, penalised, trainable } from "./objective.ts";
import type { Optimizer } from "./optimizer.ts";
import { type Changing, loadState, saveState } from "./state.ts";

/** Trains any {@linkcode Model}. Faster engines are tested against it. */
export class ReferenceEngine implements Engine {
  readonly kernels: string;
  readonly #options: EngineOptions<Model>;
  readonly #optimizer: Optimizer;
  readonly #kept: Kept = { gradients: {}, sets: new Map() };

  /** @param why reason for not using the fused kernels, if they were asked for */
  constructor(options: EngineOptions<Model>, why?: string) {
    this.kernels = why === undefined ? "reference" : `reference: ${why}`;
    this.#options = options;
    this.#optimizer = options.optimizer.make(Object.values(trainable(options.net)));
    dropped.register(this, { kept: this.#kept, optimizer: this.#optimizer }, this);
  }

  /** See {@linkcode Engine}. */
  pass(batch: Batch, options: PassOptions): Found {
    const { net, logEpsilon } = this.#options;
    release(this.#kept);
    return tf.tidy(() => {
      const { x, labels } = this.#tensors(batch);
      const { crossEntropy: ce, gradients: found, predictions } = gradients(
        net,
        x,
        labels,
        this.#logitsOptions(batch, options),
        logEpsilon,
      );
      if (options.training) this.#kept.gradients = found;
      for (const gradient of Object.values(this.#kept.gradients)) tf.keep(gradient);
      const norms = [normed(net), net.normed.flatMap((name) => found[name] ?? [])].map((w) =>
        meanAbs(...w)
      );
      const [crossEntropy = NaN, weightNorm = NaN, gradientNorm = NaN] = tf.stack([ce, ...norms])
        .dataSync<"float32">();
      return { crossEntropy, weightNorm, gradientNorm, predictions };
    });
  }

  /** See {@linkcode Engine}. */
  update(progress: Progress, learningRate: number): void {
    const { net, l1 } = this.#options;
    tf.tidy(() =>
      this.#optimizer.step(penalised(net, this.#kept.gradients, l1), learningRate, progress)
    );
    release(this.#kept);
  }

  /** See {@linkcode Engine}. */
  classify(split: Split, g: G): Uint8Array {
    const { net, data } = this.#options, { sets } = this.#kept;
    const set = sets.get(split) ?? new EvaluationSet(split, data.inputs);
    sets.set(split, set);
    return set.classify((x) => net.logits(x, { g }));
  }

  /** See {@linkcode Engine}. */
  inspect(batch: Batch, options: PassOptions): Inspection {
    const { net, logEpsilon } = this.#options;
    return {
      parameters: Object.entries(net.variables)
        .map(([name, variable]) => [name, variable.dataSync<"float32">()] as const),
      logits: () =>
        tf.tidy(() =>
          net.logits(this.#tensors(batch).x, this.#logitsOptions(batch, options))
            .dataSync<"float32">()
        ),
      classes: net.classes,
      logEpsilon,
    };
  }

  /** See {@linkcode Engine}. */
  save(): EngineState {
    return saveState(this.#changing());
  }

  /** See {@linkcode Engine}. */
  load(state: EngineState): void {
    loadState(this.#changing(), state);
  }

  /** See {@linkcode Engine}. */
  dispose(): void {
    dropped.unregister(this);
    free({ kept: this.#kept, optimizer: this.#optimizer });
  }

  #changing(): Changing {
    const { net, optimizer: { name } } = this.#options;
    return { net, optimizer: this.#optimizer, name };
  }

  #logitsOptions({ labels }: Batch, { g, training }: PassOptions): LogitsOptions {
    if (!training) return { g };
    const masks = dropoutMasks(this.#options.net, labels.length, training);
    return { g, training: true, ...(masks && { masks }) };
  }

  #tensors({ images, labels }: Batch) {
    const { net, data } = this.#options;
    return {
      x: tf.tensor2d(images, [labels.length, data.inputs]),
      labels: tf.oneHot(tf.tensor1d(labels, "int32"), net.classes),
    };
  }
}

/** Tensors that an engine keeps between calls. */
interface Kept {
  /** Gradients of the last pass, by the names of the variables. */
  gradients: Readonly<Record<string, tf.Tensor>>;
  readonly sets: Map<Split, EvaluationSet>;
}

function release(kept: Kept): void {
  tf.dispose(Object.values(kept.gradients));
  kept.gradients = {};
}

function free({ kept, optimizer }: { readonly kept: Kept; readonly optimizer: Optimizer }): void {
  release(kept);
  for (const set of kept.sets.values()) set.dispose();
  kept.sets.clear();
  optimizer.dispose();
}

// Frees the tensors of engines that are garbage-collected without dispose().
const dropped = new FinalizationRegistry(free);
