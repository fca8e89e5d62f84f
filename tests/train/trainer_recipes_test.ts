/** The options of a trainer beside the original's recipe: fused as on the reference, and failures. */

import { assert, assertEquals, assertLess, assertStringIncludes, assertThrows } from "@std/assert";
import type * as tf from "@tensorflow/tfjs";
import { startBackend } from "gradnets/model/backend.ts";
import { GradNet, type GradNetOptions } from "gradnets/model/gradnet.ts";
import { adam } from "gradnets/train/adam.ts";
import { interpolated } from "gradnets/train/interpolated.ts";
import { anneal, constant } from "gradnets/train/schedules.ts";
import { sgd } from "gradnets/train/sgd.ts";
import { gradualKeep, perLayer } from "gradnets/train/shaped.ts";
import { Trainer, type TrainerOptions } from "gradnets";
import { assertClose, values, withoutLeak } from "../helpers/close.ts";
import { assign, patternDataset } from "../helpers/fused.ts";

await startBackend();

const data = patternDataset();
const both = ["fused", "reference"] as const;

type Options = Omit<Partial<TrainerOptions>, "net" | "data"> & { readonly net?: GradNetOptions };

/** Gives `body` a trainer and takes it and its net away again. */
function withTrainer<T>({ net: netOptions, ...options }: Options, body: (_: Trainer) => T): T {
  const size = { inputs: data.inputs, width: 20, depth: 6, stddev: 0.25 };
  const net = new GradNet({ ...size, ...netOptions });
  const trainer = new Trainer({ net, data, batchSize: 20, ...options });
  try {
    return body(trainer);
  } finally {
    trainer.dispose();
    net.dispose();
  }
}

function train(trainer: Trainer, steps: number): number[] {
  for (let i = 0; i < steps; i++) trainer.step();
  return trainer.steps.map(({ loss }) => loss);
}

const climbing = anneal({ epochs: 4 }); // of 50 steps each: all of g is seen
const recipes: Readonly<Record<string, Options>> = {
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

Deno.test("Trainer tells keep by its schedule, and refuses one that cannot be before it trains", () => {
  for (const kernels of both) {
    withTrainer({ kernels, keep: ({ iter }) => 1 - iter / 2 }, (trainer) => {
      assertEquals([trainer.keep, trainer.schedule({ iter: 1, epoch: 0.02 }).keep], [1, 0.5]);
      train(trainer, 2);
      const before = values(trainer.net.variables.firstW).slice();
      assertThrows(
        () => trainer.step(),
        RangeError,
        "iteration 2: keep must be above 0 and at most 1, but is 0",
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
      assertEquals([trainer.step().g, trainer.schedule().share], [0.375, [0, 0.5, 1, 0]]);
      // At g = 0 a layer's weights get no gradient.
      const moved = [0, 1, 2, 3].map((l) => {
        const layer = (of: Float32Array) => of.subarray(l * width ** 2, (l + 1) * width ** 2);
        return layer(values(hiddenW)).some((w, i) => w !== layer(before)[i]);
      });
      assertEquals(moved, [false, true, true, false]);
    });
    withTrainer({ kernels, g: () => [0.5, 1] }, (trainer) => {
      assertThrows(() => trainer.step(), RangeError, "2 numbers as g");
      assertEquals(trainer.iter, 0);
    });
  }
});

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

Deno.test("Trainer refuses a logEpsilon below 0", () => {
  assertThrows(
    () => withTrainer({ logEpsilon: -1 }, () => {}),
    RangeError,
    "logEpsilon must be 0 or more, but is -1",
  );
});
