/** The trainer: steps, runs that stop and continue, measurements. */

import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "gradnets/model/backend.ts";
import { GradNet, type GradNetOptions } from "gradnets/model/gradnet.ts";
import { anneal, constant } from "gradnets/train/schedules.ts";
import { Trainer, type TrainerOptions } from "gradnets";
import { assertClose, tinyDataset, values, withoutLeak } from "../helpers/close.ts";

await startBackend();

const data = tinyDataset();

type Options = Partial<Omit<TrainerOptions, "net">> & { readonly net?: GradNetOptions };

/** Gives `body` a small trainer, and takes it and its net away again. */
async function withTrainer(
  { net: netOptions, ...options }: Options,
  body: (trainer: Trainer) => void | Promise<void>,
): Promise<void> {
  const net = new GradNet({ inputs: 4, width: 6, depth: 5, classes: 2, ...netOptions });
  const trainer = new Trainer({ net, data, batchSize: 20, every: 5, l1: 1, ...options });
  try {
    await body(trainer);
  } finally {
    trainer.dispose();
    net.dispose();
  }
}

/** Runs to `iterations` and returns the losses of all steps. */
async function losses(trainer: Trainer, iterations = 25): Promise<number[]> {
  for await (const _ of trainer.run({ iterations }));
  return trainer.steps.map(({ loss }) => loss);
}

Deno.test("Trainer.step() trains on one batch and says so in plain numbers", () =>
  withTrainer({}, (trainer) => {
    const before = values(trainer.net.variables.firstW).slice();
    const step = trainer.step();
    assertEquals([step.iter, step.epoch, step.g], [0, 0, 0]);
    assertEquals([trainer.iter, trainer.epoch, trainer.iterationsPerEpoch], [1, 0.1, 10]);
    assertClose([step.loss], [step.crossEntropy + step.weightNorm], { rel: 1e-6 });
    assertEquals(step.gradientNorm, 0); // at g = 0 the hidden weights get no data gradient
    assert(values(trainer.net.variables.firstW).some((w, i) => w !== before[i]));
    assertEquals(JSON.parse(JSON.stringify(step)), step);
  }));

Deno.test("Trainer moves the hidden weights by the norm penalty alone at g = 0", () =>
  withTrainer({ learningRate: constant(1e-3) }, (trainer) => {
    const before = values(trainer.net.variables.hiddenW).slice();
    trainer.step();
    // Adam's first step is the learning rate times the gradient's sign, here sign(W).
    const expected = before.map((w) => w - 1e-3 * Math.sign(w));
    assertClose(values(trainer.net.variables.hiddenW), expected, { rel: 1e-4 });
  }));

Deno.test("Trainer learns", () =>
  withTrainer({ g: anneal({ epochs: 5 }), learningRate: constant(0.01) }, async (trainer) => {
    for await (const _ of trainer.run({ epochs: 20 }));
    assert(trainer.evaluate().accuracy > 0.95, `accuracy ${trainer.evaluate().accuracy}`);
  }));

Deno.test("Trainer gives the same numbers for the same seed, others for another", async () => {
  const found: number[][] = [];
  for (const seed of [0, 0, 1]) {
    await withTrainer({ seed }, async (trainer) => void found.push(await losses(trainer)));
  }
  assertEquals(found[0], found[1]);
  assert(found[0]!.some((loss, i) => loss !== found[2]![i]));
});

Deno.test("Trainer.run() can be broken out of, aborted, stopped and stepped, and changes nothing by it", async () => {
  let expected: number[] = [];
  await withTrainer({}, async (trainer) => void (expected = await losses(trainer)));
  await withTrainer({}, async (trainer) => {
    trainer.measure();
    trainer.step();
    for await (const { iter } of trainer.run({ iterations: 25 })) if (iter === 5) break;
    assertEquals([trainer.iter, trainer.state], [5, "idle"]);
    const abort = new AbortController();
    for await (const { iter } of trainer.run({ iterations: 25, signal: abort.signal })) {
      if (iter === 10) abort.abort();
    }
    assertEquals(trainer.iter, 10);
    for await (const { iter } of trainer.run({ epochs: 2.5 })) if (iter === 15) trainer.stop();
    assertEquals([trainer.iter, trainer.state], [15, "idle"]);
    assertEquals(await losses(trainer), expected);
    assertEquals(trainer.points.map(({ iter }) => iter), [0, 5, 10, 15, 20]);
  });
});

Deno.test("Trainer.run() measures before the update, without dropout, on the batch to come", () =>
  withTrainer({ every: 5, keep: 0.5 }, async (trainer) => {
    for await (const point of trainer.run({ iterations: 6 })) {
      const before = trainer.evaluate();
      assertEquals(point.testAccuracy, before.accuracy);
      assertEquals(point.iter, trainer.iter);
      const weightNorm = tf.tidy(() => values(tf.mean(tf.abs(trainer.net.variables.hiddenW))));
      assertClose([point.weightNorm], [...weightNorm], { rel: 1e-6 });
    }
    assertEquals(trainer.points.length, 2);
    // Dropout is on in the step and off in the measurement of the very same batch.
    assert(trainer.points[0]!.crossEntropy !== trainer.steps[0]!.crossEntropy);
  }));

Deno.test("Trainer measures what it trains on where there is no dropout", () =>
  withTrainer({ keep: 1, g: constant(0.4) }, (trainer) => {
    const { trainAccuracy, testAccuracy, ...measured } = trainer.measure();
    assertEquals(trainer.step(), measured);
    assert(trainAccuracy >= 0 && trainAccuracy <= 1 && testAccuracy >= 0 && testAccuracy <= 1);
    assert(measured.gradientNorm > 0);
  }));

Deno.test("Trainer.start() runs behind other work, and pause() holds it", () =>
  // On the fused kernels it would end before the pause.
  withTrainer({ kernels: "reference" }, async (trainer) => {
    const seen: number[] = [];
    const done = trainer.start({ iterations: 400 }, ({ iter }) => void seen.push(iter));
    assertEquals(trainer.state, "running");
    while (trainer.iter < 20) await new Promise((resolve) => setTimeout(resolve, 1));
    trainer.pause();
    await new Promise((resolve) => setTimeout(resolve, 40));
    const held = trainer.iter;
    await new Promise((resolve) => setTimeout(resolve, 40));
    assertEquals([trainer.iter, trainer.state], [held, "paused"]);
    assert(held < 400);
    trainer.resume();
    await done;
    assertEquals([trainer.iter, trainer.state, seen.length], [400, "idle", 80]);
  }));

Deno.test("Trainer refuses a second run beside the first", () =>
  withTrainer({}, async (trainer) => {
    const done = trainer.start({ iterations: 200 });
    assertThrows(() => void trainer.start({ iterations: 300 }), Error, "is running already");
    await assertRejects(() => trainer.run({ iterations: 300 }).next(), Error, "stop() it");
    trainer.stop();
    await done;
    assert(trainer.iter < 200);
  }));

Deno.test("Trainer aborts while paused", () =>
  withTrainer({}, async (trainer) => {
    const abort = new AbortController();
    const done = trainer.start({ iterations: 10_000, signal: abort.signal });
    trainer.pause();
    await new Promise((resolve) => setTimeout(resolve, 20));
    abort.abort();
    await done;
    assertEquals(trainer.state, "idle");
  }));

Deno.test("Trainer stops at a loss that is not finite, names where, and leaves the weights alone", () =>
  withTrainer({ learningRate: constant(0.125), g: constant(0.5) }, (trainer) => {
    trainer.step();
    const { firstW, lastW } = trainer.net.variables;
    tf.tidy(() => lastW.assign(tf.fill<tf.Rank.R2>(lastW.shape, NaN)));
    const before = values(firstW).slice();
    const error = assertThrows(() => trainer.step(), Error);
    for (const part of ["loss became NaN", "iteration 1 ", "g 0.5", "learning rate 0.125"]) {
      assertStringIncludes(error.message, part);
    }
    assertEquals(values(firstW), before);
    assertEquals([trainer.iter, trainer.steps.length], [1, 1]);
    assertThrows(() => trainer.measure(), Error, "loss became NaN");
  }));

Deno.test("Trainer leaves no tensor behind", () =>
  withoutLeak(() =>
    withTrainer({}, async (trainer) => {
      trainer.measure();
      trainer.step();
      const before = tf.memory().numTensors;
      await losses(trainer);
      trainer.evaluate();
      assertEquals(tf.memory().numTensors, before);
    })
  ));

Deno.test("Trainer refuses options that cannot be, by name", async () => {
  const refused = (options: Options, part: string) =>
    assertRejects(() => withTrainer(options, () => {}), RangeError, part);
  await refused({ keep: 0 }, "keep must be a schedule or a number above 0 and at most 1, but is 0");
  await refused({ l1: -1 }, "l1");
  await refused({ every: 0 }, "every");
  await refused({ batchSize: 201 }, "batch");
  await refused({ net: { inputs: 5 } }, "the net takes 5 values an image, but tiny has 4");
  await refused({ data: { ...data, classes: 3 } }, "2 classes");
  await withTrainer({}, (trainer) => {
    assertThrows(() => trainer.run({}), RangeError, "either epochs or iterations");
    assertThrows(() => trainer.run({ epochs: 1, iterations: 1 }), RangeError, "either");
    assertThrows(() => trainer.run({ epochs: NaN }), RangeError, "epochs NaN");
    assertThrows(() => void trainer.start({ iterations: -1 }), RangeError, "iterations -1");
  });
});
