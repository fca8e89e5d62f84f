/** The loss between forward and backward, beside the reference's. */

import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { argMax, softmaxCrossEntropy } from "gradnets/engine/fused/softmax.ts";
import { crossEntropy } from "gradnets/engine/objective.ts";
import { startBackend } from "gradnets/model/backend.ts";
import { assertClose } from "../../helpers/close.ts";

await startBackend();

Deno.test("softmaxCrossEntropy() holds at logits that overflow exp, and argMax() takes the first", () => {
  const values = new Float32Array([1000, 0, 7, 0, 0, -1000, 5, 5]);
  const logits = { values, stride: 4, classes: 2 };
  assertEquals([...argMax({ ...logits, stride: 2 }, 4)], [0, 0, 0, 0]);
  const bias = new Float32Array(2);
  const loss = softmaxCrossEntropy(logits, new Uint8Array([0, 1]), bias);
  assertClose([loss], [-Math.log(1e-9)], { rel: 1e-6 });
  assertClose(values, [0, 0, 7, 0, 0, 0, 5, 5], { abs: 1e-6 }); // what is beside is left alone
});

Deno.test("softmaxCrossEntropy() without ε is as little finite as the reference", () => {
  const found = [[87, 0], [87, 1], [88, 0], [88, 1]].map(([far, label]) => {
    const values = new Float32Array([far!, 0, far!]);
    const reference = tf.tidy(() => {
      const oneHot = tf.oneHot([label!], 3);
      return crossEntropy(tf.tensor2d(values.slice(), [1, 3]), oneHot, 0).dataSync()[0]!;
    });
    const logits = { values, stride: 3, classes: 3 };
    const loss = softmaxCrossEntropy(logits, Uint8Array.of(label!), new Float32Array(3), 0);
    if (Number.isFinite(loss)) assertClose([loss], [reference], { rel: 1e-6 });
    else assertEquals(loss, reference);
    return Number.isFinite(loss) ? "finite" : loss;
  });
  assertEquals(found, ["finite", "finite", NaN, Infinity]); // 0·log(0), and −log(0)
});
