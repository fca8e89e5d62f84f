/**
 * The fast form of a GradNet's training step and evaluation, on WebAssembly with SIMD.
 *
 * Why a generator: V8 checks the bounds of every load whose address it does not know, which costs
 * 40 % of the speed of a matrix product, and it knows only constant addresses. So the module is
 * assembled when a trainer is made, for its sizes, with the addresses as constants. That takes 10 to
 * 50 ms, needs no compiler beside the assembler here (assembler.ts, module.ts), and keeps binaries
 * out of the repository. Rows are padded to a multiple of four, so that kernels need no tails.
 *
 * The module has a memory of its own, not that of TensorFlow.js: its size is known from the start, no
 * other heap can be damaged, and readers of the parameters would get copies in either case.
 */

import { at } from "../../at.ts";
import { type G, gOfLayers } from "../../model/g.ts";
import { adamKernel } from "./adam.ts";
import { assemble, type Kernels } from "./assemble.ts";
import { logitsOf } from "./classifier.ts";
import { dropout } from "./dropout.ts";
import { Evaluator } from "./evaluator.ts";
import { isGated, layers } from "./layers.ts";
import { EVALUATION_CHUNK, Layout } from "./layout.ts";
import { allocate } from "./memory.ts";
import type { Dropout, FusedOptions, PassResult } from "./options.ts";
import { ParameterStore } from "./parameter_store.ts";
import type { ParameterName } from "./parameters.ts";
import { SecondThread } from "./second_thread.ts";
import { sigmoidConstants } from "./sigmoid.ts";
import { argMax, type Logits, softmaxCrossEntropy } from "./softmax.ts";
import { hasRelaxedSimd } from "./support.ts";
import type { RuleKernel } from "./rule_kernel.ts";

/** Moments of the update rule. */
export type Moment = "m" | "v";

/**
 * The parameters, moments and activations of a GradNet, and the kernels that compute with them. It
 * takes and returns plain numbers, not tensors or schedules.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { FusedNet } from "gradnets/engine/fused/fused.ts";
 *
 * const sizes = { batch: 2, inputs: 3, width: 5, hidden: 1, classes: 2, images: 0 };
 * const net = new FusedNet({ ...sizes, layer: "plain" }); // all parameters are 0
 * const { crossEntropy, predictions } = net.pass(new Float32Array(6), new Uint8Array(2), 1);
 * assertAlmostEquals(crossEntropy, 2 * Math.log(2), 1e-6);
 * assertEquals(predictions, new Uint8Array([0, 0]));
 * ```
 */
export class FusedNet {
  readonly layout: Layout;
  /** Whether the module uses the multiply-add of relaxed SIMD. */
  readonly relaxed: boolean;
  readonly memory: WebAssembly.Memory;
  /** The second thread, where one was asked for and there is something to share. */
  readonly secondThread: SecondThread | undefined;
  /** The update rule. */
  readonly rule: RuleKernel;
  readonly #kernels: Kernels;
  readonly #parameters: ParameterStore;
  readonly #evaluator: Evaluator;
  readonly #logits: Logits;
  readonly #logEpsilon: number;
  /** Steps of the update rule so far. */
  t = 0;

  /**
   * Assembles and compiles; every parameter is 0.
   *
   * @throws {RangeError} if the net needs more memory than there is
   */
  constructor(options: FusedOptions) {
    const { layer, relaxed = hasRelaxedSimd(), startThread, rule = adamKernel(), ...rest } =
      options;
    const { logEpsilon = 1e-9, ...given } = rest;
    const sizes = { ...given, gates: isGated(layers[layer]) };
    const shared = startThread !== undefined && sizes.images > EVALUATION_CHUNK;
    const layout = new Layout(sizes), memory = allocate(layout, shared);
    const module = new WebAssembly.Module(assemble(layout, layer, relaxed, shared, rule));
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    const kernels = exports as unknown as Kernels;
    this.layout = layout;
    this.relaxed = relaxed;
    this.memory = memory;
    if (shared) {
      this.secondThread = new SecondThread(startThread, { sizes, layer, relaxed, memory });
    }
    this.#kernels = kernels;
    this.rule = rule;
    this.#logEpsilon = logEpsilon;
    this.#logits = logitsOf(layout, memory);
    this.#parameters = new ParameterStore(layout, memory, kernels.publish);
    this.#evaluator = new Evaluator(layout, memory, this.#logits, kernels, this.secondThread);
    if (sizes.gates) this.#floats("constants", sigmoidConstants.length).set(sigmoidConstants);
  }

  /**
   * Takes the values of a parameter from outside, or its moments, without padding.
   *
   * @throws {RangeError} if there are not as many as it has, or it is the gates' and there are none
   */
  load(name: ParameterName, values: Float32Array, block: "weights" | Moment = "weights"): void {
    const { rows, columns } = this.layout.matrix(name);
    expect(name, values, rows * columns);
    this.#parameters.load(name, values, block);
  }

  /** Copies the moments of a parameter, without padding. */
  moment(name: ParameterName, moment: Moment): Float32Array {
    return this.#parameters.copy(name, moment);
  }

  /** The gradient that the last {@linkcode pass} found for a parameter, without padding. */
  gradient(name: ParameterName): Float32Array {
    return this.#parameters.copy(name, "gradients");
  }

  /**
   * Runs forward and backward over a batch. Changes no parameter.
   *
   * @param images [batch, inputs], as floats, or as bytes that stand for pixel / 255
   * @param labels [batch]
   * @param g share of the late architecture: one for all hidden layers, or one for each
   * @param masks dropout. Default: none
   * @throws {RangeError} if images, labels or g have the wrong length
   */
  pass(images: Float32Array | Uint8Array, labels: Uint8Array, g: G, masks?: Dropout): PassResult {
    const { layout, memory: { buffer } } = this, { sizes, matrices } = layout;
    expect("labels", labels, sizes.batch);
    this.#forward(images, g, masks);
    const predictions = argMax(this.#logits, sizes.batch);
    const lastB = new Float32Array(buffer, layout.parameter("lastB", "gradients"), sizes.classes);
    const crossEntropy = softmaxCrossEntropy(this.#logits, labels, lastB, this.#logEpsilon);
    this.#kernels.backward();
    const { rows, columns } = matrices.hiddenW;
    const sums = new DataView(buffer, layout.at("sums"));
    const mean = (sum: 0 | 1) => sums.getFloat64(8 * sum, true) / (rows * columns);
    return { crossEntropy, weightNorm: mean(0), gradientNorm: mean(1), predictions };
  }

  /** Logits of one batch, [batch, classes]: forward only. The parameters are as {@linkcode pass}'s. */
  logits(images: Float32Array | Uint8Array, g: G, masks?: Dropout): Float32Array {
    this.#forward(images, g, masks);
    const { values, stride, classes } = this.#logits, { batch } = this.layout.sizes;
    return Float32Array.from(
      { length: batch * classes },
      (_, i) => at(values, Math.floor(i / classes) * stride + i % classes),
    );
  }

  #forward(images: Float32Array | Uint8Array, g: G, masks?: Dropout): void {
    const { sizes } = this.layout;
    expect("images", images, sizes.batch * sizes.inputs);
    this.#turn(g);
    this.#takeBatch(images);
    if (masks && masks.keep < 1) {
      const { key1, key2, limit, scale } = dropout(masks.seed, masks.stream, masks.keep);
      this.#kernels.train(key1, key2, limit, scale);
    } else this.#kernels.measure();
  }

  /**
   * Makes one step of the update rule with the gradients of the last {@linkcode pass} and of
   * l1 · mean|hidden weights|.
   */
  update(learningRate: number, l1: number): void {
    const { weights } = this.layout.blocks;
    const { rows, columns, size } = this.layout.matrices.hiddenW;
    const rate = this.rule.rate(learningRate, ++this.t);
    const hidden = this.layout.parameter("hiddenW");
    this.#kernels.update(weights.at, hidden, rate, 0);
    this.#kernels.update(hidden, hidden + size, rate, l1 / (rows * columns));
    this.#kernels.update(hidden + size, weights.at + weights.size, rate, 0);
    this.#parameters.changed();
  }

  /** The values of a parameter, without padding; to be copied before the next call of anything. */
  parameter(name: ParameterName): Float32Array {
    return this.#parameters.parameter(name);
  }

  /**
   * Takes the images that {@linkcode evaluate} classifies, [count, inputs], bytes that stand for
   * pixel / 255: as many as `images` of the options says, or less.
   *
   * @throws {RangeError} if there are more than there is room for, or a part of one
   */
  loadImages(images: Uint8Array): void {
    this.#evaluator.load(images);
  }

  /**
   * The class of each of the images that are loaded, without dropout; the same with one thread or
   * two.
   *
   * @throws {RangeError} if g is a list of another length than the hidden layers
   */
  evaluate(g: G): Uint8Array {
    this.#turn(g);
    return this.#evaluator.evaluate();
  }

  /** Ends the second thread. The memory goes with the last reference. */
  dispose(): void {
    this.secondThread?.dispose();
  }

  /** Sets g of each hidden layer. */
  #turn(g: G): void {
    const { hidden } = this.layout.sizes;
    this.#floats("g", hidden).set(gOfLayers(g, hidden));
  }

  #takeBatch(images: Float32Array | Uint8Array): void {
    const { length } = images, to = this.layout.at("images"), from = this.layout.at("pixels");
    if (images instanceof Float32Array) return this.#floats("images", length).set(images);
    new Uint8Array(this.memory.buffer, from, length).set(images);
    this.#kernels.unpack(from, to, to + length * 4);
  }

  #floats(region: string, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, this.layout.at(region), length);
  }
}

// Values of the wrong length would overwrite other regions.
function expect(what: string, { length }: ArrayLike<number>, expected: number): void {
  if (length !== expected) {
    throw new RangeError(
      `Cannot take ${length} values as ${what}: these kernels are made for ${expected}`,
    );
  }
}
