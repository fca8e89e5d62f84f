/**
 * Forward and backward of the fused kernels, held to float64, to the reference and to their own
 * memory: every kind of layer × width × batch × g × dropout × form of the kernels.
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { splitImages } from "gradnets/data/batches.ts";
import { startBackend } from "gradnets/model/backend.ts";
import { kernelKinds } from "gradnets/engine/fused/layers.ts";
import { hasSimd } from "gradnets/engine/fused/support.ts";
import { passInFloat64 } from "../../helpers/backprop64.ts";
import { assertClose } from "../../helpers/close.ts";
import { centralDifferences, lossInFloat64, weightsOf } from "../../helpers/float64.ts";
import { guard, regionBytes, withPair } from "../../helpers/fused.ts";
import { checkPasses, forms } from "../../helpers/passes.ts";

await startBackend();

const small = { inputs: 5, classes: 3, depth: 4 } as const;

for (const layer of kernelKinds) {
  for (const width of [7, 50, 65, 200]) {
    Deno.test(`FusedNet.pass() of ${layer} ${width} wide equals float64 and the reference`, () => {
      for (const batch of [1, 3, 50, 128]) checkPasses({ ...small, layer, width, batch });
    });
  }

  Deno.test(`FusedNet.pass() of ${layer} equals both at other sizes, too`, () => {
    for (const width of [1, 4]) checkPasses({ layer, width, batch: 3 });
    checkPasses({ layer, width: 7, batch: 3, depth: 12 });
    checkPasses({ layer, width: 50, batch: 50, inputs: 70, depth: 3 }); // more than are unrolled
    checkPasses({ layer, width: 65, batch: 3, classes: 2, depth: 3 });
  });
}

Deno.test("FusedNet has a form with the relaxed multiply-add where there is one, and one without", () => {
  assert(hasSimd());
  for (const relaxed of forms) {
    withPair({ batch: 3, relaxed }, ({ fused }) => assertEquals(fused.relaxed, relaxed));
  }
  withPair({ batch: 3 }, ({ fused }) => assertEquals(fused.relaxed, forms[0]));
});

Deno.test("passInFloat64() agrees with central differences of the loss, for every kind", () => {
  for (const layer of kernelKinds) {
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
    const before = regionBytes(fused, "weights", "images", "testPixels", "g");
    const long = new Float32Array(999);
    assertThrows(() => fused.load("lastB", long), RangeError, "999 values as lastB");
    assertThrows(() => fused.pass(long, labels, 1), RangeError, "made for 24");
    assertThrows(() => fused.pass(x, new Uint8Array(3), 1), RangeError, "3 values as labels");
    assertThrows(() => fused.pass(x, labels, [1, 0]), RangeError, "2 numbers as g");
    assertThrows(() => fused.evaluate([1, 0, 0, 1]), RangeError, "one for each of 3");
    assertThrows(() => fused.loadImages(new Uint8Array(999)), RangeError, "at most 3 of 12");
    assertEquals(regionBytes(fused, "weights", "images", "testPixels", "g"), before);
  }));
