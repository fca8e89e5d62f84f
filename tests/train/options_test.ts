/** What every constructor refuses, by name and before anything changes. */

import { assert, assertEquals, assertLess, assertStringIncludes, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import {
  adam,
  anneal,
  type Dataset,
  decay,
  GradNet,
  gradualKeep,
  perLayer,
  ramp,
  recipeOf,
  sgd,
  startBackend,
  stopped,
  Trainer,
  warmup,
} from "gradnets";
import { Adam } from "gradnets/train/adam.ts";
import { Sgd } from "gradnets/train/sgd.ts";
import { interpolated } from "gradnets/train/interpolated.ts";
import { Architecture } from "gradnets/model/architecture.ts";
import { GlimpseNet } from "gradnets/model/glimpse_net.ts";
import { NormedNet } from "gradnets/model/normed_net.ts";
import { FusedEngine } from "gradnets/engine/fused_engine.ts";
import { Trainer as CoreTrainer } from "gradnets/train/trainer.ts";
import { tinyDataset, values, withoutLeak } from "../helpers/close.ts";

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

const g = () => 0;
const at = { iter: 0, epoch: 0 };
const engine = (options: ConstructorParameters<typeof FusedEngine>[0]) => new FusedEngine(options);
const make: Readonly<
  Record<string, readonly [misspelt: string, meant: string, (more: object) => unknown]>
> = {
  "GradNet": ["dept", "depth", (more) => new GradNet({ ...more })],
  "Architecture": ["Layer", "layer", (more) => new Architecture({ ...more })],
  "NormedNet": ["hiden", "hidden", (more) => new NormedNet({ ...more })],
  "GlimpseNet": ["windw", "window", (more) => new GlimpseNet({ ...more })],
  "recipeOf": ["batchsize", "batchSize", (more) => recipeOf(more)],
  "recipeOf, learning rate": [
    "warm",
    "warmup",
    (more) => recipeOf({ learningRate: { ...more } }),
  ],
  "Trainer of an engine": [
    "engin",
    "engine",
    (more) => new CoreTrainer({ net: new Architecture(SIZES), data, engine, ...more }),
  ],
  "adam": ["beta", "beta1", (more) => adam({ ...more })],
  "Adam": ["epsilom", "epsilon", (more) => new Adam([], { ...more })],
  "sgd": ["scales", "scale", (more) => sgd({ ...more })],
  "Sgd": ["scael", "scale", (more) => new Sgd([], { ...more })],
  "interpolated": [
    "gates",
    "gate",
    (more) => interpolated({ early: sgd(), late: adam(), gate: g, ...more }),
  ],
  "anneal": ["epoch", "epochs", (more) => anneal({ epochs: 10, ...more })],
  "ramp": ["ende", "end", (more) => ramp({ epochs: 10, ...more })],
  "decay": ["rates", "rate", (more) => decay({ ...more })],
  "gradualKeep": ["gg", "g", (more) => gradualKeep({ rate: 0.5, g, ...more })],
  "perLayer": ["lags", "lag", (more) => perLayer({ schedule: g, hidden: 3, lag: 1, ...more })],
  "stopped": ["epochs", "epoch", (more) => stopped(g, { epoch: 1, ...more })],
  "warmup": ["iteration", "iterations", (more) => warmup(g, { iterations: 5, ...more })],
};

for (const [name, [misspelt, meant, build]] of Object.entries(make)) {
  Deno.test(`${name} refuses ${misspelt}, and asks whether ${meant} was meant`, () =>
    withoutLeak(() => {
      const { message } = assertThrows(() => build({ [misspelt]: 1 }), RangeError);
      assertStringIncludes(message, `has no field ${misspelt}: did you mean ${meant}? Known are`);
    }));
}

Deno.test("Trainer refuses kernals, engine and learningrate, and asks what was meant", () =>
  withNet((net) => {
    const refused = (more: object, words: string) =>
      assertThrows(() => new Trainer({ net, data, ...more }), RangeError, words);
    refused({ kernals: "fused" }, "has no field kernals: did you mean kernels?");
    refused({ learningrate: 1 }, "has no field learningrate: did you mean learningRate?");
    refused({ engine }, "has no field engine: ");
    refused({ kernels: "quick" }, 'kernels must be "fused" or "reference", but is "quick"');
  }));

Deno.test("Trainer takes a number as the schedule that always gives it", async () => {
  for (const number of [0, 0.5, 1]) {
    await withNet((net) => {
      const trainer = new Trainer({ net, data, g: number, learningRate: 0.25, keep: 0.75 });
      for (const epoch of [0, 3, 100]) {
        const { g, share, learningRate, keep } = trainer.schedule({ iter: epoch * 4, epoch });
        assertEquals([g, share, learningRate, keep], [number, number, 0.25, 0.75]);
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
          refusesAtStep2(trainer(({ iter }: typeof at) => iter < 2 ? 1 : value, { kernels }));
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
            ...{ net, data, kernels },
            g: (({ iter }: typeof at) => iter < 2 ? [0, 0.5, 1] : list) as () => number[],
          }),
        );
      }
    }));
}

Deno.test("Trainer can measure and evaluate when the learning rate and keep have come to 0", () =>
  withNet((net) => {
    const falling = ({ iter }: typeof at) => 1 - iter / 4;
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
