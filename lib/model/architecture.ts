/**
 * The architecture of a GradNet, in plain numbers: sizes, kind of layer, and the names, shapes and
 * initial values of its parameters. The fused kernels train it without TensorFlow.js.
 */

import { Random, streams } from "../random.ts";
import { finite, integer, isObject, positive, refuseUnknown, shown } from "../validate.ts";
import { checkHiddenInit, type HiddenInit, hiddenWeights } from "./initial.ts";
import { type Layer, type LayerKind, layerKinds, layers } from "./layers.ts";

/** Options of an {@linkcode Architecture}. The defaults are the 2015 notebook's. */
export interface GradNetOptions {
  /** Values per image. Default 784, 28×28. */
  readonly inputs?: number;
  /** Units of every hidden layer. Default 50. */
  readonly width?: number;
  /** Layers in all: one from the inputs, depth − 2 hidden, one to the classes. Default 50. */
  readonly depth?: number;
  /** Default 10. */
  readonly classes?: number;
  /** Kind of the hidden layers, or a custom layer. Default "identity-grelu". */
  readonly layer?: LayerKind | Layer;
  /** Seed of the initial weights. Default 1. */
  readonly seed?: number;
  /** Standard deviation of the truncated normal that weights are drawn from. Default 0.1. */
  readonly stddev?: number;
  /** Initial bias of every layer, except gates. Default 0. */
  readonly bias?: number;
  /** Initialization of the hidden weights. Default: as all other weights. */
  readonly hiddenInit?: HiddenInit;
  /**
   * Initial bias of the gates, where layers have gates: a negative one carries x through. Default −2,
   * as in 2015: t is about 0.12.
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

/** Shape and values of a parameter. */
export interface Parameter {
  /** Sizes, outermost first. */
  readonly shape: readonly number[];
  /** Values, row-major. */
  readonly values: Float32Array;
}

/** Bytes to train one parameter: value, gradient, Adam's two moments, and the copy for readers. */
const BYTES = 5 * 4;

/** Maximum bytes of a WebAssembly memory, and so of the tensors of a net. */
const MEMORY = 2 ** 32;

/**
 * inputs → dense + ReLU → (depth − 2) hidden layers → dense → logits, as sizes and initial values.
 *
 * Draws weights from a truncated normal and sets biases to 0, as in the 2015 notebook, unless the
 * options say otherwise. `GradNet` is the same with tensors.
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
  /** Values per image. */
  readonly inputs: number;
  /** Units of each hidden layer. */
  readonly width: number;
  /** Layers in all. */
  readonly depth: number;
  /** Number of classes. */
  readonly classes: number;
  /** Kind of the hidden layers; "custom" for a {@linkcode Layer} object. */
  readonly layer: LayerKind | "custom";
  /** The hidden layer itself. */
  readonly hiddenLayer: Layer;
  /** Seed of the initial parameters. */
  readonly seed: number;
  readonly #stddev: number;
  readonly #bias: number;
  readonly #carryBias: number;
  readonly #hiddenInit: HiddenInit;

  /**
   * Checks the options.
   *
   * @throws {RangeError} if an option is unknown, a size is not a whole number or too small, or
   *   training it would take more memory than there can be
   * @throws {TypeError} if the kind of layer is unknown, or a custom one is not a {@linkcode Layer}
   */
  constructor(options: GradNetOptions = {}) {
    refuseUnknown(options, OPTIONS, "Cannot build a GradNet: GradNetOptions");
    const { inputs = 784, width = 50, depth = 50, classes = 10 } = options;
    const { layer = "identity-grelu", seed = 1, stddev = 0.1, bias = 0 } = options;
    integer(1)(inputs, "Cannot build a GradNet: inputs");
    integer(1)(width, "Cannot build a GradNet: width");
    integer(3)(depth, "Cannot build a GradNet: depth");
    integer(2)(classes, "Cannot build a GradNet: classes");
    const hiddenLayer = layerOf(layer);
    positive(stddev, "Cannot build a GradNet: stddev");
    const { hiddenInit = { kind: "truncated-normal", stddev }, carryBias = -2 } = options;
    checkHiddenInit(hiddenInit);
    finite(bias, "Cannot build a GradNet: bias");
    finite(carryBias, "Cannot build a GradNet: carryBias");
    new Random(seed); // throws on an invalid seed
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
    requireMemory(`a GradNet of ${depth} layers of ${width}`, this.parameterCount);
  }

  /** The formula of the hidden layers. */
  get formula(): string {
    return this.hiddenLayer.formula;
  }

  /** Number of hidden layers, depth − 2. */
  get hidden(): number {
    return this.depth - 2;
  }

  /** Number of trainable parameters. */
  get parameterCount(): number {
    return Object.values(this.shapes).map(sizeOf).reduce((sum, size) => sum + size, 0);
  }

  /** Shape of each parameter by name, in the order of drawing. */
  get shapes(): Readonly<Record<string, readonly number[]>> {
    const { inputs, width, hidden, classes } = this;
    return {
      firstW: [inputs, width],
      firstB: [width],
      hiddenW: [hidden, width, width],
      hiddenB: [hidden, width],
      lastW: [width, classes],
      lastB: [classes],
      // Last, so that a layer's own parameters do not change what the others draw.
      ...Object.fromEntries(
        Object.entries(this.hiddenLayer.parameters ?? {})
          .map(([name, { shape }]) => [name, [hidden, ...shape(width)]]),
      ),
    };
  }

  /** Draws the initial parameters: the same seed, the same values. */
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

/**
 * Refuses a net that cannot be trained in a WebAssembly memory, before anything is made of it.
 *
 * @param what the net, for the message: "a GradNet of 50 layers of 50"
 */
export function requireMemory(what: string, parameters: number): void {
  const bytes = parameters * BYTES;
  if (bytes <= MEMORY) return;
  throw new RangeError(
    `Cannot build ${what}: training its ${parameters.toLocaleString("en")} parameters takes ` +
      `${gibibytes(bytes)} at least, and WebAssembly has ${gibibytes(MEMORY)}`,
  );
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** Looks up a kind of layer, or checks a custom one. */
function layerOf(layer: LayerKind | Layer): Layer {
  if (typeof layer === "string" && Object.hasOwn(layers, layer)) return layers[layer];
  if (typeof layer === "string") {
    throw new TypeError(
      `Cannot build a GradNet of layer "${layer}": choose one of ${layerKinds.join(", ")}`,
    );
  }
  if (!isObject(layer)) {
    throw new TypeError(
      `Cannot build a GradNet: layer must be one of ${layerKinds.join(", ")}, or a layer of your ` +
        `own, but is ${shown(layer)}`,
    );
  }
  const { forward, backward = () => {} } = layer;
  for (const [name, value] of Object.entries({ forward, backward })) {
    if (typeof value === "function") continue;
    throw new TypeError(
      `Cannot build a GradNet of a layer of your own: expected its ${name} to be a function, ` +
        `but is ${shown(value)}`,
    );
  }
  refuseUnknown(
    layer,
    ["formula", "parameters", "forward", "backward"],
    "Cannot build a GradNet of a custom layer: Layer",
  );
  return layer;
}
