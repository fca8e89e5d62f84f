/** Diverged: the error of a training whose loss is not finite. */

import { assert, assertEquals, assertInstanceOf, assertMatch } from "@std/assert";
import { Diverged, GradNet, recipeOf, runRecipe, startBackend, Trainer } from "gradnets";
import { tinyDataset, withoutLeak } from "../helpers/close.ts";
import { filesUnder, textOf } from "../helpers/repo.ts";

await startBackend();

const data = tinyDataset();

for (const kernels of ["fused", "reference"] as const) {
  Deno.test(`Trainer (${kernels}) throws a Diverged with where it stood and why`, () =>
    withoutLeak(() => {
      const net = new GradNet({ inputs: 4, width: 6, depth: 5, classes: 2 });
      const g = ({ iter }: { iter: number }) => Math.min(iter / 8, 1);
      const learningRate = ({ iter }: { iter: number }) => iter < 4 ? 1e-3 : 1e30 + iter;
      const trainer = new Trainer({ net, data, kernels, g, learningRate });
      let found: unknown;
      try {
        for (let i = 0; i < 20; i++) trainer.step();
      } catch (error) {
        found = error;
      }
      assertInstanceOf(found, Diverged);
      const { name, iter, epoch, loss, why, message, reason } = found;
      assertEquals([name, iter, epoch], ["Diverged", trainer.iter, trainer.epoch]);
      assert(iter > 4 && iter < 20 && !Number.isFinite(loss));
      assertEquals([found.g, found.learningRate], [g({ iter }), learningRate({ iter })]);
      assertMatch(why, /^The parameters are finite, but so large |^\d+ of the \d+ values of /);
      const what =
        `the loss became ${loss} at iteration ${iter} (g ${found.g}, learning rate ${found.learningRate})`;
      assertEquals(
        message,
        `Training stopped: ${what}. The parameters are as before that step. ${why}`,
      );
      assertEquals(reason, `${what}. ${why}`);
      trainer.dispose();
      net.dispose();
    }));
}

Deno.test("a row of results says why as rows always did", async () => {
  const recipe = recipeOf({
    depth: 5,
    width: 6,
    batchSize: 10,
    epochs: 3,
    l1: 0,
    every: 30,
    learningRate: { rate: 1e30, factor: 1 },
  });
  const { stopped, steps } = await runRecipe(recipe, data);
  // As in notebooks/sweeps/matters.jsonl, word by word.
  const words = new RegExp(
    `^the loss became (NaN|Infinity) at iteration ${steps} \\(g ${
      steps / 200
    }, learning rate 1e\\+30\\)\\. ` +
      "(The parameters are finite, but so large that the network's outputs overflow|" +
      "\\d+ of the \\d+ values of \\w+ are no finite numbers: an earlier update broke them, by growing " +
      "too large or by 0/0 \\(Adam with epsilon 0\\))\\. Try a lower learning rate\\.$",
  );
  assertMatch(stopped!, words);
});

Deno.test("nothing in lib tells a training that diverged by the words of its error", async () => {
  const matching = /message\.(match|includes|startsWith|indexOf)|\.test\(\w*\.?message/;
  const paths = await filesUnder("lib");
  for (const path of paths.filter((path) => !path.startsWith("lib/kernel/"))) { // knows no trainings
    if (path.endsWith(".ts")) assert(!matching.test(await textOf(path)), path);
  }
});
