/** A GradNet with tensors: its variables, and its way from images to logits. */

import { object, text } from "../validate.ts";
import { at } from "../at.ts";
import * as tf from "../tf.ts";
import { Architecture, type GradNetOptions } from "./architecture.ts";
import { requireBackend } from "./backend.ts";
import { checkLayer } from "./check_layer.ts";
import { writeAtomically } from "../files/atomic.ts";
import { dense, hiddenStack } from "./dense.ts";
import type { LogitsOptions, Model } from "./model.ts";
import { parseNet, writeNet } from "./net_file.ts";
import { disposeVariables, disposeWhenDropped } from "./variables.ts";

export type { GradNetOptions } from "./architecture.ts";

/** Variables of a {@linkcode GradNet}; the hidden layers are stacked. */
export type Variables = {
  /** [inputs, width] */
  readonly firstW: tf.Variable<tf.Rank.R2>;
  /** [width] */
  readonly firstB: tf.Variable<tf.Rank.R1>;
  /** [depth − 2, width, width] */
  readonly hiddenW: tf.Variable<tf.Rank.R3>;
  /** [depth − 2, width] */
  readonly hiddenB: tf.Variable<tf.Rank.R2>;
  /** [width, classes] */
  readonly lastW: tf.Variable<tf.Rank.R2>;
  /** [classes] */
  readonly lastB: tf.Variable<tf.Rank.R1>;
  /** Own parameters of the layers, such as gateW and gateB, each [depth − 2, …]. */
  readonly [own: string]: tf.Variable;
};

/**
 * inputs → dense + ReLU → (depth − 2) hidden layers → dense → logits.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { GradNet, startBackend } from "gradnets";
 *
 * await startBackend();
 * const net = new GradNet({ depth: 50, width: 50, layer: "identity-grelu", seed: 1 });
 * assertEquals(net.parameterCount, 162_160);
 * const logits = net.logits(tf.zeros([3, 784]), { g: 0.5 });
 * assertEquals(logits.shape, [3, 10]);
 * logits.dispose();
 * net.dispose();
 * ```
 */
export class GradNet extends Architecture implements Model {
  readonly variables: Variables;
  /** Weights in the norms: the hidden ones, as in the original. */
  readonly normed: readonly string[] = ["hiddenW"];

  /**
   * Draws the initial parameters and makes variables of them.
   *
   * @throws {RangeError} if an option is unknown or invalid, a custom layer has wrong derivatives, or
   *   training would take more memory than WebAssembly has
   * @throws {TypeError} if the kind of layer is unknown, or a custom one is not a `Layer`
   * @throws {Error} if TensorFlow.js was not started
   */
  constructor(options: GradNetOptions = {}) {
    super(options);
    requireBackend("build a GradNet");
    if (this.layer === "custom") checkLayer(this.hiddenLayer);
    this.variables = Object.fromEntries(
      Object.entries(this.initialParameters()).map(([name, { shape, values }]) => [
        name,
        tf.tidy(() => tf.variable(tf.tensor(values, [...shape]))),
      ]),
    ) as Variables;
    disposeWhenDropped(this);
  }

  /** Variables of the hidden layers beside W and b, by name. */
  get own(): Readonly<Record<string, tf.Variable>> {
    const { parameters = {} } = this.hiddenLayer;
    return Object.fromEntries(
      Object.entries(this.variables).filter(([name]) => Object.hasOwn(parameters, name)),
    );
  }

  /** Units of each dropout mask: after every layer but the last. */
  get maskUnits(): readonly number[] {
    return Array<number>(this.depth - 1).fill(this.width);
  }

  /**
   * Computes the forward pass.
   *
   * @param x images, [batch, inputs]
   * @returns logits, [batch, classes], before softmax
   * @throws {RangeError} if g is a list of another length than the hidden layers
   */
  logits(x: tf.Tensor2D, { g, masks }: LogitsOptions): tf.Tensor2D {
    return tf.tidy(() => {
      const { firstW, firstB, hiddenW, hiddenB, lastW, lastB } = this.variables;
      let y: tf.Tensor2D = tf.relu(dense(x, firstW, firstB));
      if (masks) y = tf.mul(y, at(masks, 0));
      y = hiddenStack(this.hiddenLayer, y, hiddenW, hiddenB, g, masks?.slice(1), this.own);
      return dense(y, lastW, lastB);
    });
  }

  /**
   * Writes the parameters to a safetensors file, which PyTorch and others read: see net_file.ts for
   * its tensors. The file is replaced whole, or is as it was.
   */
  async save(path: string): Promise<void> {
    text(path, "Cannot save a net: path");
    const parameters = Object.entries(this.variables).map(([name, variable]) =>
      [name, { shape: variable.shape, values: variable.dataSync<"float32">() }] as const
    );
    await writeAtomically(path, await writeNet(this, Object.fromEntries(parameters)));
  }

  /**
   * Makes a net of a file: one of {@linkcode save}, a checkpoint, or safetensors of another program
   * with the same names and shapes.
   *
   * @param options sizes and layer, checked against the file. Default: what the file says, and
   *   "identity-grelu" if it does not say the layer
   * @throws {SyntaxError} if it is not safetensors, truncated or altered
   * @throws {TypeError} if a tensor is not float32, or the layers are custom and not given
   * @throws {RangeError} if a parameter is missing, unknown or of another shape
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { GradNet, startBackend } from "gradnets";
   *
   * await startBackend();
   * const net = new GradNet({ inputs: 4, width: 3, depth: 4, layer: "plain" });
   * const path = await Deno.makeTempFile({ suffix: ".safetensors" });
   * await net.save(path);
   * const again = await GradNet.load(path);
   * assertEquals([again.layer, again.depth], ["plain", 4]);
   * assertEquals(again.variables.lastW.dataSync(), net.variables.lastW.dataSync());
   * await Deno.remove(path);
   * ```
   */
  static async load(path: string, options: GradNetOptions = {}): Promise<GradNet> {
    text(path, "Cannot load a net: path");
    object(options, "Cannot load a net: options");
    const { options: whole, parameters } = await parseNet(await Deno.readFile(path), options);
    const net = new GradNet(whole);
    for (const [name, { shape, values }] of Object.entries(parameters)) {
      tf.tidy(() => net.variables[name]?.assign(tf.tensor(values, [...shape])));
    }
    return net;
  }

  /** Frees the variables. */
  dispose(): void {
    disposeVariables(this);
  }
}
