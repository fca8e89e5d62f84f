/**
 * What a GradNet is before anything computes with it: sizes, the kind of its layers, the names,
 * shapes and first values of its parameters. Plain numbers, so that the fused kernels can train it
 * where there is no TensorFlow.js.
 */

import { Random, streams } from "../random.ts";
import { refuseUnknown } from "../validate.ts";
import { checkHiddenInit, type HiddenInit, hiddenWeights } from "./initial.ts";
import { type Layer, type LayerKind, layerKinds, layers } from "./layers.ts";

/** The size and kind of an {@linkcode Architecture}. The defaults are the 2015 notebook's. */
export interface GradNetOptions {
  /** Values an image has. Default 784, 28×28. */
  readonly inputs?: number;
  /** Units of every hidden layer. Default 50. */
  readonly width?: number;
  /** Layers in all: one from the inputs, depth − 2 hidden, one to the classes. Default 50. */
  readonly depth?: number;
  /** Default 10. */
  readonly classes?: number;
  /** The hidden layers: a kind there is, or one of your own. Default "identity-grelu". */
  readonly layer?: LayerKind | Layer;
  /** Seed of the initial weights. Default 1. */
  readonly seed?: number;
  /** Standard deviation of the truncated normal that weights start from. Default 0.1. */
  readonly stddev?: number;
  /** What the biases of all layers start from, those of gates excepted. Default 0. */
  readonly bias?: number;
  /** What the hidden weights start from. Default: what the others start from. */
  readonly hiddenInit?: HiddenInit;
  /**
   * What the gates' biases start from, where layers have gates: negative carries x through. Default
   * −2, where t is about 0.12; the 2015 author's.
   */
  readonly carryBias?: number;
}

const OPTIONS: readonly (keyof GradNetOptions)[] = [
  "inputs",
  "width",
  "depth",
  "classes",
  "layer",
  "seed",
  "stddev",
  "bias",
  "hiddenInit",
  "carryBias",
];

/** A parameter: its shape, and its values row by row. */
export interface Parameter {
  /** Its sizes, outermost first. */
  readonly shape: readonly number[];
  /** Its values, the last index running fastest. */
  readonly values: Float32Array;
}

/** Bytes of training one number: value, gradient, two of Adam's, and the copy that readers get. */
const BYTES = 5 * 4;

/** Bytes that a WebAssembly memory can have, and so the tensors of a net. */
const MEMORY = 2 ** 32;

/**
 * inputs → dense + ReLU → (depth − 2) hidden layers → dense → logits, as sizes and first values.
 *
 * Weights start from a truncated normal, biases from 0, as in the 2015 notebook; see the options for
 * more. `GradNet` is the same with tensors.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Architecture } from "gradnets/model/architecture.ts";
 *
 * const net = new Architecture({ depth: 50, width: 50, layer: "identity-grelu", seed: 1 });
 * assertEquals(net.parameterCount, 162_160);
 * const { hiddenW, lastB } = net.initialParameters();
 * assertEquals([hiddenW?.shape, lastB?.values.length], [[48, 50, 50], 10]);
 * ```
 */
export class Architecture {
  /** Values of an image. */
  readonly inputs: number;
  /** Units of a hidden layer. */
  readonly width: number;
  /** Layers in all. */
  readonly depth: number;
  /** Classes that it tells apart. */
  readonly classes: number;
  /** The kind of the hidden layers; "custom": they are one's own. */
  readonly layer: LayerKind | "custom";
  /** What the hidden layers do. */
  readonly hiddenLayer: Layer;
  /** Seed of the initial parameters. */
  readonly seed: number;
  readonly #stddev: number;
  readonly #bias: number;
  readonly #carryBias: number;
  readonly #hiddenInit: HiddenInit;

  /**
   * Checks what it is made of.
   *
   * @throws {RangeError} if an option is unknown, a size is not a whole number or too small, or
   *   training it would take more memory than there can be
   * @throws {TypeError} if there is no such kind of layer, or one's own is not a {@linkcode Layer}
   */
  constructor(options: GradNetOptions = {}) {
    refuseUnknown(options, OPTIONS, "Cannot build a GradNet: its options");
    const { inputs = 784, width = 50, depth = 50, classes = 10 } = options;
    const { layer = "identity-grelu", seed = 1, stddev = 0.1, bias = 0 } = options;
    atLeast("inputs", inputs, 1);
    atLeast("width", width, 1);
    atLeast("depth", depth, 3);
    atLeast("classes", classes, 2);
    const hiddenLayer = layerOf(layer);
    if (!(stddev > 0 && stddev < Infinity)) {
      throw new RangeError(`Cannot build a GradNet: stddev must be above 0, but is ${stddev}`);
    }
    const { hiddenInit = { kind: "truncated-normal", stddev }, carryBias = -2 } = options;
    checkHiddenInit(hiddenInit);
    finite("bias", bias);
    finite("carryBias", carryBias);
    new Random(seed); // refuses a seed that is none
    this.inputs = inputs;
    this.width = width;
    this.depth = depth;
    this.classes = classes;
    this.layer = typeof layer === "string" ? layer : "custom";
    this.hiddenLayer = hiddenLayer;
    this.seed = seed;
    this.#stddev = stddev;
    this.#bias = bias;
    this.#carryBias = carryBias;
    this.#hiddenInit = hiddenInit;
    const bytes = this.parameterCount * BYTES;
    if (bytes > MEMORY) {
      throw new RangeError(
        `Cannot build a GradNet of ${depth} layers of ${width}: training its ` +
          `${this.parameterCount.toLocaleString("en")} parameters takes ` +
          `${gibibytes(bytes)} at least, and WebAssembly has ${gibibytes(MEMORY)}`,
      );
    }
  }

  /** The formula of the hidden layers. */
  get formula(): string {
    return this.hiddenLayer.formula;
  }

  /** Number of hidden layers, depth − 2. */
  get hidden(): number {
    return this.depth - 2;
  }

  /** How many numbers training can change. */
  get parameterCount(): number {
    return Object.values(this.shapes).map(sizeOf).reduce((sum, size) => sum + size, 0);
  }

  /** The shape of each parameter by its name, in the order in which they are drawn. */
  get shapes(): Readonly<Record<string, readonly number[]>> {
    const { inputs, width, hidden, classes } = this;
    return {
      firstW: [inputs, width],
      firstB: [width],
      hiddenW: [hidden, width, width],
      hiddenB: [hidden, width],
      lastW: [width, classes],
      lastB: [classes],
      // Last, so that the others are the same whatever a layer has of its own.
      ...Object.fromEntries(
        Object.entries(this.hiddenLayer.parameters ?? {})
          .map(([name, { shape }]) => [name, [hidden, ...shape(width)]]),
      ),
    };
  }

  /** What each parameter starts from: the same seed, the same values. */
  initialParameters(): Record<string, Parameter> {
    const { hidden, width } = this;
    const random = new Random(this.seed, streams.weights);
    const start = (name: string, size: number): Float32Array => {
      const { [name]: own } = this.hiddenLayer.parameters ?? {};
      if (name === "hiddenW") return hiddenWeights(this.#hiddenInit, hidden, width, random);
      if (own ? own.start === "weights" : name.endsWith("W")) {
        return Float32Array.from({ length: size }, () => random.truncatedNormal(this.#stddev));
      }
      return new Float32Array(size).fill(own ? this.#ownStart(name) : this.#bias);
    };
    return Object.fromEntries(
      Object.entries(this.shapes).map(([name, shape]) => [
        name,
        { shape, values: start(name, sizeOf(shape)) },
      ]),
    );
  }

  #ownStart(name: string): number {
    if (name === "gateB" && this.layer === "highway") return this.#carryBias;
    return Number(this.hiddenLayer.parameters?.[name]?.start);
  }
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** A kind of layer by its name, or one's own. */
function layerOf(layer: LayerKind | Layer): Layer {
  if (typeof layer === "string" && Object.hasOwn(layers, layer)) return layers[layer];
  if (typeof layer === "string") {
    throw new TypeError(
      `Cannot build a GradNet of layer "${layer}": choose one of ${layerKinds.join(", ")}`,
    );
  }
  const { forward, backward = () => {} } = layer ?? {};
  for (const [name, value] of Object.entries({ forward, backward })) {
    if (typeof value === "function") continue;
    throw new TypeError(
      `Cannot build a GradNet of a layer of your own: expected its ${name} to be a function, ` +
        `but is ${typeof value}`,
    );
  }
  refuseUnknown(
    layer,
    ["formula", "parameters", "forward", "backward"],
    "Cannot build a GradNet of a layer of your own: it",
  );
  return layer;
}

function atLeast(name: string, value: number, min: number): void {
  if (!Number.isInteger(value) || value < min) {
    throw new RangeError(
      `Cannot build a GradNet: ${name} must be a whole number from ${min} up, but is ${value}`,
    );
  }
}

function finite(name: string, value: number): void {
  if (!Number.isFinite(value)) {
    throw new RangeError(`Cannot build a GradNet: ${name} must be finite, but is ${value}`);
  }
}
