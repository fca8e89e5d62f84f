/**
 * A model and a layer as a reader writes them, outside of lib: tests train them, and copy this file
 * beside a grid whose recipes name what it exports.
 */

import * as tf from "@tensorflow/tfjs";
import { type Dataset, type Layer, type Model, Random, type Recipe } from "gradnets";

const SIDE = 3; // of a filter

/**
 * Every 3×3 patch of square images, a row each: [batch · places, 9]. A convolution is a product with
 * them; the WASM backend has no gradients of filters.
 */
function patches(x: tf.Tensor2D): tf.Tensor2D {
  const side = Math.sqrt(x.shape[1]), places = side - SIDE + 1;
  const images = tf.reshape(x, [-1, side, side, 1]);
  const shifted = Array.from({ length: SIDE * SIDE }, (_, i) => {
    const at = [0, Math.floor(i / SIDE), i % SIDE, 0];
    return tf.slice(images, at, [-1, places, places, 1]);
  });
  return tf.reshape(tf.concat(shifted, 3), [-1, SIDE * SIDE]);
}

/** patches → filters → ReLU → mean with what went before by g → dense → logits. */
export function conv({ width, seed }: Pick<Recipe, "width" | "seed">, data: Dataset): Model {
  const { inputs, classes } = data, random = new Random(seed, 0);
  const places = (Math.sqrt(inputs) - SIDE + 1) ** 2;
  const weights = (rows: number, columns: number) => {
    const values = Float32Array.from({ length: rows * columns }, () => random.normal() / 5);
    return tf.tidy(() => tf.variable(tf.tensor2d(values, [rows, columns])));
  };
  const zeros = (size: number) => tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([size])));
  const filters = weights(SIDE * SIDE, width), filterB = zeros(width);
  const lastW = weights(places * width, classes), lastB = zeros(classes);
  const variables = { filters, filterB, lastW, lastB };
  return {
    inputs,
    classes,
    variables,
    parameterCount: Object.values(variables).reduce((sum, { size }) => sum + size, 0),
    normed: ["filters"],
    maskUnits: [places * width],
    logits(x, { g, masks }) {
      if (typeof g !== "number") throw new RangeError("one g for all of it");
      const u = tf.add(tf.matMul(patches(x), filters), filterB);
      const y = tf.add(tf.mul(g, tf.relu(u)), tf.mul(1 - g, u)); // linear-grelu
      const rows = tf.reshape(y, [x.shape[0], places * width]) as tf.Tensor2D;
      const kept = masks?.[0] ? tf.mul<tf.Tensor2D>(rows, masks[0]) : rows;
      return tf.add(tf.matMul(kept, lastW), lastB);
    },
    dispose: () => tf.dispose(variables),
  };
}

/** ReZero (arXiv 2003.04887): a scalar for each layer, from 0. */
export const rezero: Layer = {
  formula: "y = x + α·relu(u)",
  parameters: { alpha: { shape: () => [], start: 0 } },
  forward: (x, u, _g, { alpha }) => x.add(u.relu().mul(alpha!)),
};
