/** Evaluation on the fused kernels, on one thread and on two. */

import { assertEquals, assertGreater, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "gradnets/model/backend.ts";
import type { FusedNet } from "gradnets/engine/fused/fused.ts";
import { kernelKinds } from "gradnets/engine/fused/layers.ts";
import { startThread } from "gradnets/engine/thread.ts";
import { Random } from "gradnets/random.ts";
import { guard, regionBytes, until, withPair, withPairAsync } from "../../helpers/fused.ts";

await startBackend();

Deno.test("FusedNet.evaluate() equals the reference's classes, whatever the number of images", () => {
  const classes = new Set<number>();
  for (const layer of kernelKinds) {
    for (const [width, images] of [[7, 1], [50, 200], [65, 431]] as const) {
      withPair({ layer, width, batch: 2, images }, ({ net, fused }) => {
        const random = new Random(8);
        const pixels = Uint8Array.from({ length: images * net.inputs }, () => random.below(256));
        const x = Float32Array.from(pixels, (pixel) => pixel / 255);
        const intact = guard(fused);
        fused.loadImages(pixels);
        const before = regionBytes(fused, "weights", "gradients", "testPixels", "outputs");
        for (const g of [0.37, [1, 0.2, 0]]) {
          const found = fused.evaluate(g);
          intact();
          assertEquals(regionBytes(fused, "weights", "gradients", "testPixels", "outputs"), before);
          const expected = tf.tidy(() =>
            tf.argMax(net.logits(tf.tensor2d(x, [images, net.inputs]), { g }), 1).dataSync()
          );
          assertEquals([...found], [...expected], `${layer} at g = ${g}`);
          found.forEach((found) => classes.add(found));
        }
      });
    }
  }
  assertGreater(classes.size, 3); // that there is something to tell apart
});

Deno.test("FusedNet.evaluate() gives the same on two threads, and writes nothing elsewhere", async () => {
  const images = 4321; // more than 21 chunks, and a part of one
  const random = new Random(8);
  const x = Uint8Array.from({ length: images * 12 }, () => random.below(256));
  for (const layer of kernelKinds) {
    const options = { layer, width: 50, batch: 2, images } as const;
    const evaluate = (fused: FusedNet) => [0, 0.37, 1, [0, 0.4, 1]].map((g) => fused.evaluate(g));
    let alone: Uint8Array[] = [];
    withPair(options, ({ fused }) => {
      fused.loadImages(x);
      alone = evaluate(fused);
    });
    await withPairAsync({ ...options, startThread }, async ({ fused }) => {
      fused.loadImages(x);
      const intact = guard(fused), second = fused.secondThread!;
      await until(() => fused.evaluate(0.5).length > 0 && second.taken > 0);
      const { taken } = second;
      for (let i = 0; i < 20; i++) assertEquals(evaluate(fused), alone);
      intact();
      assertGreater(second.taken, taken + 20);
      assertEquals(second.failure, undefined);
    });
  }
});

Deno.test("FusedNet.evaluate() classifies what is loaded, less than there is room for as well", async () => {
  const random = new Random(8), options = { width: 50, batch: 2, images: 4321 } as const;
  const pixels = Uint8Array.from({ length: options.images * 12 }, () => random.below(256));
  const counts = [4321, 1000, 1, 0, 199, 200, 201, 4320];
  let expected: Uint8Array = new Uint8Array();
  withPair(options, ({ fused }) => {
    assertEquals(fused.evaluate(0.5).length, 0); // nothing is loaded yet
    fused.loadImages(pixels);
    expected = fused.evaluate(0.5);
    for (const count of counts) {
      fused.loadImages(pixels.subarray(0, count * 12));
      assertEquals(fused.evaluate(0.5), expected.subarray(0, count));
    }
    assertThrows(() => fused.loadImages(new Uint8Array(13)), RangeError, "13 values as images");
    assertThrows(
      () => fused.loadImages(new Uint8Array(4322 * 12)),
      RangeError,
      "at most 4321 of 12",
    );
    assertEquals(fused.evaluate(0.5), expected.subarray(0, 4320)); // as it was
  });
  await withPairAsync({ ...options, startThread }, async ({ fused }) => {
    const second = fused.secondThread!;
    fused.loadImages(pixels);
    await until(() => fused.evaluate(0.5).length > 0 && second.taken > 0);
    for (let i = 0; i < 40; i++) {
      for (const count of counts) {
        const from = 12 * i; // other images than before
        fused.loadImages(pixels.subarray(from, from + Math.min(count, 4281) * 12));
        assertEquals(fused.evaluate(0.5), expected.subarray(i, i + Math.min(count, 4281)));
      }
    }
  });
});

Deno.test("FusedNet needs neither shared memory nor waiting on one thread, as on a page", () => {
  const { SharedArrayBuffer } = globalThis, { wait } = Atomics;
  const fail = () => {
    throw new Error("nobody waits here");
  };
  Object.assign(globalThis, { SharedArrayBuffer: undefined });
  Object.assign(Atomics, { wait: fail });
  try {
    withPair({ width: 7, batch: 2, images: 431 }, ({ fused }) => {
      fused.loadImages(new Uint8Array(431 * 12));
      assertEquals(fused.evaluate(0.5).length, 431);
    });
  } finally {
    Object.assign(globalThis, { SharedArrayBuffer });
    Object.assign(Atomics, { wait });
  }
});
