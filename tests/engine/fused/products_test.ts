/** The fused kernels: what a pass leaves alone, what is refused, and their small parts. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { splitImages } from "gradnets/data/batches.ts";
import { startBackend } from "gradnets/model/backend.ts";
import { layerForms } from "gradnets/engine/fused/layer.ts";
import { parts } from "gradnets/engine/fused/matmul.ts";
import { argMax, softmaxCrossEntropy } from "gradnets/engine/fused/softmax.ts";
import { crossEntropy } from "gradnets/engine/objective.ts";
import { passInFloat64 } from "../../helpers/backprop64.ts";
import { assertClose } from "../../helpers/close.ts";
import { centralDifferences, lossInFloat64, weightsOf } from "../../helpers/float64.ts";
import { guard, regionBytes, withPair } from "../../helpers/fused.ts";

await startBackend();

Deno.test("passInFloat64() agrees with central differences of the loss, for every kind", () => {
  for (const layer of layerForms) {
    withPair({ layer, width: 5, inputs: 4, classes: 3, batch: 2 }, ({ net, fused, x, labels }) => {
      const weights = weightsOf(net), x64 = Float64Array.from(x), g = 0.37;
      const loss = () => lossInFloat64(net, weights, x64, [...labels], g);
      const found = passInFloat64(net, weights, { x, labels, g });
      assertClose([found.crossEntropy], [loss()], { rel: 1e-12 });
      for (const name of fused.layout.names) {
        const expected = centralDifferences(weights[name]!, loss);
        assertClose(found.gradients[name]!, expected, { rel: 1e-6, abs: 1e-9, what: name });
      }
    });
  }
});

Deno.test("FusedNet.pass() takes bytes for what they are as floats, to the last bit", () => {
  for (const [inputs, batch] of [[256, 1], [13, 3], [7, 1], [28 * 28, 2]] as const) {
    withPair({ inputs, batch, width: 7 }, ({ fused, labels }) => {
      const pixels = Uint8Array.from({ length: inputs * batch }, (_, i) => 255 - i % 256);
      const split = { images: pixels, labels, count: batch };
      const floats = splitImages(split), at = fused.layout.at("images");
      const expected = fused.pass(floats, labels, 0.5);
      const intact = guard(fused);
      assertEquals(fused.pass(pixels, labels, 0.5), expected);
      intact();
      const taken = new Uint32Array(fused.memory.buffer, at, floats.length);
      assertEquals([...taken], [...new Uint32Array(floats.buffer)]);
    });
  }
});

Deno.test("FusedNet.pass() changes nothing that lasts, and gives the same again", () =>
  withPair({ batch: 5, width: 7 }, ({ fused, x, labels }) => {
    fused.pass(x, labels, 0.3);
    fused.update(1e-3, 50);
    const before = regionBytes(fused, "weights", "m", "v");
    const masks = { seed: 0, stream: 1, keep: 0.9 };
    const first = fused.pass(x, labels, 0.6, masks);
    assertEquals(regionBytes(fused, "weights", "m", "v"), before);
    assertEquals(fused.pass(x, labels, 0.6, masks), first);
    assert(fused.pass(x, labels, 0.6, { ...masks, seed: 1 }).crossEntropy !== first.crossEntropy);
  }));

Deno.test("FusedNet refuses values of another size, and takes nothing of them", () =>
  withPair({ width: 5, batch: 2, images: 3 }, ({ fused, x, labels }) => {
    const before = regionBytes(fused, "weights", "images", "testPixels", "shares");
    const long = new Float32Array(999);
    assertThrows(() => fused.load("lastB", long), RangeError, "999 values as lastB");
    assertThrows(() => fused.pass(long, labels, 1), RangeError, "made for 24");
    assertThrows(() => fused.pass(x, new Uint8Array(3), 1), RangeError, "3 values as labels");
    assertThrows(() => fused.pass(x, labels, [1, 0]), RangeError, "2 numbers as g");
    assertThrows(() => fused.evaluate([1, 0, 0, 1]), RangeError, "one for each of 3");
    assertThrows(() => fused.loadImages(new Uint8Array(999)), RangeError, "made for 36");
    assertEquals(regionBytes(fused, "weights", "images", "testPixels", "shares"), before);
  }));

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

Deno.test("parts() are few, and even: those of one size share their code", () => {
  assertEquals([parts(13, 13), parts(14, 13), parts(17, 13)], [[13], [7, 7], [9, 8]]);
  assertEquals([parts(784, 64), parts(65, 64), parts(1, 64)], [Array(14).fill(56), [33, 32], [1]]);
});
