/**
 * Agreement of the kernels. The reference is the measure of what can be expected: 50 layers are
 * chaotic, and how far it leaves itself after a change of 1e-7 in the middle hidden matrix says how
 * far others may be.
 */

import * as tf from "@tensorflow/tfjs";
import { GradNet, type LayerKind, sgd, startBackend, Trainer } from "gradnets";
import * as core from "gradnets/core";
import { values } from "../helpers/close.ts";
import { apart, type Compared } from "./compared.ts";
import { cases, drawn, recipe, train } from "./train.js";

/** A size of net. */
export interface Size {
  readonly layer: LayerKind;
  readonly depth: number;
}

/** Steps that the kernels are compared over. */
export const STEPS = 60;

/** The sizes that are compared. */
export const sizes = cases as readonly Size[];

/** Names a size. */
export const nameOf = ({ layer, depth }: Size): string => `${layer}, ${depth} layers`;

/** Numbers of a training. */
interface Run {
  readonly losses: readonly number[];
  /** Gradient of the cross-entropy at the first batch, with g 1/2 and dropout. */
  readonly gradient: readonly Float32Array[];
}

const data = drawn(core);
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
function reference(size: Size, steps: number, nudge = 0): Run {
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
    return { losses: trainer.steps.map(({ loss }) => loss), gradient };
  });
}

/** Trains by the fused kernels, on one thread. */
function fused(size: Size, steps: number, relaxed: boolean): Run {
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
  const { steps: trained } = train(core, size, { steps, data, relaxed });
  return { losses: trained.map(({ loss }) => loss), gradient };
}

const minus = (a: readonly Float32Array[], b: readonly Float32Array[]) =>
  a.map((x, i) => x.map((value, j) => value - b[i]![j]!));

const largest = (x: ArrayLike<number>) =>
  Array.from(x).reduce((max, value) => Math.max(max, Math.abs(value)), 0);

/** Largest relative difference of the losses of the first steps. */
const lossesApart = (a: Run, b: Run, steps = Infinity) =>
  apart(a.losses.slice(0, steps), b.losses.slice(0, steps));

/** Compares the kernels over a training of `steps` steps; the last row is what chaos does. */
export function agreements(size: Size, steps = STEPS): Compared[] {
  const expected = reference(size, steps), net = nameOf(size);
  const plain = fused(size, steps, false), relaxed = fused(size, steps, true);
  const chaos = lossesApart(reference(size, steps, 1e-7), expected);
  const pairs = [
    ["fused, plain SIMD – reference", plain, expected],
    ["fused, relaxed SIMD – reference", relaxed, expected],
    ["fused, relaxed – plain SIMD", relaxed, plain],
  ] as const;
  const all = `loss of ${steps} steps`;
  const rows = pairs.flatMap(([pair, a, b]) => {
    const gradient = minus(a.gradient, b.gradient).map((difference, i) =>
      largest(difference) / (largest(b.gradient[i]!) || 1)
    );
    return [
      { pair, net, of: "first gradient", bound: 2e-5, found: Math.max(...gradient) },
      { pair, net, of: "loss of 10 steps", bound: 1e-5, found: lossesApart(a, b, 10) },
      { pair, net, of: all, bound: Math.max(1e-3, 10 * chaos), found: lossesApart(a, b) },
    ];
  });
  const own = "reference – itself after a change of 1e-7";
  return [...rows, { pair: own, net, of: all, bound: Infinity, found: chaos }];
}

/** Compares one thread with two. */
export async function threads(size: Size): Promise<Compared> {
  const run = async (threads: 1 | 2) => {
    const net = new GradNet({ ...size, seed: 1 });
    const trainer = new Trainer({ net, data, threads, ...recipe(core) });
    trainer.evaluate(); // starts the second thread
    for (let i = 0; i < 20; i++) trainer.step();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const found = [trainer.steps, trainer.evaluate()], { kernels } = trainer;
    trainer.dispose();
    net.dispose();
    if (kernels.includes("2 threads") !== (threads === 2)) throw new Error(`found ${kernels}`);
    return found;
  };
  return {
    pair: "two threads – one",
    of: "20 steps and predictions",
    net: nameOf(size),
    bound: 0,
    found: apart(await run(2), await run(1)),
  };
}
