/** The trainer on the fused kernels: the same training as on the reference, and its fallback. */

import {
  assert,
  assertEquals,
  assertLess,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Dataset } from "gradnets/data/dataset.ts";
import { startBackend } from "gradnets/model/backend.ts";
import { GradNet, type GradNetOptions } from "gradnets/model/gradnet.ts";
import { kernelKinds } from "gradnets/engine/fused/layers.ts";
import { hasRelaxedSimd } from "gradnets/engine/fused/support.ts";
import { layers } from "gradnets/model/layers.ts";
import { constant } from "gradnets/train/schedules.ts";
import { Trainer, type TrainerOptions } from "gradnets";
import { assertClose, tinyDataset, values, withoutLeak } from "../helpers/close.ts";
import { assign, patternDataset } from "../helpers/fused.ts";

await startBackend();

const tiny = tinyDataset(), patterns = patternDataset();

type Options = Omit<Partial<TrainerOptions>, "net"> & { readonly net?: GradNetOptions };

/** Gives `body` a trainer and takes it and its net away again. */
async function withTrainer<T>(
  { net: netOptions, data = tiny, ...options }: Options,
  body: (trainer: Trainer) => T | Promise<T>,
): Promise<T> {
  const { inputs, classes } = data;
  const net = new GradNet({ inputs, classes, width: 6, depth: 5, ...netOptions });
  const trainer = new Trainer({ net, data, batchSize: 20, ...options });
  try {
    return await body(trainer);
  } finally {
    trainer.dispose();
    net.dispose();
  }
}

/** What is warned about while `body` runs. */
async function warnings(body: () => void | Promise<void>): Promise<string[]> {
  const said: string[] = [], { warn } = console;
  // TensorFlow.js has words of its own on its other backends.
  console.warn = (word: string) => void (word.startsWith("Training") && said.push(word));
  try {
    await body();
  } finally {
    console.warn = warn;
  }
  return said;
}

Deno.test("Trainer trains on the fused kernels unless told otherwise, and says which", async () => {
  const said = await warnings(async () => {
    const fused = hasRelaxedSimd() ? "fused (relaxed SIMD)" : "fused (SIMD)";
    await withTrainer({}, ({ kernels }) => assertEquals(kernels, fused));
    await withTrainer({ kernels: "fused" }, ({ kernels }) => assertEquals(kernels, fused));
    const reference = { kernels: "reference" } as const;
    await withTrainer(reference, ({ kernels }) => assertEquals(kernels, "reference"));
  });
  assertEquals(said, []);
  const net = new GradNet({ inputs: 4, classes: 2, depth: 3, width: 2 });
  const kernels = "quick" as "fused";
  const data = tiny;
  assertThrows(
    () => new Trainer({ net, data, kernels }),
    RangeError,
    '"reference", but is "quick"',
  );
  net.dispose();
});

Deno.test("Trainer evaluates on two threads if asked, or where it gains, and says so", async () => {
  const data = patternDataset(4000, 4), net = { width: 4, depth: 3 };
  const look = (threads?: 1 | 2) =>
    withTrainer({ data, net, ...(threads && { threads }) }, async (trainer) => {
      const first = trainer.evaluate(); // the second thread is not waited for
      await new Promise((resolve) => setTimeout(resolve, 100));
      assertEquals(trainer.evaluate(), first);
      const { kernels } = trainer;
      trainer.dispose();
      trainer.dispose(); // twice is once
      assertEquals(trainer.kernels.split(",")[0], kernels.split(",")[0]); // known to the end
      return { kernels, predictions: first.predictions };
    });
  const [one, two] = [await look(1), await look(2)];
  assertEquals(one.predictions, two.predictions);
  assertEquals(two.kernels, `${one.kernels}, evaluation on 2 threads`);
  const { kernels } = await look();
  assertEquals(kernels, navigator.hardwareConcurrency > 1 ? two.kernels : one.kernels);
  await withTrainer({ net }, ({ kernels }) => assertEquals(kernels, one.kernels)); // too few images
  const threads = 3 as 2;
  await withTrainer({ net }, ({ net }) => {
    assertThrows(() => new Trainer({ net, data: tiny, threads }), RangeError, "1 or 2, but is 3");
  });
});

Deno.test("Trainer falls back to the reference on another backend, with one word", async () => {
  const said = await warnings(async () => {
    await tf.setBackend("cpu");
    try {
      for (let i = 0; i < 2; i++) {
        await withTrainer({}, (trainer) => {
          assertEquals(trainer.kernels, "reference: the backend is cpu, not wasm");
          assert(trainer.step().loss > 0);
        });
      }
    } finally {
      await startBackend();
    }
  });
  assertEquals(said.length, 1);
  assertStringIncludes(said[0]!, "the backend is cpu, not wasm");
});

Deno.test("Trainer falls back to the reference for a layer of one's own, with one word", async () => {
  const said = await warnings(() =>
    withTrainer({ net: { layer: { ...layers.plain } } }, (trainer) => {
      assertEquals(trainer.kernels, 'reference: there is no fused kernel for "custom" layers');
      assert(trainer.step().loss > 0);
    })
  );
  assertEquals(said.length, 1);
});

Deno.test("Trainer falls back to the reference where there is no memory for the kernels", async () => {
  const { Memory } = WebAssembly;
  const none = class {
    constructor() {
      throw new RangeError("could not allocate memory");
    }
  };
  const said = await warnings(async () => {
    Object.assign(WebAssembly, { Memory: none });
    try {
      await withTrainer({}, ({ kernels }) => {
        assertMatch(
          kernels,
          /^reference: .* do not start: Cannot make this net: .* no room for them: could not allocate memory$/,
        );
      });
    } finally {
      Object.assign(WebAssembly, { Memory });
    }
  });
  assertEquals(said.length, 1);
});

for (const layer of kernelKinds) {
  Deno.test(`Trainer.step() on ${layer} stays with the reference for 500 steps`, async () => {
    // A training is chaotic: at the notebook's depth and rate, weights that differ by 1e-7 move
    // the reference's own losses by 1e-2 in 500 steps. A lower rate keeps rounding small.
    const learningRate = constant(3e-4), data = patterns;
    const net = { layer, width: 20, depth: 6, stddev: 0.25 };
    const g = ({ iter }: { iter: number }) => Math.min(iter / 250, 1); // all of g is seen
    const [fused, reference] = [
      await withTrainer({ net, data, g, learningRate }, follow),
      await withTrainer({ net, data, g, learningRate, kernels: "reference" }, follow),
    ];
    reference.forEach((loss, i) =>
      assertClose([fused[i]!], [loss], { rel: 1e-3, what: `loss of step ${i}` })
    );
    assertLess(reference.at(-1)!, reference[0]! * 0.8); // it did learn
  });
}

function follow(trainer: Trainer): number[] {
  for (let i = 0; i < 500; i++) trainer.step();
  return trainer.steps.map(({ loss }) => loss);
}

Deno.test("Trainer measures and evaluates as the reference does", async () => {
  for (const layer of kernelKinds) {
    for (const data of [tiny, patterns] as Dataset[]) {
      const options = { data, net: { layer }, g: constant(0.37) };
      const [fused, reference] = [
        await withTrainer(options, look),
        await withTrainer({ ...options, kernels: "reference" }, look),
      ];
      const { loss, crossEntropy, weightNorm, gradientNorm, ...same } = fused.point;
      const { point } = reference;
      for (const [a, b] of [[loss, point.loss], [crossEntropy, point.crossEntropy]] as const) {
        assertClose([a], [b], { rel: 1e-4 });
      }
      assertClose([weightNorm], [point.weightNorm], { rel: 1e-4 });
      assertClose([gradientNorm], [point.gradientNorm], { rel: 1e-4 });
      assertEquals(same.trainAccuracy, point.trainAccuracy);
      assertEquals(fused.evaluation, reference.evaluation);
    }
  }
});

function look(trainer: Trainer) {
  for (let i = 0; i < 30; i++) trainer.step();
  return { point: trainer.measure(), evaluation: trainer.evaluate() };
}

Deno.test("Trainer leaves the variables right after every step, for all who read them", () =>
  withTrainer({ data: patterns, g: constant(0.5) }, (trainer) => {
    const { net, data } = trainer;
    const x = tf.tensor2d(data.test.images, [data.test.count, net.inputs], "int32");
    const images = tf.div<tf.Tensor2D>(x, 255);
    for (let i = 0; i < 20; i++) {
      trainer.step();
      // Through matMul, whose cache of packed weights would show parameters of an earlier step.
      const classes = tf.tidy(() => tf.argMax(net.logits(images, { g: 0.5 }), 1).dataSync());
      assertEquals([...trainer.evaluate().predictions], [...classes], `after step ${i}`);
    }
    tf.dispose([x, images]);
  }));

Deno.test("Trainer takes over variables that were assigned from outside", async () => {
  const [fused, reference] = await Promise.all(
    (["fused", "reference"] as const).map((kernels) =>
      withTrainer({ kernels, g: constant(0.5), data: patterns }, (trainer) => {
        const { hiddenW, lastB } = trainer.net.variables;
        for (let i = 0; i < 5; i++) trainer.step();
        assign(hiddenW, values(hiddenW).map((w) => w / 2));
        const halved = trainer.step();
        assign(lastB, Float32Array.from({ length: 10 }, (_, i) => i));
        const { predictions } = trainer.evaluate();
        return { halved, predictions, next: trainer.step() };
      })
    ),
  );
  assertClose([fused!.halved.weightNorm], [reference!.halved.weightNorm], { rel: 1e-4 });
  assertClose([fused!.next.loss], [reference!.next.loss], { rel: 1e-4 });
  assertEquals(fused!.predictions, reference!.predictions);
});

Deno.test("Trainer hands out what nobody looked at before it is disposed of", () => {
  const steps = (read: boolean) =>
    withTrainer({ data: patterns, g: constant(0.5) }, (trainer) => {
      const { net } = trainer, { numTensors } = tf.memory();
      for (let i = 0; i < 5; i++) {
        trainer.step();
        if (read) Object.values(net.variables).forEach(values);
      }
      trainer.dispose();
      const found = Object.values(net.variables).map((variable) => [...values(variable)]);
      assertEquals(tf.memory().numTensors, numTensors);
      return found;
    });
  return withoutLeak(async () => assertEquals(await steps(false), await steps(true)));
});

Deno.test("Trainer shares a net with another trainer", () =>
  withTrainer({ net: { seed: 4 } }, (one) => {
    const other = new Trainer({ net: one.net, data: tiny, batchSize: 20, l1: 0 });
    const weight = () => values(one.net.variables.firstW).slice();
    for (const trainer of [one, other, one]) {
      const before = weight();
      trainer.step();
      assert(weight().some((w, i) => w !== before[i]));
      assertClose(weight(), before, { rel: 0.02 }); // one step away, not a restart
    }
    other.dispose();
  }));

Deno.test("Trainer gives the same run for the same seed, bit by bit", async () => {
  const run = () => withTrainer({ data: patterns, seed: 7 }, look);
  const [first, second] = [await run(), await run()];
  assertEquals(first, second);
});

Deno.test("Trainer.dispose() leaves nothing and ends the training", async () => {
  await withoutLeak(() =>
    withTrainer({}, (trainer) => {
      trainer.step();
      trainer.dispose();
      for (const use of [() => trainer.step(), () => trainer.evaluate()]) {
        assertThrows(use, Error, "disposed of");
      }
    })
  );
  await withTrainer({}, (trainer) => {
    trainer.net.dispose();
    assertThrows(() => trainer.step(), Error, "The net was disposed of: its firstW");
  }).catch((error) => assertStringIncludes(String(error), "disposed")); // of the second dispose
});

Deno.test("Trainer.dispose() lets go of the kernels' memory", async () => {
  const data = { ...patterns, test: patternDataset(3000, 40).test, inputs: 1600 };
  const big: Dataset = { ...data, train: data.test, validation: data.test, height: 40, width: 40 };
  let kept = 0;
  const registry = new FinalizationRegistry(() => kept--);
  for (let i = 0; i < 40; i++) { // 20 MB each, if they were kept
    await withTrainer({ data: big, net: { width: 4, depth: 3 } }, (trainer) => {
      registry.register(trainer, i);
      kept++;
      trainer.step();
    });
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assertLess(kept, 40, "no trainer was collected");
});
