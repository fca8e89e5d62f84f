/** Engines agree over a whole training, and one that cannot run says why. */

import { assert, assertEquals, assertLess } from "@std/assert";
import { startBackend } from "gradnets/model/backend.ts";
import { adam } from "gradnets/train/adam.ts";
import { interpolated } from "gradnets/train/interpolated.ts";
import { anneal, constant } from "gradnets/train/schedules.ts";
import { sgd } from "gradnets/train/sgd.ts";
import { gradualKeep, perLayer } from "gradnets/train/shaped.ts";
import type { Trainer } from "gradnets";
import { assertClose } from "../helpers/close.ts";
import { type TrainerChoices, withTrainer } from "../helpers/trainer.ts";

await startBackend();

const both = ["fused", "reference"] as const;

function train(trainer: Trainer, steps: number): number[] {
  for (let i = 0; i < steps; i++) trainer.step();
  return trainer.steps.map(({ loss }) => loss);
}

const climbing = anneal({ epochs: 4 }); // of 50 steps each: all of g is seen
const recipes: Readonly<Record<string, TrainerChoices>> = {
  "SGD": { optimizer: sgd({ scale: 2 }), learningRate: constant(5e-4) },
  "Adam's ε": { optimizer: adam({ epsilon: 1e-3 }) },
  "Adam's β": { optimizer: adam({ beta1: 0.5, beta2: 0.9 }) },
  "the log's ε": { logEpsilon: 0.01 },
  "no ε in the log": { logEpsilon: 0 },
  "gradual dropout": { keep: gradualKeep({ rate: 0.4, g: climbing }) },
  "no penalty": { l1: 0 },
  "a g for each layer": { g: perLayer({ schedule: anneal({ epochs: 3 }), hidden: 4, lag: 1 }) },
};

for (const [name, options] of Object.entries(recipes)) {
  Deno.test(`Trainer with ${name} stays with the reference for 250 steps`, () => {
    const [fused, reference] = both.map((kernels) =>
      withTrainer({ learningRate: constant(3e-4), g: climbing, ...options, kernels }, (trainer) => {
        assert(trainer.kernels.startsWith(kernels));
        return train(trainer, 250);
      })
    );
    reference!.forEach((loss, i) =>
      assertClose([fused![i]!], [loss], { rel: 1e-3, what: `loss of step ${i}` })
    );
    assertLess(reference!.at(-1)!, reference![0]! * 0.9); // it did learn
    const usual = withTrainer(
      { learningRate: constant(3e-4), g: climbing },
      (trainer) => train(trainer, 250),
    );
    // that the option did something; without an ε only a probability of 0 shows
    if (options.logEpsilon !== 0) assert(Math.abs(usual.at(-1)! / fused!.at(-1)! - 1) > 2e-3);
  });
}

Deno.test("Trainer with an optimizer that has no kernel runs on the reference, with one word", () => {
  const said: string[] = [], { warn } = console;
  console.warn = (word: string) => void said.push(word);
  try {
    const gate = anneal({ epochs: 1 });
    const optimizer = interpolated({ early: sgd(), late: adam(), gate });
    withTrainer({ optimizer, learningRate: constant(3e-4) }, (trainer) => {
      const why = 'there is no fused kernel for the optimizer "interpolated (sgd → adam)"';
      assertEquals(trainer.kernels, `reference: ${why}`);
      const losses = train(trainer, 100);
      assertLess(losses.at(-1)!, losses[0]!);
    });
  } finally {
    console.warn = warn;
  }
  assertEquals(said.length, 1);
});
