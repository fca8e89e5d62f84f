/** A model of one's own does all that a GradNet does: it trains, pauses, is measured and logged. */

import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { anneal, type Model, startBackend, SummaryWriter, Trainer } from "gradnets";
import { crossEntropy, gradients } from "gradnets/engine/objective.ts";
import { assertClose, values, withoutLeak } from "../helpers/close.ts";
import { inDirectory } from "../helpers/files.ts";
import { patternDataset } from "../helpers/fused.ts";
import { conv } from "../helpers/own_model.ts";

await startBackend();

const all = patternDataset(300, 6);
const data = { ...all, validation: { ...all.test, count: 100 } };
const part = {
  images: all.test.images.subarray(0, 100 * data.inputs),
  labels: all.test.labels.subarray(0, 100),
  count: 100,
};

/** A trainer of a net with filters, on data whose validation images are the first test images. */
async function withTrainer(body: (_: Trainer<Model>) => void | Promise<void>): Promise<void> {
  await withoutLeak(async () => {
    const net = conv({ width: 4, seed: 1 }, data);
    const trainer = new Trainer<Model>({
      net,
      data: { ...data, validation: part },
      batchSize: 20,
      every: 5,
      l1: 0.1,
      g: anneal({ epochs: 2 }),
      learningRate: 1e-2,
    });
    try {
      await body(trainer);
    } finally {
      trainer.dispose();
      net.dispose();
    }
  });
}

Deno.test("a convolution of one's own has the gradients of its differences", () =>
  withTrainer(({ net }) => {
    const images = Float32Array.from(data.train.images.subarray(0, 3 * 36), (v) => v / 255);
    const x = () => tf.tensor2d(images, [3, 36]);
    const labels = () => tf.oneHot([1, 0, 7], 10), options = { g: 0.5 };
    const loss = () => tf.tidy(() => values(crossEntropy(net.logits(x(), options), labels()))[0]!);
    tf.tidy(() => {
      const found = gradients(net, x(), labels(), options).gradients;
      const filters = net.variables["filters"]!, start = values(filters).slice();
      const at = (i: number, by: number) => {
        const moved = start.slice();
        moved[i]! += by;
        tf.tidy(() => filters.assign(tf.tensor(moved, filters.shape)));
        return loss();
      };
      const expected = Array.from(start, (_, i) => (at(i, 2e-3) - at(i, -2e-3)) / 4e-3);
      tf.tidy(() => filters.assign(tf.tensor(start, filters.shape)));
      assertClose(values(found["filters"]!), expected, { rel: 5e-3, what: "filters" });
    });
  }));

Deno.test("Trainer of any model steps, runs, stops, goes on and gives the same numbers by it", async () => {
  let expected: readonly number[] = [];
  await withTrainer(async (trainer) => {
    assertEquals(trainer.kernels, "reference: the net is not a GradNet");
    const { filters } = trainer.net.variables, before = values(filters!).slice();
    for await (const _ of trainer.run({ epochs: 4 }));
    expected = trainer.steps.map(({ loss }) => loss);
    assert(values(filters!).some((w, i) => w !== before[i]));
    assertLess(expected.at(-1)!, expected[0]! / 2);
    assert(trainer.evaluate().accuracy > 0.8);
    assertEquals([trainer.steps[0]!.g, trainer.steps.at(-1)!.g], [0, 1]);
  });
  await withTrainer(async (trainer) => {
    trainer.step();
    for await (const { iter } of trainer.run({ iterations: 60 })) if (iter === 10) trainer.stop();
    assertEquals([trainer.iter, trainer.state], [10, "idle"]);
    const done = trainer.start({ iterations: 60 });
    trainer.pause();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const held = trainer.iter;
    await new Promise((resolve) => setTimeout(resolve, 20));
    assertEquals([trainer.iter, trainer.state], [held, "paused"]);
    trainer.resume();
    await done;
    assertEquals(trainer.steps.map(({ loss }) => loss), expected);
    assertEquals(trainer.points.map(({ iter }) => iter), [
      5,
      10,
      15,
      20,
      25,
      30,
      35,
      40,
      45,
      50,
      55,
    ]);
  });
});

Deno.test("Trainer of any model evaluates every split, and is logged", () =>
  withTrainer((trainer) =>
    inDirectory((directory) => {
      using writer = SummaryWriter.create(directory);
      writer.add(trainer.measure());
      for (let i = 0; i < 20; i++) trainer.step();
      writer.add(trainer.measure());
      assert(Deno.statSync(writer.path).size > 200);
      const test = trainer.evaluate(), validation = trainer.evaluate({ split: "validation" });
      assertEquals(validation.predictions, test.predictions.subarray(0, 100));
      assertEquals(trainer.evaluate({ split: "train" }).predictions, test.predictions);
      assertEquals(trainer.points.map(({ iter }) => iter), [0, 20]);
    })
  ));

Deno.test("Trainer of a model without hidden layers of their own g refuses a list", () =>
  withTrainer(({ net, data }) => {
    const trainer = new Trainer<Model>({ net, data, g: () => [0, 1] });
    assertThrows(() => trainer.step(), RangeError, "g must be a number, and no list");
    trainer.dispose();
  }));
