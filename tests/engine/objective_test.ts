/** The objective against closed forms. */

import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import {
  crossEntropy,
  meanAbs,
  meanAbsGradient,
  normed,
  penalised,
} from "gradnets/engine/objective.ts";
import { startBackend } from "gradnets/model/backend.ts";
import type { Model } from "gradnets/model/model.ts";
import { assertClose, values } from "../helpers/close.ts";

await startBackend();

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

Deno.test("penalised() adds l1·sign(w)/n to the gradients of the normed weights alone", () =>
  tf.tidy(() => {
    const variables = {
      v: tf.variable(tf.tensor1d([1, -1])),
      w: tf.variable(tf.tensor1d([2, -3, 0])),
      b: tf.variable(tf.tensor1d([5])),
    };
    const model: Model = {
      inputs: 1,
      classes: 1,
      parameterCount: 6,
      maskUnits: [],
      variables,
      normed: ["w", "v"], // 5 numbers
      logits: (x) => x,
      dispose: () => tf.dispose(variables),
    };
    const found = { v: tf.tensor1d([0, 0]), w: tf.tensor1d([1, 1, 1]), b: tf.tensor1d([7]) };
    const given = (l1: number) => penalised(model, found, l1).map((t) => [...values(t)]);
    assertEquals(given(10), [[2, -2], [3, -1, 1], [7]]);
    assertEquals(given(0), [[0, 0], [1, 1, 1], [7]]);
    model.dispose();
  }));

Deno.test("normed() refuses a name that is no variable of the model", () => {
  const model: Model = {
    inputs: 1,
    classes: 2,
    parameterCount: 0,
    variables: {},
    normed: ["W"],
    maskUnits: [],
    logits: (x) => x,
    dispose: () => {},
  };
  assertThrows(() => normed(model), RangeError, "norm of W: the model has no such variable");
});
