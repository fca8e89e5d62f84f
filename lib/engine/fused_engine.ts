/** The fast way through a training step: the fused kernels, behind ordinary variables. */

import * as tf from "@tensorflow/tfjs";
import type { Batch } from "../data/batches.ts";
import { FusedNet } from "./fused/fused.ts";
import { hasKernels } from "./fused/layers.ts";
import type { ParameterName } from "./fused/parameters.ts";
import type { SecondThread } from "./fused/second_thread.ts";
import type { Share } from "../model/share.ts";
import { streams } from "../random.ts";
import type { Engine, EngineOptions, Norms, StepAt } from "./engine.ts";
import { accuracy, type Evaluation } from "./evaluate.ts";
import { isDue, postpone, settle } from "./lazy.ts";
import { startThread } from "./thread.ts";

// Test images from which on a second thread is worth its start: 10 ms on one, as here measured.
const WORTH_A_THREAD = 2000;

/**
 * Computes in the kernels' memory. The net's variables are right whenever anybody looks: they are
 * assigned fresh tensors before they are read, and one that was assigned from outside is taken over
 * before it is used.
 */
export class FusedEngine implements Engine {
  readonly #options: EngineOptions;
  // What a variable held when both sides were the same.
  readonly #known = new Map<string, unknown>();
  readonly #variables: readonly (readonly [ParameterName, tf.Variable])[];
  // For each parameter what hands it out.
  readonly #assign: Readonly<Record<ParameterName, () => void>>;
  #fused: FusedNet | undefined;
  readonly #relaxed: boolean;
  readonly #secondThread: SecondThread | undefined;
  #imagesLoaded = false;

  /** @throws {RangeError} if there are no kernels for the layers, or no memory for nets of that size */
  constructor(options: EngineOptions) {
    const { net, data, batchSize, logEpsilon, optimizer: { fused: rule } } = options;
    const { inputs, width, hidden, classes, layer } = net;
    if (!hasKernels(layer)) throw new RangeError(`there are none for "${layer}" layers`);
    const images = data.test.count;
    const cores = navigator.hardwareConcurrency;
    const { threads = cores > 1 && images >= WORTH_A_THREAD ? 2 : 1 } = options;
    this.#options = options;
    this.#fused = new FusedNet({
      batch: batchSize,
      inputs,
      width,
      hidden,
      classes,
      images,
      layer,
      logEpsilon,
      ...(threads > 1 && { startThread }),
      ...(rule && { rule }),
    });
    this.#relaxed = this.#fused.relaxed;
    this.#secondThread = this.#fused.secondThread;
    this.#variables = this.#fused.layout.names.map((name) => [name, net.variables[name]!]);
    this.#assign = Object.fromEntries(
      this.#variables.map(([name, variable]) => [name, () => this.#handOut(name, variable)]),
    ) as Record<ParameterName, () => void>;
  }

  /** See {@linkcode Engine}. */
  get kernels(): string {
    const kernels = this.#relaxed ? "fused (relaxed SIMD)" : "fused (SIMD)";
    if (!this.#secondThread) return kernels;
    const { failure } = this.#secondThread;
    if (failure === undefined) return `${kernels}, evaluation on 2 threads`;
    return `${kernels}, evaluation on 1 thread, without a second: ${failure}`;
  }

  /** See {@linkcode Engine}. */
  train<T>(
    batch: Batch,
    { iter, g, learningRate, keep }: StepAt,
    describe: (norms: Norms) => T,
  ): T {
    const { seed, l1 } = this.#options;
    const fused = this.#current();
    const masks = { seed, stream: streams.dropout + iter, keep };
    const { predictions: _, ...norms } = fused.pass(batch.pixels, batch.labels, g, masks);
    const described = describe(norms); // in full, before anything changes
    fused.update(learningRate, l1);
    for (const [name, variable] of this.#variables) postpone(variable, this.#assign[name]);
    return described;
  }

  /** See {@linkcode Engine}. */
  measure({ pixels, labels }: Batch, g: Share): Norms & { readonly accuracy: number } {
    const { predictions, ...norms } = this.#current().pass(pixels, labels, g);
    return { ...norms, accuracy: accuracy(predictions, labels) };
  }

  /** See {@linkcode Engine}. */
  evaluate(g: Share): Evaluation {
    const { test } = this.#options.data;
    const fused = this.#current();
    if (!this.#imagesLoaded) fused.loadImages(test.images);
    this.#imagesLoaded = true;
    const predictions = fused.evaluate(g);
    return { accuracy: accuracy(predictions, test.labels), predictions };
  }

  /** See {@linkcode Engine}. */
  dispose(): void {
    for (const [name, variable] of this.#variables) {
      if (isDue(variable, this.#assign[name])) settle(variable);
    }
    this.#fused?.dispose();
    this.#fused = undefined; // the memory goes with it
  }

  #handOut(name: ParameterName, variable: tf.Variable): void {
    const values = this.#fused!.parameter(name);
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
    this.#known.set(name, variable.dataId);
  }

  /** The kernels, with the parameters that the net has now. */
  #current(): FusedNet {
    const fused = this.#fused;
    if (!fused) throw new Error("This trainer was disposed of: make a new one to train on");
    for (const [name, variable] of this.#variables) {
      if (variable.isDisposed) {
        throw new Error(`The net was disposed of: its ${name} cannot be trained any more`);
      }
      if (isDue(variable, this.#assign[name])) continue; // nobody has looked: it is as it was here
      if (this.#known.get(name) === variable.dataId) continue;
      fused.load(name, variable.dataSync<"float32">());
      this.#known.set(name, variable.dataId);
    }
    return fused;
  }
}
