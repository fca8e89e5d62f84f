/** Fused nets beside the readable ones they must equal, and a watch on what they write to. */

import { fail } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Dataset, Split } from "gradnets/data/dataset.ts";
import { GradNet, type GradNetOptions } from "gradnets/model/gradnet.ts";
import { FusedNet } from "gradnets/engine/fused/fused.ts";
import { hasKernels } from "gradnets/engine/fused/layers.ts";
import type { StartThread } from "gradnets/engine/fused/thread_task.ts";
import type { RuleKernel } from "gradnets/engine/fused/rule_kernel.ts";
import { Random } from "gradnets/random.ts";
import { values } from "./close.ts";

/** Sizes of a net and its batch. */
export interface Case extends GradNetOptions {
  readonly batch: number;
  readonly relaxed?: boolean;
  readonly images?: number;
  readonly startThread?: StartThread;
  readonly rule?: RuleKernel;
}

/** A net, the same one fused, and a batch. */
export interface Pair {
  readonly net: GradNet;
  readonly fused: FusedNet;
  readonly x: Float32Array;
  readonly labels: Uint8Array;
}

/** Gives `body` a net with nothing in it that is 0, and the same one fused; takes them away again. */
export function withPair(options: Case, body: (_: Pair) => void): void {
  const pair = makePair(options);
  try {
    body(pair);
  } finally {
    disposePair(pair);
  }
}

/** The same for a `body` that takes its time. */
export async function withPairAsync<T>(
  options: Case,
  body: (_: Pair) => Promise<T>,
): Promise<T> {
  const pair = makePair(options);
  try {
    return await body(pair);
  } finally {
    disposePair(pair);
  }
}

function disposePair({ net, fused }: Pair): void {
  net.dispose();
  fused.dispose();
}

function makePair({ batch, relaxed, images = 0, ...others }: Case): Pair {
  const { startThread, rule, ...options } = others;
  const { width = 50 } = options;
  const net = new GradNet({ inputs: 12, depth: 5, stddev: 1 / Math.sqrt(width), ...options });
  const { inputs, hidden, classes, layer } = net;
  if (!hasKernels(layer)) throw new Error(`there are no kernels for ${layer}`);
  const fused = new FusedNet({
    batch,
    inputs,
    width,
    hidden,
    classes,
    images,
    layer,
    ...(startThread && { startThread }),
    ...(rule && { rule }),
    ...(relaxed === undefined ? {} : { relaxed }),
  });
  const random = new Random(5);
  for (const name of fused.layout.names) {
    const variable = net.variables[name]!;
    if (name.endsWith("B")) {
      assign(
        variable,
        Float32Array.from({ length: variable.size }, () => random.normal() / 10),
      );
    }
    fused.load(name, values(variable));
  }
  const x = Float32Array.from({ length: batch * inputs }, () => random.uniform());
  const labels = Uint8Array.from({ length: batch }, () => random.below(classes));
  return { net, fused, x, labels };
}

/** Assigns numbers to a variable. */
export function assign(variable: tf.Variable, numbers: Float32Array): void {
  tf.tidy(() => variable.assign(tf.tensor(numbers, variable.shape)));
}

const GUARD = 0xa5;

/** Fills everything between the regions of a fused net; the result fails if any of it changed. */
export function guard({ memory, layout }: FusedNet): () => void {
  const bytes = new Uint8Array(memory.buffer);
  const regions = Object.values(layout.regions).sort((a, b) => a.at - b.at);
  const ends = [0, ...regions.map(({ at, size }) => at + size)];
  const starts = [...regions.map(({ at }) => at), bytes.length];
  const outside = starts.map((start, i) => bytes.subarray(Math.min(ends[i]!, start), start));
  const count = outside.reduce((sum, { length }) => sum + length, 0);
  if (count < 16 * 100) fail(`only ${count} bytes are guarded`);
  for (const part of outside) part.fill(GUARD);
  return () => {
    for (const part of outside) {
      const changed = part.findIndex((byte) => byte !== GUARD);
      if (changed < 0) continue;
      fail(`byte ${part.byteOffset + changed}, outside of all regions, was written`);
    }
  };
}

/** The bytes of regions, to be compared later. */
export function regionBytes({ memory, layout }: FusedNet, ...names: string[]): Uint8Array[] {
  return names.map((name) => {
    const { at, size } = layout.regions[name]!;
    return new Uint8Array(memory.buffer).slice(at, at + size);
  });
}

/** Images in ten classes, each a pattern of its own under noise: quick to make and to learn. */
export function patternDataset(count = 1000, side = 12): Dataset {
  const random = new Random(9), inputs = side * side;
  const patterns = Uint8Array.from({ length: 10 * inputs }, () => random.below(2) * 120);
  const labels = Uint8Array.from({ length: count }, () => random.below(10));
  const images = Uint8Array.from(
    { length: count * inputs },
    (_, i) => patterns[labels[Math.floor(i / inputs)]! * inputs + i % inputs]! + random.below(136),
  );
  const split: Split = { images, labels, count };
  return {
    name: "patterns",
    source: "tests",
    height: side,
    width: side,
    inputs,
    classes: 10,
    train: split,
    validation: split,
    test: split,
  };
}

/** Waits until `is` is so. */
export async function until(is: () => boolean): Promise<void> {
  const start = performance.now();
  while (!is()) {
    if (performance.now() - start > 60_000) throw new Error("nothing happened in 60 s");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
