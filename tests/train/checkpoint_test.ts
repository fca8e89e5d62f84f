/** Checkpoints: what follows from one is what followed, to the last bit; a foreign one is refused. */

import { assertEquals } from "@std/assert";
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
import { patternDataset } from "../helpers/fused.ts";
import { conv, rezero } from "../helpers/own_model.ts";
import { withoutLeak } from "../helpers/close.ts";

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
