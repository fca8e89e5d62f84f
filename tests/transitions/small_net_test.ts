import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { anneal, constant, startBackend } from "gradnets";
import { NormedNet } from "gradnets/model/normed_net.ts";
import { classify, Descent } from "gradnets/transitions/small_net.ts";
import { assertClose, values, withoutLeak } from "../helpers/close.ts";

await startBackend();

const batch = {
  images: new Float32Array([0, 1, 1, 0, 0.1, 0.9, 0.8, 0.2]),
  labels: new Uint8Array([0, 1, 0, 1]),
};
const make = () => new NormedNet({ inputs: 2, width: 4, hidden: 2, classes: 2, stddev: 0.5 });
const options = { batch: () => batch, iterationsPerEpoch: 10, learningRate: constant(0.01) };

Deno.test("Descent learns through a whole transition, frees what it makes, repeats itself", async () => {
  const run = () => {
    const net = make();
    const descent = new Descent({ ...options, net, g: anneal({ epochs: 5 }) });
    const steps = Array.from({ length: 80 }, () => descent.step());
    const { logits, inputs } = { logits: (x: tf.Tensor2D) => net.logits(x, { g: 1 }), inputs: 2 };
    const { accuracy } = classify(batch.images, batch.labels, { logits, inputs, batchSize: 3 });
    descent.dispose();
    net.dispose();
    return { steps, accuracy };
  };
  await withoutLeak(() => {
    const { steps, accuracy } = run();
    assertEquals([steps[0]!.g, steps[25]!.g, steps[79]!.g], [0, 0.5, 1]);
    assertEquals([steps[25]!.iter, steps[25]!.epoch], [25, 2.5]);
    assert(steps[79]!.loss < 0.2 * steps[0]!.loss, `${steps[79]!.loss}`);
    assertEquals(accuracy, 1);
    assertEquals(run().steps, steps);
  });
});

Deno.test("Descent leaves alone what has no say: batch norm at g = 1", () => {
  const net = make();
  const descent = new Descent({ ...options, net, g: constant(1) });
  descent.step();
  for (const { gamma, beta, mean, variance } of net.norms) {
    assertEquals([...values(gamma), ...values(variance)], Array(8).fill(1));
    assertEquals([...values(beta), ...values(mean)], Array(8).fill(0));
  }
  descent.dispose();
  net.dispose();
});

Deno.test("Descent stops at a loss that is no number, before anything changes", async () => {
  await withoutLeak(() => {
    const net = make();
    const before = values(net.variables[0]!).slice();
    const images = batch.images.slice().fill(NaN);
    const descent = new Descent({
      ...options,
      net,
      g: constant(1),
      batch: () => ({ ...batch, images }),
    });
    assertThrows(() => descent.step(), Error, "the loss of iteration 0 is NaN");
    assertClose(values(net.variables[0]!), before, { rel: 0 });
    assertEquals(descent.at.iter, 0);
    descent.dispose();
    net.dispose();
  });
});
