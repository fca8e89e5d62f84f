/** Checkpoints: what follows from one is what followed, to the last bit; a foreign one is refused. */

import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  adam,
  type Checkpoint,
  GlimpseNet,
  GradNet,
  interpolated,
  type Model,
  NormedNet,
  parseCheckpoint,
  perLayer,
  ramp,
  sgd,
  startBackend,
  Trainer,
  type TrainerOptions,
  writeCheckpoint,
} from "gradnets";
import { Architecture, FusedEngine, Trainer as CoreTrainer } from "gradnets/core";
import { assign, patternDataset } from "../helpers/fused.ts";
import { conv, rezero } from "../helpers/own_model.ts";
import { values, withoutLeak } from "../helpers/close.ts";

await startBackend();

const data = patternDataset(230); // 11 batches of 20 an epoch, the rest left over
const { inputs } = data;
const size = { inputs, width: 8, depth: 5, stddev: 0.25 };
const g = ramp({ epochs: 2, end: 1 });
const turning = interpolated({ early: sgd({ scale: 0.1 }), late: adam(), gate: g });

type Case = Partial<Omit<TrainerOptions<Model>, "net">> & { readonly net?: () => Model };

/** Trainers of every kind, by what is special in them. */
const cases: Readonly<Record<string, Case>> = {
  "fused, one thread": { threads: 1 },
  "fused, two threads": { threads: 2 },
  "fused, sgd": { optimizer: sgd({ scale: 0.1 }) },
  "fused, highway": { net: () => new GradNet({ ...size, layer: "highway" }) },
  "fused, g per layer": { g: perLayer({ schedule: g, hidden: 3, lag: 0.5 }) },
  "reference": { kernels: "reference" },
  "reference, sgd": { kernels: "reference", optimizer: sgd({ scale: 0.1 }) },
  "reference, interpolated optimizers": { optimizer: turning },
  "custom layer": { net: () => new GradNet({ ...size, layer: rezero }) },
  "custom model": { net: () => conv({ width: 3, seed: 1 }, data) },
  "batch norm": { net: () => new NormedNet({ inputs, width: 8, hidden: 2 }) },
  "attention": { net: () => new GlimpseNet({ canvas: 12, window: 4, locating: 4, width: 8 }) },
};

async function withTrainer<T>(
  { net: make = () => new GradNet(size), ...options }: Case,
  body: (trainer: Trainer<Model>) => T | Promise<T>,
): Promise<T> {
  const net = make();
  const trainer = new Trainer<Model>({
    net,
    data,
    g,
    keep: 0.8,
    batchSize: 20,
    every: 3,
    ...options,
  });
  try {
    return await body(trainer);
  } finally {
    trainer.dispose();
    net.dispose();
  }
}

interface Trains {
  run(to: { readonly iterations: number }): AsyncGenerator<unknown, void, void>;
  checkpoint(): Checkpoint;
}

/** Trains on, and says where it ends: every parameter and moment, and every metric on the way. */
async function train(trainer: Trains, iterations: number): Promise<Checkpoint> {
  for await (const _ of trainer.run({ iterations }));
  return trainer.checkpoint();
}

for (const [name, options] of Object.entries(cases)) {
  Deno.test(`Trainer.rewind() and what follows are the uninterrupted run, bit for bit: ${name}`, () =>
    withoutLeak(async () => {
      let file = new Uint8Array();
      const whole = await withTrainer(options, async (trainer) => {
        const mark = await train(trainer, 10); // the epoch ends after 11
        file = await writeCheckpoint(mark);
        const whole = await train(trainer, 25);
        trainer.rewind(mark);
        assertEquals([trainer.iter, trainer.steps.length, trainer.points.length], [10, 10, 4]);
        assertEquals(trainer.checkpoint(), mark);
        assertEquals(await train(trainer, 25), whole);
        return whole;
      });
      await withTrainer(options, async (trainer) => assertEquals(await train(trainer, 25), whole));
      await withTrainer(options, async (trainer) => { // as in another process
        trainer.rewind(await parseCheckpoint(file));
        assertEquals(await train(trainer, 25), whole);
      });
    }));
}

Deno.test("Trainer.rewind() of the core is the uninterrupted run, bit for bit", async () => {
  const start = () => {
    const net = new Architecture(size);
    const engine = (options: ConstructorParameters<typeof FusedEngine>[0]) =>
      new FusedEngine(options);
    return new CoreTrainer({ net, data, g, keep: 0.8, batchSize: 20, every: 3, engine });
  };
  const trainer = start(), other = start();
  const mark = await train(trainer, 10), whole = await train(trainer, 25);
  trainer.rewind(mark);
  assertEquals(await train(trainer, 25), whole);
  other.rewind(await parseCheckpoint(await writeCheckpoint(mark)));
  assertEquals(await train(other, 25), whole);
  trainer.dispose();
  other.dispose();
});

Deno.test("Trainer.evaluate({ g }) changes nothing of the run, on either engine", async () => {
  for (const kernels of ["fused", "reference"] as const) {
    const expected = await withTrainer({ kernels }, (trainer) => train(trainer, 12));
    await withTrainer({ kernels }, async (trainer) => {
      for await (const { iter } of trainer.run({ iterations: 12 })) {
        const before = trainer.checkpoint();
        trainer.evaluate({ g: [1, 0, iter / 12, [0, 1, 0.5]], split: "validation" });
        trainer.evaluate({ g: 0.7 });
        assertEquals(trainer.checkpoint(), before);
      }
      assertEquals(trainer.checkpoint(), expected);
    });
  }
});

Deno.test("Trainer.evaluate({ g }) answers for each g of a list, in order", () =>
  withTrainer({ g: 0.3, learningRate: 0.01 }, async (trainer) => {
    await train(trainer, 20);
    const [one, mine, layers] = trainer.evaluate({ g: [1, 0.3, [1, 1, 1]] });
    assertEquals(mine, trainer.evaluate());
    assertEquals(one, layers);
    assertEquals(one, trainer.evaluate({ g: 1 }));
    assert(one?.predictions.some((found, i) => found !== mine?.predictions[i]));
    assertEquals(trainer.evaluate({ g: [] }), []);
    const refused = (g: unknown, message: string) =>
      assertThrows(() => trainer.evaluate({ g: g as number }), RangeError, message);
    refused(1.5, "Cannot evaluate: g must be a number from 0 to 1, but is 1.5");
    refused(NaN, "a number from 0 to 1, but is NaN");
    refused([0, "half"], "a number from 0 to 1, but is half");
    refused([[0, 1]], "one for each of 3 layers, but is a list of 2");
  }));

Deno.test("Trainer.rewind() goes on with another seed of dropout, another g and another rate", () =>
  withTrainer({}, async (trainer) => {
    const mark = await train(trainer, 10), whole = await train(trainer, 14);
    const other = async () => {
      trainer.rewind(mark, { dropoutSeed: 7 });
      return await train(trainer, 14);
    };
    const first = await other();
    assertEquals(await other(), first); // the same again gives the same again
    assertEquals(first.steps.slice(0, 10), whole.steps.slice(0, 10));
    assertNotEquals(first.steps[10]?.loss, whole.steps[10]?.loss);
    assertThrows(() => trainer.rewind(mark, { dropoutSeed: -1 }), RangeError, "-1");
    assertEquals(trainer.checkpoint(), first);
    await withTrainer({ g: 0, learningRate: 0.5 }, async (forked) => {
      forked.rewind(mark);
      const found = await train(forked, 14);
      assertEquals([found.steps[9]?.g, found.steps[10]?.g], [mark.steps[9]?.g, 0]);
    });
  }));

Deno.test("Trainer.rewind() refuses the checkpoint of another training by what is other in it", () =>
  withTrainer({}, async (trainer) => {
    const mine = await train(trainer, 3), before = trainer.checkpoint();
    const others: readonly (readonly [Case, string])[] = [
      [{ seed: 2 }, "its seed is 2, but this trainer's is 1"],
      [{ batchSize: 10 }, "its batchSize is 10, but this trainer's is 20"],
      [{ l1: 7 }, "its l1 is 7, but this trainer's is 50"],
      [{ optimizer: sgd() }, 'its optimizer is "sgd", but this trainer\'s is "adam"'],
      [{ data: patternDataset(231) }, 'its images is "231 + 231 + 231"'],
      [{ data: { ...data, name: "others" } }, 'its data is "others"'],
      [
        {
          data: { ...data, train: { ...data.train, images: data.train.images.map((x) => x ^ 1) } },
        },
        "its fingerprint of the images is",
      ],
      [{ net: () => new GradNet({ ...size, layer: "plain" }) }, 'its layer is "plain"'],
      [{ net: () => new GradNet({ ...size, depth: 6 }) }, "its hidden is 4"],
      [{ net: () => new GradNet({ ...size, width: 9 }) }, "its tensor firstW is of shape 144×9"],
      [{ net: () => new NormedNet({ inputs, width: 8, hidden: 3 }) }, "its layer is missing"],
    ];
    for (const [options, message] of others) {
      const mark = await withTrainer(options, (other) => other.checkpoint());
      assertThrows(
        () => trainer.rewind(mark),
        RangeError,
        `Cannot go on from this checkpoint: ${message}`,
      );
    }
    const { firstB: _, ...tensors } = mine.tensors;
    assertThrows(
      () => trainer.rewind({ ...mine, tensors }),
      RangeError,
      "tensor firstB is missing",
    );
    assertThrows(
      () => trainer.rewind({ ...mine, numbers: {} }),
      RangeError,
      "optimizer's t is missing",
    );
    assertEquals(trainer.checkpoint(), before);
  }));

Deno.test("Trainer.checkpoint() refuses a custom optimizer that does not say what it remembers", () => {
  const make = () => ({ updates: () => [], step: () => {}, dispose: () => {} });
  return withTrainer({ optimizer: { name: "mine", make } }, (trainer) => {
    assertThrows(
      () => trainer.checkpoint(),
      TypeError,
      'with the optimizer "mine": expected a state',
    );
  });
});

Deno.test("Trainer.checkpoint() takes weights that were assigned, and rewind() replaces them", () =>
  withTrainer({}, async (trainer) => {
    await train(trainer, 3);
    const { lastB, firstW } = trainer.net.variables as GradNet["variables"];
    assign(lastB, new Float32Array(10).fill(0.5));
    const mark = trainer.checkpoint();
    assertEquals(mark.tensors.lastB?.values, new Float32Array(10).fill(0.5));
    const firstWBefore = values(firstW).slice();
    assign(lastB, new Float32Array(10).fill(9));
    trainer.rewind(mark);
    trainer.evaluate();
    assertEquals([values(lastB), values(firstW)], [mark.tensors.lastB?.values, firstWBefore]);
    assertEquals(trainer.checkpoint(), mark);
  }));
