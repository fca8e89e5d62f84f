/** The trainer's options: defaults, and values that cannot be. */

import { assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { startBackend } from "gradnets/model/backend.ts";
import type { Trainer } from "gradnets";
import { withTrainer } from "../helpers/trainer.ts";

await startBackend();

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

Deno.test("Trainer refuses a logEpsilon below 0", () => {
  assertThrows(
    () => withTrainer({ logEpsilon: -1 }, () => {}),
    RangeError,
    "logEpsilon must be a number from 0 up, but is -1",
  );
});
