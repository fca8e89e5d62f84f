import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { crossEntropy, Random, startBackend } from "gradnets";
import { NormedNet } from "gradnets/model/normed_net.ts";
import { assertClose, values, withoutLeak } from "../helpers/close.ts";
import { centralDifferences } from "../helpers/float64.ts";

await startBackend();

const INPUTS = 4, WIDTH = 3, HIDDEN = 2, CLASSES = 3, BATCH = 6;
const make = (seed = 1) =>
  new NormedNet({
    inputs: INPUTS,
    width: WIDTH,
    hidden: HIDDEN,
    classes: CLASSES,
    seed,
    stddev: 1,
  });

function images(count = BATCH, seed = 5): Float64Array {
  const random = new Random(seed);
  return Float64Array.from({ length: count * INPUTS }, () => Math.fround(random.uniform()));
}

/** The loss with weights in the order of the net's variables, from the formulas, in float64. */
function lossInFloat64(w: readonly Float64Array[], x: Float64Array, labels: number[], g: number) {
  const layers = HIDDEN + 1;
  let rows = labels.map((_, n) => [...x.subarray(n * INPUTS, (n + 1) * INPUTS)]);
  for (let l = 0; l < layers; l++) {
    const W = w[l]!, b = w[layers + l]!;
    const us = rows.map((x) =>
      [...b].map((b0, j) => x.reduce((sum, x, i) => sum + x * W[i * b.length + j]!, b0))
    );
    if (l === HIDDEN) {
      rows = us;
      break;
    }
    const gamma = w[2 * layers + 2 * l]!, beta = w[2 * layers + 2 * l + 1]!;
    const mean = gamma.map((_, j) => us.reduce((sum, u) => sum + u[j]!, 0) / us.length);
    const variance = mean.map((m, j) =>
      us.reduce((sum, u) => sum + (u[j]! - m) ** 2, 0) / us.length
    );
    rows = us.map((u) =>
      u.map((u, j) => {
        const bn = gamma[j]! * (u - mean[j]!) / Math.sqrt(variance[j]! + 1e-3) + beta[j]!;
        return Math.max((1 - g) * bn + g * u, 0);
      })
    );
  }
  return rows.reduce((loss, z, n) => {
    const total = z.reduce((sum, z) => sum + Math.exp(z), 0);
    return loss - Math.log(Math.exp(z[labels[n]!]!) / total + 1e-9);
  }, 0);
}

Deno.test("NormedNet's gradients in training are those of its formula, whatever g", async () => {
  const x = images(), labels = [0, 1, 2, 2, 1, 0];
  await withoutLeak(() => {
    const net = make();
    const variables = Object.values(net.variables).filter(({ trainable }) => trainable);
    const w = variables.map((v) => Float64Array.from(values(v)));
    for (const g of [0, 0.6, 1]) {
      tf.tidy(() => {
        const input = tf.tensor2d(Float32Array.from(x), [BATCH, INPUTS]);
        const y = tf.oneHot(tf.tensor1d(labels, "int32"), CLASSES);
        const { value, grads } = tf.variableGrads(
          () => crossEntropy(net.logits(input, { g, training: true }), y),
          variables,
        );
        assertClose(values(value), [lossInFloat64(w, x, labels, g)], { what: `loss at g ${g}` });
        variables.forEach((v, i) => {
          const expected = centralDifferences(w[i]!, () => lossInFloat64(w, x, labels, g));
          const found = grads[v.name] ? values(grads[v.name]!) : new Float32Array(v.size);
          // batch norm makes a bias before it idle: its gradient is rounding alone
          assertClose(found, expected, { rel: 1e-3, abs: 2e-5, what: `gradient ${i} at g ${g}` });
        });
      });
    }
    net.dispose();
  });
});

Deno.test("NormedNet's answer depends on the batch below g = 1, and only there", () => {
  const net = make();
  const one = images(1, 1), some = images(3, 2), others = images(3, 3);
  const answer = (others: Float64Array, g: number) =>
    tf.tidy(() => {
      const x = tf.tensor2d([...one, ...others], [1 + others.length / INPUTS, INPUTS]);
      return [...values(net.logits(x, { g, statistics: "batch" }))].slice(0, CLASSES);
    });
  assertEquals(answer(some, 1), answer(others, 1));
  assertEquals(answer(some, 1), answer(new Float64Array(), 1)); // alone
  for (const g of [0, 0.9]) {
    const [a, b] = [answer(some, g), answer(others, g)];
    assert(a.some((z, i) => Math.abs(z - b[i]!) > 1e-3), `${a} and ${b} at g ${g}`);
  }
  // with running statistics the others has no say either
  const running = (others: Float64Array) =>
    tf.tidy(() => {
      const x = tf.tensor2d([...one, ...others], [1 + others.length / INPUTS, INPUTS]);
      return [...values(net.logits(x, { g: 0 }))].slice(0, CLASSES);
    });
  assertEquals(running(some), running(others));
  net.dispose();
});

Deno.test("NormedNet moves its running statistics in training alone", () => {
  const net = make();
  const means = () => net.norms.flatMap(({ mean }) => [...values(mean)]);
  const x = tf.tensor2d(Float32Array.from(images()), [BATCH, INPUTS]);
  const before = means();
  tf.tidy(() => void net.logits(x, { g: 0 }));
  tf.tidy(() => void net.logits(x, { g: 0, statistics: "batch" }));
  assertEquals(means(), before);
  tf.tidy(() => void net.logits(x, { g: 0, training: true }));
  assert(means().every((mean, i) => mean !== before[i]));
  tf.dispose(x);
  net.dispose();
});
