/** Writes and reads the directory that every variant starts from: sizes, data, weights, masks. */

import { join } from "node:path";
import type * as tf from "../tf.ts";
import { type Dataset, GradNet } from "gradnets";
import { Random, streams } from "gradnets/random.ts";
import { netOptions, recipe, type Size } from "./recipe.ts";

/** Contents of setup.json. */
export type Setup = Size & typeof recipe;

/** Writes the directory; peers/protocol.py documents the format. */
export function writeSetup(directory: string, data: Dataset, size: Size): void {
  const setup: Setup = { ...size, ...recipe };
  const write = (name: string, { buffer, byteOffset, byteLength }: ArrayBufferView) =>
    Deno.writeFileSync(join(directory, name), new Uint8Array(buffer, byteOffset, byteLength));
  Deno.writeTextFileSync(join(directory, "setup.json"), JSON.stringify(setup));
  for (const which of ["train", "test"] as const) {
    write(`${which}-images.u8`, data[which].images);
    write(`${which}-labels.u8`, data[which].labels);
  }
  write("weights.f32", initialWeights(setup));
  write("masks.f32", checkMasks(setup));
}

/** Reads the data back. */
export function readDataset(directory: string, { inputs, classes }: Size): Dataset {
  const read = (name: string) => Deno.readFileSync(join(directory, name));
  const split = (which: string) => {
    const labels = read(`${which}-labels.u8`);
    return { images: read(`${which}-images.u8`), labels, count: labels.length };
  };
  const test = split("test");
  const [name, source] = ["bench", directory];
  const shape = { height: 1, width: inputs, inputs, classes };
  return { name, source, ...shape, train: split("train"), validation: test, test };
}

/** Concatenates the parameters of a new GradNet in the order of its variables. */
function initialWeights(size: Setup): Float32Array {
  const net = new GradNet(netOptions(size));
  const variables = Object.values(net.variables) as tf.Variable[];
  const parts = variables.map((variable) => variable.dataSync<"float32">());
  const all = new Float32Array(net.parameterCount);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  net.dispose();
  return all;
}

/** Draws Trainer's masks of the first iterations: [checkSteps, depth − 1, batch, width]. */
function checkMasks({ depth, batch, width, keep, seed, checkSteps }: Setup): Float32Array {
  const each = (depth - 1) * batch * width;
  const masks = new Float32Array(checkSteps * each);
  for (let iter = 0; iter < checkSteps; iter++) {
    const random = new Random(seed, streams.dropout + iter);
    random.dropoutMask(masks.subarray(iter * each, (iter + 1) * each), keep);
  }
  return masks;
}
