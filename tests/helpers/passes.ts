/** Passes of the fused kernels beside float64 and the reference. */

import * as tf from "@tensorflow/tfjs";
import { hasRelaxedSimd } from "gradnets/engine/fused/support.ts";
import type { FusedNet } from "gradnets/engine/fused/fused.ts";
import type { G } from "gradnets/model/g.ts";
import { Random } from "gradnets/random.ts";
import { gradients, meanAbs } from "gradnets/engine/objective.ts";
import { passInFloat64 } from "./backprop64.ts";
import { assertClose, values } from "./close.ts";
import { weightsOf } from "./float64.ts";
import { type Case, guard, type Pair, withPair } from "./fused.ts";

/** The forms of the kernels that this engine can run: with the relaxed multiply-add, and without. */
export const forms: readonly boolean[] = hasRelaxedSimd() ? [true, false] : [false];

const meanOfAbs = (x: ArrayLike<number>) =>
  Array.from(x).reduce((sum, x) => sum + Math.abs(x), 0) / x.length;

/** The masks of a pass, as `Random` draws them. */
function masksOf({ net, labels }: Pair, keep: number): Float32Array[] {
  const random = new Random(3, 77);
  const mask = () => random.dropoutMask(new Float32Array(labels.length * net.width), keep);
  return Array.from({ length: net.depth - 1 }, mask);
}

/** Compares one pass in every form with float64 and with the reference. */
function checkPass(pair: Pair, others: readonly FusedNet[], g: G, keep: number, what: string) {
  const { net, fused, x, labels } = pair, { names } = fused.layout;
  const masks = keep < 1 ? { masks: masksOf(pair, keep) } : {};
  const exact = passInFloat64(net, weightsOf(net), { x, labels, g, ...masks });
  const weightNorm = meanOfAbs(values(net.variables.hiddenW));
  for (const form of [fused, ...others]) {
    const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, name: string) =>
      assertClose(actual, expected, { what: `${what} relaxed ${form.relaxed}: ${name}` });
    const intact = guard(form);
    const found = form.pass(x, labels, g, { seed: 3, stream: 77, keep });
    intact();
    close([found.crossEntropy], [exact.crossEntropy], "cross-entropy");
    close([found.weightNorm], [weightNorm], "weight norm");
    close([found.gradientNorm], [meanOfAbs(exact.gradients.hiddenW!)], "gradient norm");
    for (const name of names) close(form.gradient(name), exact.gradients[name]!, name);
  }
  tf.tidy(() => {
    const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, name: string) =>
      assertClose(actual, expected, { what: `${what}: the reference's ${name}` });
    const shape: [number, number] = [labels.length, net.width];
    const tensors = keep < 1 ? { masks: masks.masks!.map((m) => tf.tensor2d(m, shape)) } : {};
    const images = tf.tensor2d(x, [labels.length, net.inputs]);
    const oneHot = tf.oneHot(tf.tensor1d(labels, "int32"), net.classes);
    const reference = gradients(net, images, oneHot, { g, ...tensors });
    close(values(reference.crossEntropy), [exact.crossEntropy], "cross-entropy");
    close(
      values(meanAbs(reference.gradients.hiddenW!)),
      [meanOfAbs(exact.gradients.hiddenW!)],
      "norm",
    );
    for (const name of names) {
      close(values(reference.gradients[name]!), exact.gradients[name]!, name);
    }
  });
}

/** A pass at every g, one for all layers and one for each, with and without dropout. */
export function checkPasses(options: Case): void {
  const [form, ...rest] = forms;
  const inForms = (left: readonly boolean[], others: FusedNet[], body: (_: Pair) => void): void => {
    const [relaxed, ...after] = left;
    if (relaxed === undefined) return withPair({ ...options, relaxed: form! }, body);
    withPair({ ...options, relaxed }, ({ fused }) => {
      others.push(fused);
      inForms(after, others, body);
    });
  };
  const others: FusedNet[] = [];
  inForms(rest, others, (pair) => {
    const each = Array.from({ length: pair.net.hidden }, (_, l) => (l * 0.37 + 0.2) % 1);
    for (const g of [0, 0.37, 1, each]) {
      for (const keep of [1, 0.8]) {
        checkPass(pair, others, g, keep, `${JSON.stringify(options)} g ${g} keep ${keep}`);
      }
    }
  });
}
