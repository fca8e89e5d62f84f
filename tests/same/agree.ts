/**
 * Agreement of all ways to compute a training, as one table. The reference is the measure of what
 * can be expected: 50 layers are chaotic, and the last row of each size shows how far it leaves
 * itself after a change of 1e-7 in the middle hidden matrix.
 *
 * deno run -A tests/same/agree.ts [STEPS]
 */

import * as tf from "@tensorflow/tfjs";
import { fileURLToPath } from "node:url";
import { GradNet, type LayerKind, sgd, startBackend, Trainer } from "gradnets";
import * as core from "gradnets/core";
import { values } from "../helpers/close.ts";
import { cases, drawn, recipe, train } from "./train.js";

/** A size of net. */
export interface Size {
  readonly layer: LayerKind;
  readonly depth: number;
}

/** Numbers of a training. */
export interface Run {
  readonly losses: readonly number[];
  readonly predictions: Uint8Array;
  readonly weights: readonly Float32Array[];
  /** Gradient of the cross-entropy at the first batch, with g 1/2 and dropout. */
  readonly gradient: readonly Float32Array[];
}

/** How far two trainings are apart. */
export interface Agreement extends Size {
  readonly pair: string;
  /** Largest difference of the first gradient, relative to its largest value in each variable. */
  readonly gradient: number;
  /** Largest relative difference of the losses of the first 10, 100 and of all steps. */
  readonly loss10: number;
  readonly loss100: number;
  readonly loss: number;
  /** Largest difference of a weight at the end. */
  readonly weights: number;
  /** Share of test images whose predicted class differs at the end. */
  readonly predictions: number;
}

export const data = drawn(core);
await startBackend();

const copies = (net: GradNet) => Object.values(net.variables).map((v) => values(v).slice());

/**
 * A step of w ← w − 2⁹⁰·∇, which tells the gradient: next to it, w is nothing. Shuffled, because the
 * first batch in file order has as many of each class, and the gradient of the last biases is 0.
 */
const descent = {
  optimizer: sgd(),
  learningRate: 2 ** 90,
  l1: 0,
  g: 0.5,
  seed: 1,
  shuffleFirstEpoch: true,
};

/** Trains by the reference, after a change of `nudge` to the middle hidden matrix. */
export function reference(size: Size, steps: number, nudge = 0): Run {
  const make = () => {
    const net = new GradNet({ ...size, seed: 1 }), { hiddenW } = net.variables;
    const w = values(hiddenW).slice(), middle = Math.floor(net.hidden / 2) * net.width ** 2;
    w.subarray(middle, middle + net.width ** 2).forEach((x, i, of) => of[i] = x + nudge);
    tf.tidy(() => hiddenW.assign(tf.tensor(w, hiddenW.shape)));
    return net;
  };
  const using = <T>(options: object, body: (trainer: Trainer) => T): T => {
    const net = make(), trainer = new Trainer({ net, data, kernels: "reference", ...options });
    try {
      return body(trainer);
    } finally {
      trainer.dispose();
      net.dispose();
    }
  };
  const gradient = using(descent, (trainer) => {
    const before = copies(trainer.net);
    trainer.step();
    return minus(before, copies(trainer.net));
  });
  return using(recipe(core), (trainer) => {
    for (let i = 0; i < steps; i++) trainer.step();
    const losses = trainer.steps.map(({ loss }) => loss);
    const { predictions } = trainer.evaluate();
    return { losses, predictions, weights: copies(trainer.net), gradient };
  });
}

/** Trains by the fused kernels, on one thread. */
export function fused(size: Size, steps: number, relaxed: boolean): Run {
  const net = new core.Architecture({ ...size, seed: 1 });
  let kernels: core.FusedEngine | undefined;
  const trainer = new core.Trainer({
    ...descent,
    net,
    data,
    engine: (options) => kernels = new core.FusedEngine(options, { relaxed }),
  });
  const weights = () => Object.keys(net.shapes).map((name) => kernels!.parameter(name));
  const before = weights();
  trainer.step();
  const gradient = minus(before, weights());
  trainer.dispose();
  const { steps: trained, predictions, weights: after } = train(core, size, {
    steps,
    data,
    relaxed,
  });
  return { losses: trained.map(({ loss }) => loss), predictions, weights: after, gradient };
}

const minus = (a: readonly Float32Array[], b: readonly Float32Array[]) =>
  a.map((x, i) => x.map((value, j) => value - b[i]![j]!));

const largest = (x: ArrayLike<number>) =>
  Array.from(x).reduce((max, value) => Math.max(max, Math.abs(value)), 0);

/** Compares two trainings of the same length; NaN counts as the largest of all differences. */
export function compare(pair: string, size: Size, a: Run, b: Run): Agreement {
  const first = (steps: number) =>
    Math.max(...b.losses.slice(0, steps).map((loss, i) => Math.abs(a.losses[i]! - loss) / loss));
  const gradient = Math.max(
    ...minus(a.gradient, b.gradient).map((difference, i) =>
      largest(difference) / (largest(b.gradient[i]!) || 1)
    ),
  );
  const weights = Math.max(...minus(a.weights, b.weights).map(largest));
  const differ = b.predictions.filter((label, i) => label !== a.predictions[i]).length;
  return {
    pair,
    ...size,
    gradient,
    loss10: first(10),
    loss100: first(100),
    loss: first(Infinity),
    weights,
    predictions: differ / b.predictions.length,
  };
}

/** Compares all ways to compute a training of `steps` steps of a size. */
export function* agreements(size: Size, steps: number): Generator<Agreement> {
  const expected = reference(size, steps);
  const plain = fused(size, steps, false), relaxed = fused(size, steps, true);
  yield compare("fused, plain SIMD – reference", size, plain, expected);
  yield compare("fused, relaxed SIMD – reference", size, relaxed, expected);
  yield compare("fused, relaxed – plain SIMD", size, relaxed, plain);
  yield compare("reference – itself, 1e-7 away", size, reference(size, steps, 1e-7), expected);
}

const digits = (x: number) => x === 0 ? "0" : x.toExponential(1);

/** Formats a row of the table, as Markdown. */
export function row(found: Agreement): string {
  const { pair, layer, depth, gradient, loss10, loss100, loss, weights, predictions } = found;
  const numbers = [gradient, loss10, loss100, loss, weights].map(digits);
  return `| ${
    [layer, depth, pair, ...numbers, `${(100 * predictions).toFixed(2)} %`].join(" | ")
  } |`;
}

/** Prints the table: rounding first, then what must be the same to the last bit. */
async function main(steps: number): Promise<void> {
  console.log(
    `| layer | depth | pair | first gradient | loss, 10 steps | 100 | ${steps} | weights | predictions |\n` +
      "|---|---|---|---|---|---|---|---|---|",
  );
  for (const size of cases as readonly Size[]) {
    for (const found of agreements(size, steps)) console.log(row(found));
  }
  const tests = ["core/runtimes_test.ts", "core/importing_test.ts", "same/agree_test.ts"];
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", "--filter=/same/", ...tests.map((path) => `tests/${path}`)],
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    env: { NO_COLOR: "1" },
  }).output();
  console.log("\n| to the last bit | |\n|---|---|");
  for (
    const [, name, result] of new TextDecoder().decode(stdout).matchAll(
      /^(.*?) \.\.\.(?:.*\n)? (\w+) \(/gm,
    )
  ) {
    console.log(`| ${name} | ${result} |`);
  }
}

if (import.meta.main) await main(Number(Deno.args[0] ?? 500));
