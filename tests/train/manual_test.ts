/** Schedules taken over by hand. */

import { assertEquals, assertThrows } from "@std/assert";
import { anneal, constant, decay, manual, perLayer } from "gradnets";
import {
  Architecture,
  FusedEngine,
  parseCheckpoint,
  Trainer,
  type TrainerOptions,
  writeCheckpoint,
} from "gradnets/core";
import { patternDataset } from "../helpers/fused.ts";

const data = patternDataset(100); // 5 batches of 20 an epoch

function withTrainer<T>(
  options: Pick<TrainerOptions, "g" | "learningRate" | "keep">,
  body: (trainer: Trainer) => T,
): T {
  const net = new Architecture({ inputs: data.inputs, width: 8, depth: 5, stddev: 0.25 });
  const engine: TrainerOptions<Architecture>["engine"] = (options) => new FusedEngine(options);
  const trainer = new Trainer<Architecture>({ net, data, batchSize: 20, ...options, engine });
  try {
    return body(trainer);
  } finally {
    trainer.dispose();
  }
}

Deno.test("manual() sets what is in force, gives it back, and points say so", () => {
  const g = manual(anneal({ epochs: 2 })),
    learningRate = manual(decay()),
    keep = manual(constant(0.9));
  withTrainer({ g, learningRate, keep }, (trainer) => {
    const auto = [trainer.step(), trainer.measure()];
    g.set(0.25);
    learningRate.set(0.5);
    keep.set(0.5);
    assertEquals([g.value, learningRate.value, keep.value], [0.25, 0.5, 0.5]);
    assertEquals(trainer.schedule(), { g: 0.25, gOfLayers: 0.25, learningRate: 0.5, keep: 0.5 });
    const set = [trainer.step(), trainer.measure()];
    for (const one of [g, learningRate, keep]) one.auto();
    const back = trainer.step();
    assertEquals(auto.map(({ g, keep }) => [g, keep]), [[0, 0.9], [0.1, 0.9]]);
    assertEquals(set.map(({ g, learningRate, keep }) => [g, learningRate, keep]), [
      [0.25, 0.5, 0.5],
      [0.25, 0.5, 0.5],
    ]);
    assertEquals([back.g, back.learningRate, back.keep], [
      0.2,
      decay()({ iter: 2, epoch: 0.4 }),
      0.9,
    ]);
    assertEquals(g.value, undefined);
  });
});

Deno.test("manual() sets one g for all layers of a schedule per layer", () => {
  const g = manual(perLayer({ schedule: anneal({ epochs: 2 }), hidden: 3, lag: 1 }));
  withTrainer({ g }, (trainer) => {
    assertEquals(trainer.schedule().gOfLayers, [0, 0, 0]);
    g.set(1);
    assertEquals(trainer.schedule().gOfLayers, 1);
    g.auto();
    assertEquals(trainer.schedule({ iter: 10, epoch: 2 }).gOfLayers, [1, 0.75, 0.5]);
  });
});

Deno.test("manual() refuses at once what is out of range, and stays as it was", () => {
  const [g, learningRate, keep] = [1, 2, 3].map(() => manual(constant(0.5)));
  withTrainer({ g: g!, learningRate: learningRate!, keep: keep! }, (trainer) => {
    const refused = (hand: typeof g, value: unknown, message: string) =>
      assertThrows(() => hand!.set(value as number), RangeError, message);
    refused(g, 1.5, "Cannot set g by hand: it must be a number from 0 to 1, but is 1.5");
    refused(g, NaN, "but is NaN");
    refused(g, "1", 'but is "1"');
    refused(g, [0, 1, 0], "but is [0,1,0]");
    refused(
      learningRate,
      0,
      "Cannot set learningRate by hand: it must be a number above 0, but is 0",
    );
    refused(
      keep,
      0,
      "Cannot set keep by hand: it must be a number above 0 and at most 1, but is 0",
    );
    assertEquals([g?.value, trainer.schedule().g], [undefined, 0.5]);
  });
  assertThrows(
    () => manual(constant(1)).set(Infinity),
    RangeError,
    "it must be a number, but is Inf",
  );
  assertThrows(() => manual(0.5 as never), RangeError, "schedule must be a schedule, such as");
});

Deno.test("Trainer.rewind() sets by hand what was set, and gives back what was not", async () => {
  const g = manual(anneal({ epochs: 2 })), keep = manual(constant(0.9));
  const [first, file] = withTrainer({ g, keep }, (trainer) => {
    trainer.step();
    g.set(0.5);
    const mark = trainer.checkpoint();
    const first = [trainer.step(), trainer.step()];
    g.auto();
    keep.set(0.1);
    trainer.rewind(mark);
    assertEquals([g.value, keep.value], [0.5, undefined]);
    assertEquals([trainer.step(), trainer.step()], first);
    return [first, writeCheckpoint(mark)] as const;
  });
  const mark = await parseCheckpoint(await file), g2 = manual(anneal({ epochs: 2 }));
  withTrainer({ g: g2, keep: 0.9 }, (trainer) => {
    trainer.rewind(mark);
    assertEquals([g2.value, trainer.step(), trainer.step()], [0.5, ...first]);
  });
  withTrainer({ keep: 0.9 }, (trainer) => {
    const message = "its g was set to 0.5 by hand, and this trainer's cannot be";
    assertThrows(() => trainer.rewind(mark), RangeError, message);
    assertEquals(trainer.iter, 0);
  });
});
