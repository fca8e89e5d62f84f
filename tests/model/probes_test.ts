/** The probes against float64 arithmetic, central differences and closed forms. */

import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "gradnets/model/backend.ts";
import { GradNet, type GradNetOptions } from "gradnets/model/gradnet.ts";
import { activations, layerJacobian } from "gradnets/model/jacobian.ts";
import { gradual } from "gradnets/model/gradual.ts";
import { identity, layerKinds, layers, linear } from "gradnets/model/layers.ts";
import { linearR2, singularValues } from "gradnets/model/linearity.ts";
import { probe } from "gradnets/model/probes.ts";
import type { G } from "gradnets/model/g.ts";
import { Random } from "gradnets/random.ts";
import { crossEntropy } from "gradnets/engine/objective.ts";
import { assertClose, withoutLeak } from "../helpers/close.ts";
import { passInFloat64 } from "../helpers/backprop64.ts";
import {
  centralDifferences,
  firstInFloat64,
  hiddenInFloat64,
  logitsFrom,
  lossOf,
  type Weights,
  weightsOf,
} from "../helpers/float64.ts";

await startBackend();

const sizes = { inputs: 6, width: 5, depth: 6, classes: 3, stddev: 0.5 };
const labels = [0, 1, 2, 1];
const gs: G[] = [0, 0.37, 1, [0, 0.2, 0.7, 1]];

/** A small net with biases, so that no unit sits on ReLU's kink. */
function smallNet(options: GradNetOptions): GradNet {
  const net = new GradNet({ ...sizes, ...options });
  const random = new Random(11);
  tf.tidy(() => {
    for (const b of [net.variables.firstB, net.variables.hiddenB] as tf.Variable[]) {
      b.assign(tf.tensor(Array.from({ length: b.size }, () => 0.3 * random.normal()), b.shape));
    }
  });
  return net;
}

const images = () => {
  const random = new Random(4);
  return Float64Array.from({ length: 24 }, () => Math.fround(random.normal()));
};

/** u and y of every layer but the last, image by image, in float64. */
function passed(net: GradNet, weights: Weights, x: Float64Array, g: G) {
  const found = labels.map((_, n) => {
    const first = firstInFloat64(weights, x.subarray(n * net.inputs, (n + 1) * net.inputs));
    const all: { u: Float64Array; y: Float64Array }[] = [{
      u: first,
      y: first.map((u) => Math.max(u, 0)),
    }];
    for (let l = 0; l < net.hidden; l++) {
      all.push(hiddenInFloat64(net, weights, l, all[l]!.y, g));
    }
    return all;
  });
  const of = (what: "u" | "y", l: number) => found.flatMap((all) => [...all[l]![what]]);
  return Array.from({ length: net.depth - 1 }, (_, l) => ({ u: of("u", l), y: of("y", l) }));
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const meanAbs = (values: ArrayLike<number>) => mean(Array.from(values, Math.abs));

for (const layer of layerKinds) {
  for (const g of gs) {
    Deno.test(`probe() of ${layer} finds what float64 finds at g = ${g}`, () =>
      withoutLeak(() => {
        const net = smallNet({ layer });
        const weights = weightsOf(net), x = images();
        const oracle = passInFloat64(net, weights, { x, labels, g });
        const forward = passed(net, weights, x, g);
        tf.tidy(() => {
          const pixels = tf.tensor2d(Float32Array.from(x), [4, 6]), wanted = tf.oneHot(labels, 3);
          const found = probe(net, pixels, { g, loss: (logits) => crossEntropy(logits, wanted) });
          const all = [found.first, ...found.hidden];
          const close = (what: string, actual: number[], expected: number[]) =>
            assertClose(actual, expected, { what, abs: 1e-7 });
          close("loss", [found.loss], [oracle.crossEntropy]);
          close("activation", all.map((l) => l.activation), forward.map(({ y }) => meanAbs(y)));
          const deviation = (y: number[]) => Math.sqrt(mean(y.map((v) => (v - mean(y)) ** 2)));
          close("spread", all.map((l) => l.spread), forward.map(({ y }) => deviation(y)));
          const dead = (u: number[]) =>
            mean(Array.from({ length: 5 }, (_, j) =>
              [0, 1, 2, 3].every((n) =>
                  u[5 * n + j]! <= 0
                )
                ? 1
                : 0));
          assertEquals(all.map((l) => l.dead), forward.map(({ u }) => dead(u)));
          const { firstW, hiddenW, lastW } = oracle.gradients;
          const hidden = Array.from(
            { length: 4 },
            (_, l) => hiddenW!.subarray(25 * l, 25 * l + 25),
          );
          close("∂L/∂W", all.map((l) => l.weightGradient), [firstW!, ...hidden].map(meanAbs));
          close("∂L/∂W, last", [found.lastWeightGradient], [meanAbs(lastW!)]);
          // ∂L/∂y by central differences: the rest of the net from there on.
          const dys = forward.map(({ y }, l) => {
            const moved = Float64Array.from(y);
            const row = (n: number) => moved.subarray(5 * n, 5 * n + 5);
            const loss = () =>
              labels.reduce(
                (sum, label, n) => sum + lossOf(logitsFrom(net, weights, l, row(n), g), label),
                0,
              );
            return meanAbs(centralDifferences(moved, loss));
          });
          assertClose(all.map((l) => l.gradient), dys, { what: "∂L/∂y", abs: 1e-7 });
        });
        net.dispose();
      }));

    Deno.test(`layerJacobian() of ${layer} agrees with central differences at g = ${g}`, () =>
      withoutLeak(() => {
        const net = smallNet({ layer });
        const weights = weightsOf(net);
        const x = Float64Array.from([0.5, -1, 0.25, 2, -0.125]);
        for (let l = 0; l < net.hidden; l++) {
          const found = layerJacobian(net, l, x, g);
          for (let j = 0; j < 5; j++) {
            const yj = () => hiddenInFloat64(net, weights, l, x, g).y[j]!;
            const expected = centralDifferences(x, yj);
            assertClose(found[j]!, expected, { what: `layer ${l}, row ${j}`, abs: 1e-6 });
          }
        }
        net.dispose();
      }));
  }
}

Deno.test("layerJacobian() of identity-grelu is (1−g)I + g·D·Wᵀ", () => {
  const net = smallNet({ layer: "identity-grelu" }), g = 0.37, x = [0.5, -1, 0.25, 2, -0.125];
  const weights = weightsOf(net);
  const { u } = hiddenInFloat64(net, weights, 1, Float64Array.from(x), g);
  const W = weights.hiddenW!.subarray(25);
  const found = layerJacobian(net, 1, x, g);
  const dead = u.filter((u) => u <= 0).length;
  assert(dead > 0 && dead < 5, "both kinds of unit are there");
  const expected = Array.from({ length: 25 }, (_, k) => {
    const j = Math.floor(k / 5), i = k % 5;
    return (i === j ? 1 - g : 0) + (u[j]! > 0 ? g * W[5 * i + j]! : 0);
  });
  assertClose(found.flat(), expected, { rel: 1e-6 });
  net.dispose();
});

Deno.test("layerJacobian() and activations() refuse what does not fit, by name", () => {
  const net = smallNet({});
  const x = [0, 0, 0, 0, 0];
  assertThrows(() => layerJacobian(net, 4, x, 0), RangeError, "hidden layer 4: expected 0 to 3");
  assertThrows(() => layerJacobian(net, 0.5, x, 0), RangeError, "hidden layer 0.5");
  assertThrows(() => layerJacobian(net, 0, [1], 0), RangeError, "5 numbers, but it has 1");
  assertThrows(() => layerJacobian(net, 0, x, [1]), RangeError, "4 hidden layers");
  const image = tf.zeros<tf.Rank.R2>([1, 6]);
  assertThrows(() => activations(net, image, [1]), RangeError, "4 hidden layers");
  image.dispose();
  net.dispose();
});

Deno.test("activations() gives what float64 gives", () =>
  withoutLeak(() => {
    const net = smallNet({ layer: "highway" }), x = images();
    const pixels = tf.tensor2d(Float32Array.from(x), [4, 6]);
    const found = activations(net, pixels, 0.5);
    const expected = passed(net, weightsOf(net), x, 0.5);
    assertEquals(found.length, 5);
    found.forEach((y, l) => assertClose(y, expected[l]!.y, { what: `layer ${l}` }));
    pixels.dispose();
    net.dispose();
  }));

Deno.test("probe() takes a layer of one's own, also one whose weights have no say", () => {
  const probed = (layer: GradNetOptions["layer"] & object) => {
    const net = smallNet({ layer });
    const found = tf.tidy(() => {
      const x = tf.tensor2d(Float32Array.from(images()), [4, 6]), wanted = tf.oneHot(labels, 3);
      const found = probe(net, x, { g: 0.37, loss: (logits) => crossEntropy(logits, wanted) });
      return [found.loss, ...found.hidden.flatMap((l) => [l.gradient, l.weightGradient])];
    });
    net.dispose();
    return found as number[];
  };
  assertClose(probed(gradual(identity, layers.plain)), probed(layers["identity-grelu"]));
  assertClose(probed(gradual(linear, layers.plain)), probed(layers["linear-grelu"]));
  const [, gradient, weightGradient] = probed(identity);
  assertEquals(weightGradient, 0);
  assert(gradient! > 0);
});

Deno.test("probe() of identity-grelu at g = 0 finds exactly nothing for the hidden weights", () => {
  const net = new GradNet({ inputs: 6, width: 50, depth: 50 });
  const x = tf.tensor2d(Float32Array.from(images()), [4, 6]), wanted = tf.oneHot(labels, 10);
  const { hidden, first } = probe(net, x, { g: 0, loss: (logits) => crossEntropy(logits, wanted) });
  assertEquals(hidden.map((l) => l.weightGradient), Array(48).fill(0));
  assertEquals(new Set(hidden.map((l) => l.gradient)), new Set([first.gradient]));
  tf.dispose([x, wanted]);
  net.dispose();
});

Deno.test("probe() counts a unit as dead that is never above 0, and no other", () => {
  const net = new GradNet({ inputs: 1, width: 4, depth: 3, classes: 2, layer: "plain" });
  tf.tidy(() => {
    net.variables.hiddenW.assign(tf.zeros([1, 4, 4]));
    net.variables.hiddenB.assign(tf.tensor2d([[-1, 0, 1e-6, 1]]));
  });
  const x = tf.ones<tf.Rank.R2>([3, 1]);
  const { hidden } = probe(net, x, { g: 1, loss: (logits) => tf.sum(logits) as tf.Scalar });
  assertEquals(hidden[0]!.dead, 0.5);
  x.dispose();
  net.dispose();
});

Deno.test("probe() finds linearity 1 where layers are linear, less where they bend", () => {
  const random = new Random(8);
  const x = tf.tensor2d(Float32Array.from({ length: 64 * 6 }, () => random.normal()), [64, 6]);
  const linearity = (layer: GradNetOptions["layer"] & string, g: number) => {
    const net = new GradNet({ ...sizes, layer });
    const loss = (logits: tf.Tensor2D) => tf.sum(logits) as tf.Scalar;
    const found = probe(net, x, { g, loss, linearity: true });
    net.dispose();
    return [...found.hidden.map((l) => l.linearity!), found.linearity!];
  };
  for (const layer of ["identity-grelu", "linear-grelu"] as const) {
    assertClose(linearity(layer, 0), [1, 1, 1, 1, 1], { rel: 1e-9 });
    assert(linearity(layer, 0.5).every((share) => share > 0.5 && share < 1 - 1e-4), layer);
  }
  const plain = linearity("plain", 0);
  assertLess(plain.at(-1)!, 1 - 1e-3);
  const net = new GradNet(sizes), few = tf.zeros<tf.Rank.R2>([6, 6]);
  const loss = (logits: tf.Tensor2D) => tf.sum(logits) as tf.Scalar;
  const before = tf.memory().numTensors;
  assertThrows(() => probe(net, few, { g: 0, loss, linearity: true }), RangeError, "at least 7");
  assertEquals(tf.memory().numTensors, before);
  tf.dispose([x, few]);
  net.dispose();
});

Deno.test("linearR2() of a leaky ReLU has its closed form, whatever the units", () => {
  // y = (1+a)/2·x + (1−a)/2·|x| on −3, −1, 1, 3: variances of x and |x| are 5 and 1, covariance 0.
  for (const a of [0, 0.25, 0.5, 1]) {
    const expected = 5 * (1 + a) ** 2 / (5 * (1 + a) ** 2 + (1 - a) ** 2);
    for (const unit of [1, 1e-12, 1e12]) {
      const x = [-3, -1, 1, 3].map((x) => x * unit);
      const y = x.map((x) => 1e-20 * (x > 0 ? x : a * x));
      assertClose([linearR2(x, y, 4)], [expected], { rel: 1e-12 });
    }
  }
});

Deno.test("linearR2() weighs every output by its variance, and a column twice changes nothing", () => {
  // Columns of the Hadamard matrix of order 8: orthogonal, mean 0, sums of squares 8.
  const h = (n: number, k: number) => (-1) ** (n & k).toString(2).replaceAll("0", "").length;
  const rows = (of: (n: number) => number[]) => Array.from({ length: 8 }, (_, n) => of(n)).flat();
  const x = rows((n) => [h(n, 1), h(n, 2), h(n, 1) + 1e-3 * h(n, 4)]);
  const twice = rows((n) => [h(n, 1), h(n, 2), h(n, 1) + 1e-3 * h(n, 4), h(n, 2)]);
  // 9 + 16 + 1 are explained, 4 + 25 are not.
  const y = rows((n) => [3 * h(n, 1) + 2 * h(n, 7) + 5, 4 * h(n, 2) + h(n, 4), 5 * h(n, 3)]);
  assertClose([linearR2(x, y, 8)], [26 / 55], { rel: 1e-9 });
  assertClose([linearR2(twice, y, 8)], [26 / 55], { rel: 1e-9 });
});

Deno.test("linearR2() explains noise to width/(count − 1), and has no answer for a constant", () => {
  const random = new Random(5);
  const noise = (length: number) => Float64Array.from({ length }, () => random.normal());
  // Variance of each output's share: about 2·20·179/200³ = 9e-4, so ±.004 over 50 outputs.
  const share = linearR2(noise(200 * 20), noise(200 * 50), 200);
  assertLess(Math.abs(share - 20 / 199), 0.016);
  assertEquals(linearR2(noise(30), new Float64Array(60).fill(0.1), 10), NaN);
  const rounded = Float32Array.from({ length: 10 }, (_, n) => 100 * (1 + 1e-7 * (n % 2)));
  assertEquals(linearR2(noise(10), rounded, 10), NaN, "rounding is no variance");
  assertEquals(linearR2(new Float64Array(10), noise(10), 10), 0, "an input that never changes");
});

Deno.test("linearR2() refuses too few rows, and rows that do not come out even", () => {
  assertThrows(() => linearR2([1, 2], [1, 2], 2), RangeError, "at least 3");
  assertThrows(() => linearR2([1, 2, 3], [1, 2, 3, 4], 3), RangeError, "hold 3 and 4 numbers");
});

Deno.test("singularValues() of known matrices", () => {
  assertClose(singularValues([[0, 2], [-3, 0]]), [3, 2], { rel: 1e-14 });
  assertClose(singularValues([[1, 2], [2, 4], [2, 4]]), [Math.sqrt(45), 0], { abs: 1e-14 });
  assertEquals(singularValues([[0, 0], [0, 0]]), [0, 0]);
  // The golden ratio and its inverse.
  assertClose(singularValues([[1, 1], [0, 1]]), [(1 + Math.sqrt(5)) / 2, (Math.sqrt(5) - 1) / 2], {
    rel: 1e-14,
  });
  assertThrows(() => singularValues([[1, 2]]), RangeError, "at least as many as columns");
  assertThrows(() => singularValues([[1, 2], [3]]), RangeError, "2 of 2,1");
});

Deno.test("singularValues() of a random matrix: Σσ² = Σw², and Πσ of a product of two", () => {
  const random = new Random(3), n = 50;
  const matrix = () =>
    Array.from({ length: n }, () => Array.from({ length: n }, () => random.normal()));
  const a = matrix(), b = matrix();
  const ab = a.map((row) => b[0]!.map((_, j) => row.reduce((sum, v, k) => sum + v * b[k]![j]!, 0)));
  const squares = (values: number[]) => values.reduce((sum, v) => sum + v * v, 0);
  assertClose([squares(singularValues(a))], [squares(a.flat())], { rel: 1e-12 });
  const logProduct = (m: number[][]) => singularValues(m).reduce((sum, v) => sum + Math.log(v), 0);
  assertClose([logProduct(ab)], [logProduct(a) + logProduct(b)], { rel: 1e-10 });
});
