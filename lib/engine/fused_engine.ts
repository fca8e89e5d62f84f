/** The fast engine: fused kernels, with or without TensorFlow.js. */

import type { Batch } from "../data/batches.ts";
import type { Split } from "../data/dataset.ts";
import type { Architecture } from "../model/architecture.ts";
import type { G } from "../model/g.ts";
import { streams } from "../random.ts";
import type { Engine, EngineOptions, EngineState, Found, PassOptions } from "./engine.ts";
import type { Progress } from "./progress.ts";
import type { Inspection } from "./failure.ts";
import { FusedNet } from "./fused/fused.ts";
import { hasKernels } from "./fused/layers.ts";
import type { Dropout } from "./fused/options.ts";
import type { ParameterName } from "./fused/parameters.ts";
import type { SecondThread } from "./fused/second_thread.ts";
import { loadState, saveState } from "./fused/state.ts";
import { hasSimd } from "./fused/support.ts";
import type { StartThread } from "./fused/thread_task.ts";

/** The copy of a net's parameters outside the kernels' memory. */
export interface Home {
  /** Yields the parameters that changed since the kernels took them; at first, all. */
  changes(): Iterable<readonly [name: string, values: Float32Array]>;
  /** Notes that the kernels changed all parameters; `read` gets the values of one, without padding. */
  changed(read: (name: string) => Float32Array): void;
  /** Takes the values a last time. */
  dispose(): void;
}

/** Options of {@linkcode FusedEngine} beside those of every engine. */
export interface FusedEngineOptions {
  /** Home of the parameters. Default: drawn from the net's seed and kept in the kernels. */
  readonly home?: Home;
  /**
   * Use the multiply-add of relaxed SIMD, which rounds once instead of twice. Default: where the
   * runtime has it. With `false` the same seed gives the same numbers in every runtime, to the last
   * bit.
   */
  readonly relaxed?: boolean;
  /**
   * Starts a second thread for evaluation. Default: one thread.
   *
   * @internal
   */
  readonly startThread?: StartThread;
}

// Images that make a second thread worth its start: 10 ms on one thread, measured.
const WORTH_A_THREAD = 2000;

/** Explains why the fused kernels cannot train a net; undefined if they can. */
export function whyNotFused(
  { net, optimizer }: Pick<EngineOptions<Architecture>, "net" | "optimizer">,
): string | undefined {
  if (!hasKernels(net.layer)) return `there is no fused kernel for "${net.layer}" layers`;
  if (!optimizer.rule) return `there is no fused kernel for the optimizer "${optimizer.name}"`;
  if (!hasSimd()) return "this engine has no WebAssembly SIMD";
}

/**
 * Trains a net in the kernels' memory.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { adam, Architecture, drawnDataset, FusedEngine, Trainer } from "gradnets/core";
 *
 * const net = new Architecture({ depth: 5, width: 16 });
 * const data = drawnDataset({ train: 200, validation: 10, test: 100 });
 * const trainer = new Trainer({ net, data, g: 0.5, engine: (options) => new FusedEngine(options) });
 * const [first, ...others] = Array.from({ length: 20 }, () => trainer.step().loss);
 * assert(others.at(-1)! < first!);
 * trainer.dispose();
 * ```
 */
export class FusedEngine implements Engine {
  readonly #options: EngineOptions<Architecture>;
  readonly #home: Home;
  #fused: FusedNet | undefined;
  readonly #relaxed: boolean;
  readonly #secondThread: SecondThread | undefined;
  #loaded: Split | undefined;
  readonly #read = (name: string): Float32Array => {
    const fused = this.#kernels();
    return fused.parameter(known(fused, name));
  };

  /**
   * Assembles the kernels for the sizes of the net.
   *
   * @throws {RangeError} if there are no kernels for the layers or the optimizer, or too little
   *   memory
   */
  constructor(
    options: EngineOptions<Architecture>,
    { home = new SeedHome(options.net), relaxed, startThread }: FusedEngineOptions = {},
  ) {
    const { net, data, batchSize, logEpsilon, optimizer: { rule } } = options;
    const { inputs, width, hidden, classes, layer } = net;
    const why = whyNotFused(options);
    if (why !== undefined || !hasKernels(layer) || !rule) throw new RangeError(why);
    const images = Math.max(data.test.count, data.validation.count);
    const cores = globalThis.navigator?.hardwareConcurrency ?? 1;
    const { threads = cores > 1 && images >= WORTH_A_THREAD ? 2 : 1 } = options;
    this.#options = options;
    this.#home = home;
    this.#fused = new FusedNet({
      batch: batchSize,
      inputs,
      width,
      hidden,
      classes,
      images,
      layer,
      logEpsilon,
      rule,
      ...(relaxed !== undefined && { relaxed }),
      ...(threads > 1 && startThread && { startThread }),
    });
    this.#relaxed = this.#fused.relaxed;
    this.#secondThread = this.#fused.secondThread;
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
  pass({ pixels, labels }: Batch, { g, training }: PassOptions): Found {
    return this.#current().pass(pixels, labels, g, training && masks(training));
  }

  /** See {@linkcode Engine}. */
  update(_at: Progress, learningRate: number): void {
    this.#kernels().update(learningRate, this.#options.l1); // the pass took what had changed
    this.#home.changed(this.#read);
  }

  /** See {@linkcode Engine}. */
  classify(split: Split, g: G): Uint8Array {
    const fused = this.#current();
    const { images: room } = fused.layout.sizes, { inputs } = this.#options.net;
    if (split.count > room) return this.#classifyParts(fused, split, room * inputs, g);
    if (this.#loaded !== split) fused.loadImages(split.images);
    this.#loaded = split;
    return fused.evaluate(g);
  }

  /** See {@linkcode Engine}. */
  inspect({ pixels }: Batch, { g, training }: PassOptions): Inspection {
    const fused = this.#current(), { net, logEpsilon } = this.#options;
    return {
      parameters: fused.layout.names.map((name) => [name, fused.parameter(name)] as const),
      logits: () => fused.logits(pixels, g, training && masks(training)),
      classes: net.classes,
      logEpsilon,
    };
  }

  /** Copies the values of a parameter, without padding. */
  parameter(name: string): Float32Array {
    const fused = this.#current();
    return fused.parameter(known(fused, name)).slice();
  }

  /** See {@linkcode Engine}. */
  save(): EngineState {
    return saveState(this.#current(), this.#options.net.shapes);
  }

  /** See {@linkcode Engine}. */
  load(state: EngineState): void {
    loadState(this.#current(), state);
    this.#home.changed(this.#read);
  }

  /** See {@linkcode Engine}. */
  dispose(): void {
    this.#home.dispose();
    this.#fused?.dispose();
    this.#fused = undefined; // frees the memory
  }

  /** Classifies a split that is larger than the memory, part by part. */
  #classifyParts(fused: FusedNet, { images, count }: Split, bytes: number, g: G): Uint8Array {
    const classes = new Uint8Array(count);
    for (let from = 0, done = 0; from < images.length; from += bytes) {
      fused.loadImages(images.subarray(from, from + bytes));
      const part = fused.evaluate(g);
      classes.set(part, done);
      done += part.length;
    }
    this.#loaded = undefined;
    return classes;
  }

  /** The kernels, with the current parameters of the net. */
  #current(): FusedNet {
    const fused = this.#kernels();
    for (const [name, values] of this.#home.changes()) fused.load(known(fused, name), values);
    return fused;
  }

  #kernels(): FusedNet {
    if (this.#fused) return this.#fused;
    throw new Error("This trainer was disposed of: make a new one to train on");
  }
}

/** Dropout of a training step. */
function masks({ seed, iter, keep }: Required<PassOptions>["training"]): Dropout {
  return { seed, stream: streams.dropout + iter, keep };
}

/** @throws {RangeError} if the kernels have no such parameter */
function known({ layout }: FusedNet, name: string): ParameterName {
  const found = layout.names.find((known) => known === name);
  if (found !== undefined) return found;
  throw new RangeError(
    `Cannot compute ${name} in the fused kernels: their parameters are ${layout.names.join(", ")}`,
  );
}

/** Draws the parameters from the net's seed; they stay in the kernels. */
class SeedHome implements Home {
  readonly #net: Architecture;
  #loaded = false;

  constructor(net: Architecture) {
    this.#net = net;
  }

  *changes(): Generator<readonly [string, Float32Array], void, void> {
    if (this.#loaded) return;
    this.#loaded = true;
    const parameters = this.#net.initialParameters();
    for (const [name, { values }] of Object.entries(parameters)) yield [name, values];
  }

  changed(): void {}

  dispose(): void {}
}
