/** The fused kernels, held to float64, to the reference, and to their own memory. */

import {
  assert,
  assertEquals,
  assertGreater,
  assertLess,
  assertMatch,
  assertThrows,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { splitImages } from "gradnets/data/batches.ts";
import { startBackend } from "gradnets/model/backend.ts";
import { Chunks } from "gradnets/model/kernels/chunks.ts";
import type { FusedNet } from "gradnets/model/kernels/fused.ts";
import { layerForms } from "gradnets/model/kernels/layer.ts";
import { parts } from "gradnets/model/kernels/matmul.ts";
import { argMax, softmaxCrossEntropy } from "gradnets/model/kernels/softmax.ts";
import { hasRelaxedSimd, hasSimd } from "gradnets/model/kernels/support.ts";
import type { Share } from "gradnets/model/share.ts";
import { Random } from "gradnets/random.ts";
import { crossEntropy, gradients, meanAbs } from "gradnets/train/objective.ts";
import { passInFloat64 } from "./helpers/backprop64.ts";
import { assertClose, values } from "./helpers/close.ts";
import { centralDifferences, lossInFloat64, weightsOf } from "./helpers/float64.ts";
import {
  type Case,
  guard,
  type Pair,
  regionBytes,
  withPair,
  withPairAsync,
} from "./helpers/fused.ts";

await startBackend();

const stuck = new URL("./helpers/stuck_worker.ts", import.meta.url);
const STUCK = 99; // what it writes when it has taken a chunk

async function until(is: () => boolean): Promise<void> {
  const start = performance.now();
  while (!is()) {
    if (performance.now() - start > 60_000) throw new Error("nothing happened in 60 s");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

const meanOfAbs = (x: ArrayLike<number>) =>
  Array.from(x).reduce((sum, x) => sum + Math.abs(x), 0) / x.length;

/** The masks of a pass, as `Random` draws them. */
function masksOf({ net, labels }: Pair, keep: number): Float32Array[] {
  const random = new Random(3, 77);
  const mask = () => random.dropoutMask(new Float32Array(labels.length * net.width), keep);
  return Array.from({ length: net.depth - 1 }, mask);
}

/** Compares one pass with float64 and with the reference; returns what it found. */
function checkPass(pair: Pair, g: Share, keep: number, what: string): void {
  const { net, fused, x, labels } = pair;
  const intact = guard(fused);
  const found = fused.pass(x, labels, g, { seed: 3, stream: 77, keep });
  intact();
  const masks = keep < 1 ? { masks: masksOf(pair, keep) } : {};
  const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, name: string) =>
    assertClose(actual, expected, { what: `${what}: ${name}` });

  const exact = passInFloat64(net, weightsOf(net), { x, labels, g, ...masks });
  close([found.crossEntropy], [exact.crossEntropy], "cross-entropy");
  close([found.weightNorm], [meanOfAbs(values(net.variables.hiddenW))], "weight norm");
  close([found.gradientNorm], [meanOfAbs(exact.gradients.hiddenW!)], "gradient norm");
  for (const name of fused.layout.names) close(fused.gradient(name), exact.gradients[name]!, name);

  tf.tidy(() => {
    const shape: [number, number] = [labels.length, net.width];
    const tensors = keep < 1 ? { masks: masks.masks!.map((m) => tf.tensor2d(m, shape)) } : {};
    const images = tf.tensor2d(x, [labels.length, net.inputs]);
    const oneHot = tf.oneHot(tf.tensor1d(labels, "int32"), net.classes);
    const reference = gradients(net, images, oneHot, { g, ...tensors });
    close([found.crossEntropy], values(reference.crossEntropy), "the reference's cross-entropy");
    close([found.gradientNorm], values(meanAbs(reference.hiddenW)), "the reference's norm");
    fused.layout.names.forEach((name, i) =>
      close(fused.gradient(name), values(reference.gradients[i]!), `the reference's ${name}`)
    );
  });
}

/** A pass at every g and with and without dropout. */
function check(options: Case): void {
  withPair(options, (pair) => {
    const each = Array.from({ length: pair.net.hidden }, (_, l) => (l * 0.37 + 0.2) % 1);
    for (const g of [0, 0.37, 1, each]) {
      for (const keep of [1, 0.8]) {
        checkPass(pair, g, keep, `${JSON.stringify(options)} g ${g} keep ${keep}`);
      }
    }
  });
}

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

for (const layer of layerForms) {
  Deno.test(`FusedNet.pass() of ${layer} equals float64 and the reference at every width`, () => {
    for (const width of [1, 4, 7, 50, 65]) check({ layer, width, batch: 3 });
    check({ layer, width: 200, depth: 4, batch: 3 });
  });

  Deno.test(`FusedNet.pass() of ${layer} equals float64 and the reference at every batch`, () => {
    for (const batch of [1, 50, 128]) check({ layer, width: 7, batch, depth: 4 });
    check({ layer, width: 50, batch: 50, inputs: 70, depth: 3 });
    check({ layer, width: 65, batch: 128, depth: 3, classes: 2 });
  });
}

Deno.test("FusedNet.pass() equals both in the form without relaxed SIMD, too", () => {
  for (const relaxed of hasRelaxedSimd() ? [true, false] : [false]) {
    withPair({ batch: 3, relaxed }, ({ fused }) => assertEquals(fused.relaxed, relaxed));
    for (const width of [7, 50]) check({ layer: "identity-grelu", width, batch: 9, relaxed });
  }
  assert(hasSimd());
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

Deno.test("FusedNet.update() is Adam with the penalty's gradient, as float64 has it", () => {
  for (const width of [7, 50]) {
    withPair({ width, inputs: 9, batch: 4, classes: 3 }, ({ net, fused, x, labels }) => {
      const weights = weightsOf(net), l1 = 30, rate = 3e-3;
      weights.hiddenW!.fill(0, 0, 3); // sign(0) = 0
      fused.load("hiddenW", Float32Array.from(weights.hiddenW!));
      const zeros = () => fused.layout.names.map((name) => new Float64Array(weights[name]!.length));
      const m = zeros(), v = zeros();
      for (let t = 1; t <= 5; t++) {
        fused.pass(x, labels, 0.5);
        const gradients = fused.layout.names.map((name) => fused.gradient(name));
        const intact = guard(fused);
        fused.update(rate, l1);
        intact();
        fused.layout.names.forEach((name, n) => {
          const w = weights[name]!, size = w.length;
          w.forEach((_, i) => {
            const penalty = name === "hiddenW" ? l1 / size * Math.sign(w[i]!) : 0;
            const gradient = gradients[n]![i]! + penalty;
            m[n]![i] = 0.9 * m[n]![i]! + 0.1 * gradient;
            v[n]![i] = 0.999 * v[n]![i]! + 0.001 * gradient ** 2;
            const mHat = m[n]![i]! / (1 - 0.9 ** t), vHat = v[n]![i]! / (1 - 0.999 ** t);
            w[i]! -= rate * mHat / (Math.sqrt(vHat) + 1e-8 / Math.sqrt(1 - 0.999 ** t));
          });
          assertClose(fused.parameter(name), w, { what: `step ${t}, ${name}` });
        });
        intact();
        for (const name of fused.layout.names) {
          weights[name] = Float64Array.from(fused.parameter(name));
        }
      }
    });
  }
});

Deno.test("FusedNet.update() is gradient descent where that is the rule, as float64 has it", () => {
  const rule = { kind: "sgd", scale: 4 } as const, rate = 0.05, l1 = 30;
  for (const width of [7, 50]) {
    withPair({ width, inputs: 9, batch: 4, classes: 3, rule }, ({ net, fused, x, labels }) => {
      const weights = weightsOf(net);
      weights.hiddenW!.fill(0, 0, 3); // sign(0) = 0
      fused.load("hiddenW", Float32Array.from(weights.hiddenW!));
      fused.pass(x, labels, 0.5);
      const intact = guard(fused);
      fused.update(rate, l1);
      intact();
      for (const name of fused.layout.names) {
        const gradient = fused.gradient(name), w = weights[name]!;
        const penalty = name === "hiddenW" ? l1 / w.length : 0;
        const expected = w.map((w, i) => w - 4 * rate * (gradient[i]! + penalty * Math.sign(w)));
        assertClose(fused.parameter(name), expected, { what: name });
      }
    });
  }
});

Deno.test("FusedNet.update() lets no mean fade into denormal numbers", () =>
  withPair({ width: 4, batch: 1 }, ({ fused }) => {
    const at = fused.layout.parameter("firstW", "m");
    const m = new Float32Array(fused.memory.buffer, at, 4);
    m.set([1e-29, -1e-29, 1e-30, -1e-30]);
    fused.update(1e-3, 0); // no pass was made: all gradients are 0
    assertClose(m, [9e-30, -9e-30, 0, 0]);
    assertEquals([...m.subarray(2)].map(Math.abs), [0, 0]);
  }));

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
