/** Schedules that a training refuses, and those with a g for each layer. */

import { assertEquals, assertThrows } from "@std/assert";
import { startBackend } from "gradnets/model/backend.ts";
import { constant } from "gradnets/train/schedules.ts";
import type { Trainer } from "gradnets";
import { values } from "../helpers/close.ts";
import { withTrainer } from "../helpers/trainer.ts";

await startBackend();

const both = ["fused", "reference"] as const;

function train(trainer: Trainer, steps: number): number[] {
  for (let i = 0; i < steps; i++) trainer.step();
  return trainer.steps.map(({ loss }) => loss);
}

Deno.test("Trainer tells keep by its schedule, and refuses one that cannot be before it trains", () => {
  for (const kernels of both) {
    withTrainer({ kernels, keep: ({ iter }) => 1 - iter / 2 }, (trainer) => {
      assertEquals([trainer.keep, trainer.schedule({ iter: 1, epoch: 0.02 }).keep], [1, 0.5]);
      train(trainer, 2);
      const before = values(trainer.net.variables.firstW).slice();
      assertThrows(
        () => trainer.step(),
        RangeError,
        "iteration 2: keep must be a number above 0 and at most 1, but its schedule gives 0",
      );
      assertEquals(values(trainer.net.variables.firstW), before);
      assertEquals(trainer.iter, 2);
      trainer.measure(); // which is without dropout
    });
  }
});

Deno.test("Trainer gives each layer its g, tells the mean, and refuses a list of another length", () => {
  for (const kernels of both) {
    const learningRate = constant(0.01);
    withTrainer({ kernels, learningRate, l1: 0, keep: 1, g: () => [0, 0.5, 1, 0] }, (trainer) => {
      const { width, variables: { hiddenW } } = trainer.net;
      const before = values(hiddenW).slice();
      assertEquals([trainer.step().g, trainer.schedule().gOfLayers], [0.375, [0, 0.5, 1, 0]]);
      // At g = 0 a layer's weights get no gradient.
      const moved = [0, 1, 2, 3].map((l) => {
        const layer = (of: Float32Array) => of.subarray(l * width ** 2, (l + 1) * width ** 2);
        return layer(values(hiddenW)).some((w, i) => w !== layer(before)[i]);
      });
      assertEquals(moved, [false, true, true, false]);
    });
    withTrainer({ kernels, g: () => [0.5, 1] }, (trainer) => {
      assertThrows(
        () => trainer.step(),
        RangeError,
        "g must be one for each of 4 layers, but its schedule gives a list of 2",
      );
      assertEquals(trainer.iter, 0);
    });
  }
});
