/** Schedules, Adam and the objective against closed forms and float64. */

import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "gradnets/model/backend.ts";
import { Random } from "gradnets/random.ts";
import { Adam } from "gradnets/train/adam.ts";
import { crossEntropy, meanAbs, meanAbsGradient } from "gradnets/engine/objective.ts";
import { anneal, constant, decay } from "gradnets/train/schedules.ts";
import { assertClose, values, withoutLeak } from "../helpers/close.ts";

await startBackend();

Deno.test("anneal() is min(t/τ, 1), at the original's log points", () => {
  const g = anneal({ epochs: 10 });
  const printed = [0, 100, 200, 800].map((iter) => g({ iter, epoch: iter / 1100 }));
  assertClose(printed, [0, 0.00909091, 0.0181818, 0.0727273], { rel: 1e-5 });
  assertEquals(g({ iter: 11_000, epoch: 10 }), 1);
  assertEquals(g({ iter: 21_900, epoch: 21_900 / 1100 }), 1);
});

Deno.test("anneal() by whole epochs stays within one", () => {
  const g = anneal({ epochs: 4, whole: true });
  assertEquals([0, 0.99, 1, 3.5, 4, 9].map((epoch) => g({ iter: 0, epoch })), [
    0,
    0,
    0.25,
    0.75,
    1,
    1,
  ]);
});

Deno.test("decay() is the original's, from global_step 10", () => {
  const rate = decay();
  assertAlmostEquals(rate({ iter: 0, epoch: 0 }), 1e-3 * Math.pow(0.8, 0.01));
  assertAlmostEquals(rate({ iter: 21_999, epoch: 20 }), 1e-3 * Math.exp(22.009 * Math.log(0.8)));
});

Deno.test("schedules refuse what cannot be, by name", () => {
  assertThrows(() => anneal({ epochs: 0 }), RangeError, "epochs (τ) must be above 0, but is 0");
  assertThrows(() => decay({ rate: -1 }), RangeError, "rate");
  assertThrows(() => decay({ factor: NaN }), RangeError, "factor");
  assertThrows(() => decay({ steps: 0 }), RangeError, "steps");
  assertEquals(constant(0.3)({ iter: 5, epoch: 1 }), 0.3);
});

Deno.test("Adam follows its formula in float64 over 50 steps", () =>
  withoutLeak(() => {
    const random = new Random(0), size = 6;
    const start = Array.from({ length: size }, () => random.normal());
    const w = tf.tidy(() => tf.variable(tf.tensor1d(start)));
    const adam = new Adam([w]);
    const w64 = Float64Array.from(start), m = new Float64Array(size), v = new Float64Array(size);
    for (let t = 1; t <= 50; t++) {
      const gradient = Float32Array.from({ length: size }, () => random.normal());
      const rate = 0.01 * 0.9 ** t;
      tf.tidy(() => adam.step([tf.tensor1d(gradient)], rate));
      gradient.forEach((d, i) => {
        m[i] = 0.9 * m[i]! + 0.1 * d;
        v[i] = 0.999 * v[i]! + 0.001 * d * d;
        const corrected = rate * Math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t);
        w64[i]! -= corrected * m[i]! / (Math.sqrt(v[i]!) + 1e-8);
      });
    }
    assertClose(values(w), w64, { rel: 1e-6, what: "w" });
    adam.dispose();
    w.dispose();
  }));

Deno.test("crossEntropy() is summed, and finite where p is 0", () => {
  const logits = [[1, 2, 3], [0, -200, 0]], labels = [2, 1];
  const expected = logits.reduce((sum, row, i) => {
    const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
    return sum - Math.log(Math.exp(row[labels[i]!]!) / total + 1e-9);
  }, 0);
  const found = tf.tidy(() => values(crossEntropy(tf.tensor2d(logits), tf.oneHot(labels, 3))));
  assertClose(found, [expected], { rel: 1e-6 });
});

Deno.test("meanAbs() and its gradient, which is 0 at 0", () => {
  const found = tf.tidy(() => {
    const t = tf.tensor1d([-3, 0, 1, 4]);
    return { norm: values(meanAbs(t))[0], gradient: [...values(meanAbsGradient(t))] };
  });
  assertEquals(found.norm, 2);
  assertEquals(found.gradient.map((x) => x + 0), [-0.25, 0, 0.25, 0.25]);
});
