/** The trainer's options: defaults, and what it refuses by name before anything changes. */

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertLess,
  assertNotEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import type * as tf from "@tensorflow/tfjs";
import { type Dataset, GradNet, type Progress, startBackend, Trainer } from "gradnets";
import { Architecture } from "gradnets/model/architecture.ts";
import { tinyDataset, values, withoutLeak } from "../helpers/close.ts";
import { withTrainer } from "../helpers/trainer.ts";

await startBackend();

const data = tinyDataset();
const SIZES = { inputs: 4, width: 6, depth: 5, classes: 2 } as const;

/** Gives `body` a net, and takes it away again. */
function withNet(body: (net: GradNet) => void): Promise<void> {
  return withoutLeak(() => {
    const net = new GradNet(SIZES);
    try {
      body(net);
    } finally {
      net.dispose();
    }
  });
}

Deno.test("Trainer refuses kernals, engine and learningrate, and asks what was meant", () =>
  withNet((net) => {
    const refused = (more: object, words: string) =>
      assertThrows(() => new Trainer({ net, data, ...more }), RangeError, words);
    refused({ kernals: "fused" }, "has no field kernals: did you mean kernels?");
    refused({ learningrate: 1 }, "has no field learningrate: did you mean learningRate?");
    refused({ engine: () => {} }, "has no field engine: ");
    refused({ logEpsilon: -1 }, "logEpsilon must be a number from 0 up, but is -1");
    refused({ every: 0 }, "every must be a whole number from 1 up, but is 0");
    refused({ warn: "loudly" }, "warn must be a function that takes a text");
    refused({ kernels: "quick" }, 'kernels must be "fused" or "reference", but is "quick"');
  }));

Deno.test("Trainer does not write its data out to say what could have been wrong with it", () =>
  withoutLeak(() => {
    let written = 0;
    const large = { ...data, toJSON: () => written++ }; // MNIST as JSON takes seconds
    const net = new GradNet({ inputs: data.inputs, classes: data.classes, depth: 3, width: 4 });
    const trainer = new Trainer({ net, data: large, batchSize: 5 });
    trainer.dispose();
    net.dispose();
    assertEquals(written, 0);
  }));

Deno.test("Trainer takes a number as the schedule that always gives it", async () => {
  for (const number of [0, 0.5, 1]) {
    await withNet((net) => {
      const trainer = new Trainer({ net, data, g: number, learningRate: 0.25, keep: 0.75 });
      for (const epoch of [0, 3, 100]) {
        const { g, gOfLayers, learningRate, keep } = trainer.schedule({ iter: epoch * 4, epoch });
        assertEquals([g, gOfLayers, learningRate, keep], [number, number, 0.25, 0.75]);
      }
      trainer.dispose();
    });
  }
});

const never: Readonly<Record<"g" | "learningRate" | "keep", readonly unknown[]>> = {
  g: [NaN, 2, -1, -1e-9, Infinity, "0.5", null, {}],
  learningRate: [NaN, 0, -1, Infinity, "x", "1", null, [1]],
  keep: [NaN, 0, 1.5, -1, "1", null],
};

for (const [option, wrong] of Object.entries(never)) {
  for (const value of wrong) {
    Deno.test(`Trainer refuses ${option} ${JSON.stringify(value) ?? value} (${value}), said at once or by a schedule`, () =>
      withNet((net) => {
        const trainer = (given: unknown, more: object = {}) =>
          new Trainer({ net, data, ...more, [option]: given });
        assertThrows(
          () => trainer(value),
          RangeError,
          `Cannot make a Trainer: ${option} must be a schedule or `,
        );
        for (const kernels of ["fused", "reference"]) {
          refusesAtStep2(trainer(({ iter }: Progress) => iter < 2 ? 1 : value, { kernels }));
        }
      }));
  }
}

/** Two steps go well, and the third changes nothing. */
function refusesAtStep2(trainer: Trainer): void {
  const { net } = trainer;
  const all = () => Object.values(net.variables).map((v: tf.Variable) => values(v).slice());
  trainer.step();
  trainer.step();
  const before = all();
  const { message } = assertThrows(() => trainer.step(), RangeError);
  assertStringIncludes(message, "Cannot train iteration 2: ");
  assertStringIncludes(message, "but its schedule gives ");
  assertEquals([trainer.iter, trainer.steps.length], [2, 2]);
  all().forEach((now, i) => assertEquals(now, before[i]));
  trainer.dispose();
}

for (
  const list of [[], [0.5], [0.1, 0.2], [0, 0, 0, 0], [0, NaN, 1], [0, "1", 1], [0, 1, 2], [
    0,
    undefined,
    1,
  ]]
) {
  Deno.test(`Trainer refuses the list ${JSON.stringify(list)} as g of three layers`, () =>
    withNet((net) => {
      for (const kernels of ["fused", "reference"] as const) {
        refusesAtStep2(
          new Trainer({
            net,
            data,
            kernels,
            g: (({ iter }: Progress) => iter < 2 ? [0, 0.5, 1] : list) as () => number[],
          }),
        );
      }
    }));
}

Deno.test("Trainer can measure and evaluate when the learning rate and keep have come to 0", () =>
  withNet((net) => {
    const falling = ({ iter }: Progress) => 1 - iter / 4;
    const trainer = new Trainer({ net, data, learningRate: falling, keep: falling });
    for (let i = 0; i < 4; i++) trainer.step();
    assertThrows(() => trainer.step(), RangeError, "the learning rate must be a number above 0");
    assertEquals(trainer.measure().learningRate, 0);
    assertEquals(trainer.evaluate().accuracy, trainer.points[0]!.testAccuracy);
    trainer.dispose();
  }));

Deno.test("Trainer.evaluate() refuses a split that there is not", () =>
  withNet((net) => {
    const trainer = new Trainer({ net, data });
    for (const split of ["tset", "name", "toString"] as unknown as ("test")[]) {
      assertThrows(() => trainer.evaluate({ split }), RangeError, `but is "${split}"`);
    }
    trainer.dispose();
  }));

Deno.test("Trainer refuses labels beyond the classes, in whatever split", () =>
  withNet((net) => {
    for (const split of ["train", "validation", "test"] as const) {
      const labels = data[split].labels.slice();
      labels[17] = 2;
      const wrong: Dataset = { ...data, [split]: { ...data[split], labels } };
      assertThrows(
        () => new Trainer({ net, data: wrong }),
        RangeError,
        `the net tells 2 classes apart, but ${split} image 17 of tiny has the label 2`,
      );
    }
  }));

const sizes: readonly (readonly [object, string])[] = [
  [{ depth: 100_000 }, "a GradNet of 100000 layers of 50: training its 255,034,660 parameters"],
  [{ width: 20_000 }, "a GradNet of 50 layers of 20000: training its 19,216,860,010 parameters"],
  [{ depth: 1e15 }, "GiB at least, and WebAssembly has 4.0 GiB"],
];
for (const [options, words] of sizes) {
  Deno.test(`GradNet of ${JSON.stringify(options)} says how many bytes it would take, at once`, () =>
    withoutLeak(() => {
      for (const build of [() => new GradNet(options), () => new Architecture(options)]) {
        const start = performance.now();
        const { message } = assertThrows(build, RangeError, words);
        assertLess(performance.now() - start, 1000, "milliseconds");
        assert(/ takes [\d.,]+ GiB at least, and WebAssembly has 4\.0 GiB/.test(message), message);
      }
    }));
}

const losses = (trainer: Trainer) => [trainer.step().loss, trainer.step().loss];

Deno.test("Trainer takes the first epoch in the data's own order, unless told to shuffle it", () => {
  const [told, untold, shuffled] = [{ shuffleFirstEpoch: false }, {}, { shuffleFirstEpoch: true }]
    .map((options) => withTrainer(options, losses));
  assertEquals(untold, told);
  assertNotEquals(untold, shuffled);
});

Deno.test("Trainer anneals g over 10 epochs, and decays its rate from 1e-3", () =>
  withTrainer({}, (trainer) => {
    for (const epoch of [0, 1, 2]) {
      while (trainer.epoch < epoch) trainer.step();
      const { g, learningRate } = trainer.step();
      assertAlmostEquals(g, epoch / 10);
      const iter = epoch * trainer.iterationsPerEpoch;
      assertAlmostEquals(learningRate, 1e-3 * 0.8 ** ((iter + 10) / 1000));
    }
  }));
