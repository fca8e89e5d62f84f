/** Why a loss is not finite: what the message names. */

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type * as tf from "@tensorflow/tfjs";
import { startBackend } from "gradnets/model/backend.ts";
import { adam } from "gradnets/train/adam.ts";
import { constant } from "gradnets/train/schedules.ts";
import { sgd } from "gradnets/train/sgd.ts";
import type { Trainer } from "gradnets";
import { values, withoutLeak } from "../helpers/close.ts";
import { assign } from "../helpers/fused.ts";
import { withTrainer } from "../helpers/trainer.ts";

await startBackend();

const both = ["fused", "reference"] as const;

/** What stops a training, and that the step which failed changed nothing. */
function failure(trainer: Trainer): string {
  const all = () => Object.values(trainer.net.variables).map((t: tf.Variable) => values(t).slice());
  const before = all();
  const { iter } = trainer;
  const { message } = assertThrows(() => trainer.step(), Error);
  assertEquals(all(), before);
  assertEquals(trainer.iter, iter);
  assertStringIncludes(message, `at iteration ${iter} `);
  assertStringIncludes(message, "The parameters are as before that step.");
  return message;
}

for (const kernels of both) {
  Deno.test(`Trainer (${kernels}) says that it was log 0, and goes on with an ε`, () =>
    withoutLeak(() => {
      for (const logEpsilon of [0, 1e-9]) {
        withTrainer({ kernels, logEpsilon, net: { depth: 3 } }, (trainer) => {
          trainer.step();
          const { lastB } = trainer.net.variables;
          // Two classes so far apart that the second's probability is 0 in float32.
          assign(lastB, Float32Array.from({ length: 10 }, (_, i) => i === 3 ? -120 : 0));
          if (logEpsilon > 0) return void trainer.step();
          const message = failure(trainer);
          assertStringIncludes(message, "the loss became NaN");
          assertStringIncludes(message, "0·log(0)");
          assertStringIncludes(message, "logEpsilon is for, which is 0 here");
        });
      }
    }));

  Deno.test(`Trainer (${kernels}) says that a rate of SGD was too high`, () =>
    withTrainer({ kernels, optimizer: sgd(), learningRate: constant(1e15) }, (trainer) => {
      let message = "";
      assertThrows(() => {
        for (let i = 0; i < 50; i++) trainer.step();
      });
      message = failure(trainer);
      assert(/so large that the network's outputs overflow|broke them/.test(message), message);
      assertStringIncludes(message, "Try a lower learning rate");
    }));

  Deno.test(`Trainer (${kernels}) names the parameters that are no numbers any more`, () =>
    withTrainer({ kernels }, (trainer) => {
      trainer.step();
      const { hiddenB } = trainer.net.variables, broken = values(hiddenB).slice();
      broken[3] = NaN;
      broken[5] = Infinity;
      assign(hiddenB, broken);
      assertStringIncludes(failure(trainer), "2 of the 80 values of hiddenB are no finite numbers");
      assertThrows(() => trainer.measure(), Error, "hiddenB");
    }));
}

Deno.test("Trainer with Adam's ε removed stops at the second step: no gradient is 0/0", () => {
  const { warn } = console;
  console.warn = () => {};
  try {
    withTrainer({ optimizer: adam({ epsilon: 0 }), g: constant(1) }, (trainer) => {
      assert(trainer.kernels.startsWith("reference: "));
      trainer.step();
      assertStringIncludes(failure(trainer), "0/0 (Adam with epsilon 0)");
    });
  } finally {
    console.warn = warn;
  }
});
