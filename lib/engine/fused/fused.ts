/**
 * The fast form of a GradNet's training step and evaluation, on WebAssembly with SIMD.
 *
 * Why a generator: V8 checks the bounds of every load whose address it does not know, which costs
 * 40 % of the speed of a matrix product; it does not know an address that is not a constant. So
 * the module is assembled when a trainer is made, for its sizes, with the addresses in it. That
 * takes 10 to 50 ms, needs no compiler beside the assembler here (assembler.ts, module.ts),
 * and leaves no binary in the repository that could differ from its source: the source is all
 * there is. Nor are tails needed for sizes that are no multiple of four, because rows are padded.
 *
 * The memory is the module's own, not that of TensorFlow.js: its size is known from the start, no
 * heap of anybody else can be damaged, and whoever looks at the parameters would have to be handed
 * copies in either case.
 */

import { type Share, shares } from "../../model/share.ts";
import { adamRate } from "./adam.ts";
import { assemble, type Kernels } from "./assemble.ts";
import { classifier, logitsOf } from "./classifier.ts";
import { dropout } from "./dropout.ts";
import { Helper } from "./helper.ts";
import type { LayerForm } from "./layer.ts";
import { EVALUATION_CHUNK, Layout, type Matrix, type ParameterName, type Sizes } from "./layout.ts";
import { sigmoidConstants } from "./sigmoid.ts";
import { argMax, type Logits, softmaxCrossEntropy } from "./softmax.ts";
import { hasRelaxedSimd } from "./support.ts";
import { defaultRule, type UpdateRule } from "./update.ts";

/** How a {@linkcode FusedNet} is made. */
export interface FusedOptions extends Omit<Sizes, "gates"> {
  readonly layer: LayerForm;
  /** Use the multiply-add of relaxed SIMD. Default: where the engine has it. */
  readonly relaxed?: boolean;
  /** Threads that evaluate; the second one starts with the first evaluation. Default 1. */
  readonly threads?: 1 | 2;
  /** How {@linkcode FusedNet.update} updates. Default: Adam with the paper's constants. */
  readonly rule?: UpdateRule;
  /** ε in log(p + ε), 0 allowed. Default 1e-9. */
  readonly logEpsilon?: number;
  /** What the second thread runs. Default worker.ts. */
  readonly program?: URL;
}

/** Dropout of one pass. */
export interface Masks {
  readonly seed: number;
  /** Of `Random`. */
  readonly stream: number;
  /** Share of units that stay; at 1 there is no dropout. */
  readonly keep: number;
}

/** What one pass over a batch finds. */
export interface Passed {
  /** −Σ log(p + ε), summed over the batch. */
  readonly crossEntropy: number;
  /** Mean of |W| over the hidden weights. */
  readonly weightNorm: number;
  /** Mean of |∂ cross-entropy/∂W| over the hidden weights. */
  readonly gradientNorm: number;
  /** The class given to each image. */
  readonly predictions: Uint8Array;
}

/**
 * The parameters, moments and activations of one GradNet, and what computes with them. It knows
 * neither tensors nor schedules: whoever uses it brings numbers and takes numbers.
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
  /** The second thread, where one was asked for. */
  readonly helper: Helper | undefined;
  readonly #kernels: Kernels;
  readonly #classify: ReturnType<typeof classifier>;
  readonly #floats: Float32Array;
  readonly #bytes: Uint8Array;
  readonly #shares: Float32Array;
  readonly #logits: Logits;
  readonly #sums: Float64Array;
  readonly #rule: UpdateRule;
  readonly #logEpsilon: number;
  #t = 0;
  #published = false;

  /** Assembles and compiles; every parameter is 0. */
  constructor(options: FusedOptions) {
    const { layer, relaxed = hasRelaxedSimd(), threads = 1, program, ...rest } = options;
    const { rule = defaultRule, logEpsilon = 1e-9, ...given } = rest;
    const sizes = { ...given, gates: layer === "highway" };
    this.#rule = rule;
    this.#logEpsilon = logEpsilon;
    const shared = threads > 1 && sizes.images > EVALUATION_CHUNK;
    const layout = new Layout(sizes);
    const { pages } = layout;
    this.layout = layout;
    this.relaxed = relaxed;
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
    const module = new WebAssembly.Module(assemble(layout, layer, relaxed, shared, rule));
    const { exports } = new WebAssembly.Instance(module, { env: { memory: this.memory } });
    this.#kernels = exports as unknown as Kernels;
    this.#floats = new Float32Array(this.memory.buffer);
    this.#bytes = new Uint8Array(this.memory.buffer);
    this.#shares = this.#at(layout.at("shares"), sizes.hidden);
    this.#sums = new Float64Array(this.memory.buffer, layout.at("sums"), 2);
    this.#logits = logitsOf(layout, this.memory);
    if (sizes.gates) this.#floats.set(sigmoidConstants, layout.at("constants") / 4);
    this.#classify = classifier(layout, this.#logits, this.#kernels);
    if (shared) this.helper = new Helper({ sizes, layer, relaxed, memory: this.memory }, program);
  }

  /**
   * Takes the values of a parameter from outside, without padding.
   *
   * @throws {RangeError} if there are not as many as it has, or it is the gates' and there are none
   */
  load(name: ParameterName, values: Float32Array): void {
    const matrix = this.layout.matrix(name);
    expect(name, values, matrix.rows * matrix.columns);
    this.#rows(name, "weights", (padded, dense) => {
      padded.set(values.subarray(dense, dense + matrix.columns));
    });
    this.#published = false;
  }

  /** The gradient that the last {@linkcode pass} found for a parameter, without padding. */
  gradient(name: ParameterName): Float32Array {
    const { rows, columns } = this.layout.matrix(name);
    const values = new Float32Array(rows * columns);
    this.#rows(name, "gradients", (padded, dense) => values.set(padded, dense));
    return values;
  }

  /**
   * Forward and backward over one batch. Changes no parameter.
   *
   * @param images [batch, inputs], as floats, or as bytes that stand for pixel / 255
   * @param labels [batch]
   * @param g share of the late architecture, of all hidden layers or of each
   * @param masks dropout; none: none
   * @throws {RangeError} if images or labels are not as many as a batch has, or g not as the layers
   */
  pass(
    images: Float32Array | Uint8Array,
    labels: Uint8Array,
    g: Share,
    masks?: Masks,
  ): Passed {
    const { sizes, matrices } = this.layout;
    expect("labels", labels, sizes.batch);
    this.#forward(images, g, masks);
    const predictions = argMax(this.#logits, sizes.batch);
    const lastB = this.#at(this.layout.parameter("lastB", "gradients"), sizes.classes);
    const crossEntropy = softmaxCrossEntropy(this.#logits, labels, lastB, this.#logEpsilon);
    this.#kernels.backward();
    const { rows, columns } = matrices.hiddenW;
    const [weightNorm, gradientNorm] = [...this.#sums].map((sum) => sum / (rows * columns));
    return {
      crossEntropy,
      weightNorm: weightNorm!,
      gradientNorm: gradientNorm!,
      predictions,
    };
  }

  /** Logits of one batch, [batch, classes]: forward only. The parameters are as {@linkcode pass}'s. */
  logits(images: Float32Array | Uint8Array, g: Share, masks?: Masks): Float32Array {
    this.#forward(images, g, masks);
    const { values, stride, classes } = this.#logits, { batch } = this.layout.sizes;
    return Float32Array.from(
      { length: batch * classes },
      (_, i) => values[Math.floor(i / classes) * stride + i % classes]!,
    );
  }

  #forward(images: Float32Array | Uint8Array, g: Share, masks?: Masks): void {
    const { sizes } = this.layout;
    expect("images", images, sizes.batch * sizes.inputs);
    this.#shares.set(shares(g, sizes.hidden));
    this.#takeBatch(images);
    if (masks && masks.keep < 1) {
      const { key1, key2, limit, scale } = dropout(masks.seed, masks.stream, masks.keep);
      this.#kernels.train(key1, key2, limit, scale);
    } else this.#kernels.measure();
  }

  /**
   * One step of the net's rule, Adam if it has no other, with the gradients of the last
   * {@linkcode pass} and of l1 · mean|hidden weights|.
   */
  update(learningRate: number, l1: number): void {
    const { weights } = this.layout.blocks;
    const { rows, columns, size } = this.layout.matrices.hiddenW;
    const rule = this.#rule;
    const rate = rule.kind === "adam"
      ? adamRate(learningRate, ++this.#t, rule)
      : learningRate * rule.scale;
    const hidden = this.layout.parameter("hiddenW");
    this.#kernels.update(weights.at, hidden, rate, 0);
    this.#kernels.update(hidden, hidden + size, rate, l1 / (rows * columns));
    this.#kernels.update(hidden + size, weights.at + weights.size, rate, 0);
    this.#published = false;
  }

  /** The values of a parameter, without padding; to be copied before the next call of anything. */
  parameter(name: ParameterName): Float32Array {
    if (!this.#published) this.#kernels.publish();
    this.#published = true;
    const { dense, rows, columns } = this.layout.matrix(name);
    return this.#at(this.layout.at("published") + dense, rows * columns);
  }

  /**
   * Takes the images that {@linkcode evaluate} classifies, [images, inputs], bytes that stand for
   * pixel / 255.
   *
   * @throws {RangeError} if they are not as many as there is room for
   */
  loadImages(images: Uint8Array): void {
    const { sizes } = this.layout;
    expect("images", images, sizes.images * sizes.inputs);
    this.#bytes.set(images, this.layout.at("testPixels"));
  }

  /**
   * The class of each of the images, without dropout; the same with one thread or two.
   *
   * @throws {RangeError} if g is a list, but not of one number for each hidden layer
   */
  evaluate(g: Share): Uint8Array {
    const { images, hidden } = this.layout.sizes;
    this.#shares.set(shares(g, hidden));
    const predictions = new Uint8Array(images);
    const classify = (chunk: number) => this.#classify(chunk, predictions);
    if (this.helper) this.helper.evaluate(classify, predictions);
    else for (let i = 0; i * EVALUATION_CHUNK < images; i++) classify(i);
    return predictions;
  }

  /** Ends the second thread. The memory goes with the last reference. */
  dispose(): void {
    this.helper?.dispose();
  }

  #takeBatch(images: Float32Array | Uint8Array): void {
    const to = this.layout.at("images");
    if (images instanceof Float32Array) return this.#floats.set(images, to / 4);
    const pixels = this.layout.at("pixels");
    this.#bytes.set(images, pixels);
    this.#kernels.unpack(pixels, to, to + images.length * 4);
  }

  #at(address: number, length: number): Float32Array {
    return this.#floats.subarray(address / 4, address / 4 + length);
  }

  /** Calls `each` with every row of a parameter and the index of its first value. */
  #rows(
    name: ParameterName,
    block: "weights" | "gradients",
    each: (padded: Float32Array, dense: number) => void,
  ): void {
    const matrix: Matrix = this.layout.matrix(name);
    const { rows, columns, stride, group, groupRows } = matrix;
    const start = this.layout.parameter(name, block);
    for (let row = 0; row < rows; row++) {
      const place = Math.floor(row / group) * groupRows + row % group;
      each(this.#at(start + place * stride * 4, columns), row * columns);
    }
  }
}

// Values of the wrong size would be written over what lies beside them.
function expect(what: string, { length }: ArrayLike<number>, expected: number): void {
  if (length !== expected) {
    throw new RangeError(
      `Cannot take ${length} values as ${what}: these kernels are made for ${expected}`,
    );
  }
}
