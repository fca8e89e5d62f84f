/** The layers against float64 arithmetic, stock autodiff and central differences. */

import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "gradnets/model/backend.ts";
import { dense, hiddenStack, unstack } from "gradnets/model/dense.ts";
import { GradNet, type GradNetOptions } from "gradnets/model/gradnet.ts";
import { type LayerKind, layerKinds, layers } from "gradnets/model/layers.ts";
import type { G } from "gradnets/model/g.ts";
import { Random } from "gradnets/random.ts";
import { crossEntropy, gradients } from "gradnets/engine/objective.ts";
import { assertClose, values, withoutLeak } from "../helpers/close.ts";
import { centralDifferences, gAt, lossInFloat64, unit, weightsOf } from "../helpers/float64.ts";

await startBackend();

const GS = [0, 0.37, 1];

function tensor<R extends tf.Rank>(shape: tf.ShapeMap[R], random: Random): tf.Tensor<R> {
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor<R>(Float32Array.from({ length: size }, () => random.normal()), shape);
}

/** A small net whose biases are not 0: with all of them 0 a dead layer sits right on ReLU's kink. */
function smallNet(sizes: GradNetOptions): GradNet {
  const net = new GradNet({ stddev: 0.5, ...sizes });
  const random = new Random(11), { firstB, hiddenB, lastB } = net.variables;
  tf.tidy(() => {
    for (const b of [firstB, hiddenB, lastB] as tf.Variable[]) {
      b.assign(tf.mul(0.3, tensor(b.shape as [number], random)));
    }
  });
  return net;
}

/** The same net from TensorFlow.js' own operations alone: the oracle for every gradient. */
function stockLogits(net: GradNet, x: tf.Tensor2D, g: G, masks?: tf.Tensor2D[]) {
  const { firstW, firstB, hiddenW, hiddenB, lastW, lastB, gateW, gateB } = net.variables;
  let y = tf.relu(tf.add(tf.matMul(x, firstW), firstB)) as tf.Tensor2D;
  if (masks) y = tf.mul(y, masks[0]!);
  const Ws = tf.unstack(hiddenW), bs = tf.unstack(hiddenB);
  const gateWs = gateW && tf.unstack(gateW), gateBs = gateB && tf.unstack(gateB);
  Ws.forEach((W, l) => {
    const u = tf.add(tf.matMul(y, W as tf.Tensor2D), bs[l]!);
    const relu = tf.relu(u);
    const t = gateWs && tf.sigmoid(tf.add(tf.matMul(y, gateWs[l] as tf.Tensor2D), gateBs![l]!));
    const late = gAt(g, l), early = 1 - late;
    const ys: Record<string, () => tf.Tensor> = {
      "plain": () => relu,
      "residual": () => tf.add(relu, y),
      "identity-grelu": () => tf.add(tf.mul(relu, late), tf.mul(y, early)),
      "linear-grelu": () => tf.add(tf.mul(relu, late), tf.mul(u, early)),
      "highway": () => tf.add(y, tf.mul(t!, tf.sub(relu, y))),
    };
    y = ys[net.layer]!() as tf.Tensor2D;
    if (masks) y = tf.mul(y, masks[l + 1]!);
  });
  return tf.add(tf.matMul(y, lastW), lastB) as tf.Tensor2D;
}

for (const kind of layerKinds) {
  for (const g of GS) {
    Deno.test(`layers["${kind}"].forward() is its formula at g = ${g}`, () =>
      withoutLeak(() => {
        tf.tidy(() => {
          const x = tensor<tf.Rank.R2>([3, 5], new Random(1));
          const u = tensor<tf.Rank.R2>([3, 5], new Random(2));
          const us = values(u);
          const own = {
            gateW: tensor<tf.Rank.R2>([5, 5], new Random(12)),
            gateB: tensor<tf.Rank.R1>([5], new Random(13)),
          };
          const ts = values(tf.sigmoid(tf.add(tf.matMul(x, own.gateW), own.gateB)));
          const expected = values(x).map((x, i) => unit(kind, x, us[i]!, g, ts[i]!));
          const y = layers[kind].forward(x, u, g, kind === "highway" ? own : {});
          assertClose(values(y), expected, { rel: 1e-6, what: "y" });
        });
      }));

    for (const masked of [false, true]) {
      const dropout = masked ? "with" : "without";
      Deno.test(`gradients() of ${kind} agree with stock autodiff at g = ${g}, ${dropout} dropout`, () =>
        withoutLeak(() => {
          const net = smallNet({ inputs: 12, width: 7, depth: 6, classes: 4, layer: kind });
          tf.tidy(() => {
            const random = new Random(3);
            const x = tensor<tf.Rank.R2>([5, 12], random);
            const labels = tf.oneHot([0, 1, 2, 3, 1], 4);
            const masks = Array.from(
              { length: 5 },
              () => tf.tensor2d(random.dropoutMask(new Float32Array(35), 0.8), [5, 7]),
            );
            const found = gradients(net, x, labels, masked ? { g, masks } : { g });
            const variables = Object.values(net.variables) as tf.Variable[];
            const stock = tf.variableGrads(
              () => crossEntropy(stockLogits(net, x, g, masked ? masks : undefined), labels),
              variables,
            );
            assertClose(values(found.crossEntropy), values(stock.value), { what: "loss" });
            assertEquals(Object.keys(found.gradients), Object.keys(net.variables));
            for (const [what, { name }] of Object.entries(net.variables)) {
              const expected = values(stock.grads[name]!);
              assertClose(values(found.gradients[what]!), expected, { what, abs: 1e-7 });
            }
          });
          net.dispose();
        }));
    }
  }

  for (const g of [...GS, [0, 0.5, 0.2, 1]]) {
    Deno.test(`gradients() of ${kind} agree with central differences in float64 at g = ${g}`, () =>
      withoutLeak(() => {
        const net = smallNet({ inputs: 6, width: 5, depth: 6, classes: 3, layer: kind });
        const random = new Random(4), classes = [0, 1, 2, 1];
        const images = Float64Array.from({ length: 24 }, () => Math.fround(random.normal()));
        const weights = weightsOf(net);
        const loss = () => lossInFloat64(net, weights, images, classes, g);
        tf.tidy(() => {
          const x = tf.tensor2d(Float32Array.from(images), [4, 6]);
          const found = gradients(net, x, tf.oneHot(classes, 3), { g });
          assertClose(values(found.crossEntropy), [loss()], { what: "loss" });
          for (const [what, w] of Object.entries(weights)) {
            const expected = centralDifferences(w, loss);
            assertClose(values(found.gradients[what]!), expected, { what, abs: 1e-6 });
          }
        });
        net.dispose();
      }));
  }
}

Deno.test("hiddenStack() of identity-grelu passes x through exactly at g = 0", () => {
  tf.tidy(() => {
    const random = new Random(5);
    const x = tensor<tf.Rank.R2>([50, 50], random);
    const W = tensor<tf.Rank.R3>([48, 50, 50], random), b = tensor<tf.Rank.R2>([48, 50], random);
    assertEquals(values(hiddenStack(layers["identity-grelu"], x, W, b, 0)), values(x));
  });
});

Deno.test("hiddenStack() of identity-grelu at g = 0 gives its weights no gradient at all", () => {
  const net = new GradNet({ inputs: 6, width: 50, depth: 50 });
  tf.tidy(() => {
    const x = tensor<tf.Rank.R2>([10, 6], new Random(6));
    const labels = tf.oneHot(tf.range(0, 10, 1, "int32"), 10);
    const { hiddenW } = gradients(net, x, labels, { g: 0 }).gradients;
    assertEquals(values(tf.max(tf.abs(hiddenW!)))[0], 0);
  });
  net.dispose();
});

for (const kind of ["identity-grelu", "linear-grelu"] as const) {
  Deno.test(`logits() of ${kind} at g = 1 equal those of plain`, () => {
    const sizes = { inputs: 9, width: 16, depth: 8, seed: 7, stddev: 0.4 };
    const net = new GradNet({ ...sizes, layer: kind });
    const plain = new GradNet({ ...sizes, layer: "plain" });
    tf.tidy(() => {
      const x = tensor<tf.Rank.R2>([5, 9], new Random(8));
      assertEquals(values(net.logits(x, { g: 1 })), values(plain.logits(x, { g: 1 })));
    });
    net.dispose();
    plain.dispose();
  });
}

Deno.test("dense() agrees with stock autodiff in all three gradients", () =>
  withoutLeak(() =>
    tf.tidy(() => {
      const random = new Random(9);
      const args: [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D] = [
        tensor<tf.Rank.R2>([3, 70], random),
        tensor<tf.Rank.R2>([70, 4], random),
        tensor<tf.Rank.R1>([4], random),
      ];
      const ours = tf.grads((x, W, b) =>
        dense(x as tf.Tensor2D, W as tf.Tensor2D, b as tf.Tensor1D)
      );
      const stock = tf.grads((x, W, b) =>
        tf.add(tf.matMul(x as tf.Tensor2D, W as tf.Tensor2D), b!)
      );
      const expected = stock(args);
      ours(args).forEach((found, i) => assertClose(values(found), values(expected[i]!)));
    })
  ));

Deno.test("unstack() gives the parts that tf.unstack gives", () =>
  withoutLeak(() =>
    tf.tidy(() => {
      const stack = tensor<tf.Rank.R3>([4, 3, 2], new Random(10));
      const parts = unstack(stack), expected = tf.unstack(stack);
      assertEquals(parts.map((part) => part.shape), expected.map((part) => part.shape));
      parts.forEach((part, i) => assertEquals(values(part), values(expected[i]!)));
    })
  ));

Deno.test("GradNet has the original's 162,160 parameters at the original's sizes", () => {
  const net = new GradNet();
  assertEquals(net.parameterCount, 784 * 50 + 50 + 48 * (50 * 50 + 50) + 50 * 10 + 10);
  assertEquals(net.parameterCount, 162_160);
  assertEquals(net.variables.hiddenW.shape, [48, 50, 50]);
  assertEquals(net.variables.hiddenB.shape, [48, 50]);
  net.dispose();
});

Deno.test("GradNet starts from a truncated normal, and biases from 0", () => {
  const net = new GradNet({ seed: 0 });
  const weights = values(net.variables.hiddenW);
  const mean = weights.reduce((sum, w) => sum + w, 0) / weights.length;
  const variance = weights.reduce((sum, w) => sum + (w - mean) ** 2, 0) / weights.length;
  // Closed form for a normal cut at ±2σ: variance 1 − 4φ(2)/(2Φ(2) − 1) = 0.7737, mean |w| 0.7228.
  assertClose([Math.sqrt(variance)], [0.08796], { rel: 0.01 });
  assertClose([weights.reduce((sum, w) => sum + Math.abs(w), 0) / weights.length], [0.07228], {
    rel: 0.01,
  });
  assertClose([mean], [0], { abs: 1e-3 });
  assertEquals(Math.max(...weights.slice(0, 60_000).map(Math.abs)) <= 0.2, true);
  assertEquals(values(net.variables.hiddenB).every((b) => b === 0), true);
  net.dispose();
});

Deno.test("GradNet of the same seed is the same, of another seed another; 0 is a seed", () => {
  const weights = (seed: number) => {
    const net = new GradNet({ inputs: 4, width: 3, depth: 3, seed });
    const found = [...values(net.variables.firstW)];
    net.dispose();
    return found;
  };
  assertEquals(weights(0), weights(0));
  assertEquals(weights(1).some((w, i) => w !== weights(0)[i]), true);
});

Deno.test("GradNet can be built twice and frees what it made", () =>
  withoutLeak(() => {
    const sizes = { inputs: 4, width: 3, depth: 3 };
    const nets = [new GradNet(sizes), new GradNet(sizes)];
    nets.forEach((net) => net.dispose());
  }));

Deno.test("GradNet refuses what cannot be built, by name", () => {
  assertThrows(
    () => new GradNet({ depth: 2 }),
    RangeError,
    "depth must be a whole number from 3 up, but is 2",
  );
  assertThrows(() => new GradNet({ width: 0 }), RangeError, "width");
  assertThrows(() => new GradNet({ inputs: 1.5 }), RangeError, "inputs");
  assertThrows(() => new GradNet({ classes: 1 }), RangeError, "classes");
  assertThrows(() => new GradNet({ stddev: -1 }), RangeError, "stddev");
  assertThrows(() => new GradNet({ seed: -1 }), RangeError, "seed");
  assertThrows(
    () => new GradNet({ layer: "toString" as LayerKind }),
    TypeError,
    "identity-grelu, linear-grelu, plain, residual, highway",
  );
});
