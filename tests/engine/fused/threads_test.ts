/** Evaluation on the fused kernels, on one thread and on two. */

import { assertEquals, assertGreater, assertLess, assertMatch } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "gradnets/model/backend.ts";
import { Chunks } from "gradnets/engine/fused/chunks.ts";
import type { FusedNet } from "gradnets/engine/fused/fused.ts";
import { layerForms } from "gradnets/engine/fused/layer.ts";

import { Random } from "gradnets/random.ts";
import { guard, regionBytes, withPair, withPairAsync } from "../../helpers/fused.ts";

await startBackend();

const stuck = new URL("../../helpers/stuck_worker.ts", import.meta.url);
const STUCK = 99; // what it writes when it has taken a chunk

async function until(is: () => boolean): Promise<void> {
  const start = performance.now();
  while (!is()) {
    if (performance.now() - start > 60_000) throw new Error("nothing happened in 60 s");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

Deno.test("FusedNet.evaluate() equals the reference's classes, whatever the number of images", () => {
  const classes = new Set<number>();
  for (const layer of layerForms) {
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
  for (const layer of layerForms) {
    const options = { layer, width: 50, batch: 2, images } as const;
    const evaluate = (fused: FusedNet) => [0, 0.37, 1, [0, 0.4, 1]].map((g) => fused.evaluate(g));
    let alone: Uint8Array[] = [];
    withPair(options, ({ fused }) => {
      fused.loadImages(x);
      alone = evaluate(fused);
    });
    await withPairAsync({ ...options, threads: 2 }, async ({ fused }) => {
      fused.loadImages(x);
      const intact = guard(fused), helper = fused.helper!;
      await until(() => fused.evaluate(0.5).length > 0 && helper.taken > 0);
      const { taken } = helper;
      for (let i = 0; i < 20; i++) assertEquals(evaluate(fused), alone);
      intact();
      assertGreater(helper.taken, taken + 20);
      assertEquals(helper.failure, undefined);
    });
  }
});

Deno.test("FusedNet.evaluate() does not wait for a second thread that is stuck", () =>
  withPairAsync({ width: 50, batch: 2, images: 4321, threads: 2, program: stuck }, async (pair) => {
    const { fused } = pair, random = new Random(8);
    fused.loadImages(Uint8Array.from({ length: 4321 * 12 }, () => random.below(256)));
    const alone = fused.evaluate(0.5);
    const { chunks } = fused.helper!;
    for (let i = 0; chunks.predictions[0] !== STUCK; i++) { // it has taken one, and keeps it
      assertEquals(fused.evaluate(0.5), alone);
      await new Promise((resolve) => setTimeout(resolve, 1));
      assertLess(i, 5000, "the other thread never took a chunk");
    }
    const start = performance.now();
    for (let i = 0; i < 20; i++) assertEquals(fused.evaluate(0.5), alone);
    assertLess(performance.now() - start, 5000);
    assertEquals(fused.helper!.taken, 0);
  }));

Deno.test("FusedNet.evaluate() goes on alone, and says why, if the second thread fails", () => {
  const program = new URL("data:text/javascript,throw new Error('no luck')");
  const options = { width: 7, batch: 2, images: 431, threads: 2, program } as const;
  return withPairAsync(options, async ({ fused }) => {
    const before = fused.evaluate(0.5);
    await until(() => fused.helper!.failure !== undefined);
    assertMatch(fused.helper!.failure!, /no luck/);
    assertEquals(fused.evaluate(0.5), before);
  });
});

Deno.test("FusedNet.dispose() ends the second thread, and evaluation goes on with one", async () => {
  await withPairAsync({ width: 7, batch: 2, images: 431, threads: 2 }, async ({ fused }) => {
    const before = fused.evaluate(0.5);
    fused.dispose();
    assertEquals(fused.evaluate(0.5), before);
    await Promise.resolve();
  });
  withPair({ width: 7, batch: 2, images: 200, threads: 2 }, ({ fused }) => {
    assertEquals(fused.helper, undefined); // there is nothing to share
  });
});

Deno.test("Chunks gives every chunk to one thread, and takes back what comes too late", () => {
  const chunks = new Chunks(450, 200), other = new Chunks(450, 200, chunks.shared);
  assertEquals([chunks.count, chunks.range(2)], [3, [400, 450]]);
  let late: { job: number } | undefined;
  const here: number[] = [], there: number[] = [];
  chunks.share((chunk) => {
    here.push(chunk);
    if (chunk > 0) return;
    late = other.next(0);
    assertEquals(late, { job: 1 });
    assertEquals(other.takeLast(late!), 2);
    other.finish(late!, 2);
    assertEquals(other.takeLast(late!), 1); // and keeps it
    assertEquals(other.takeLast(late!), -1);
  }, (chunk) => there.push(chunk));
  assertEquals([here, there], [[0, 1], [2]]);
  chunks.share((chunk) => {
    other.finish(late!, 1); // far too late: this is another job
    assertEquals(other.takeLast(late!), -1);
    here.push(chunk);
  }, (chunk) => there.push(chunk));
  assertEquals([here, there], [[0, 1, 0, 1, 2], [2]]);
  chunks.stop();
  assertEquals(other.next(2), undefined);
});
