/** runRecipe(): the numbers of a trainer made by hand, failures that are results, time. */

import { join } from "node:path";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { startBackend } from "gradnets/model/backend.ts";
import { GradNet } from "gradnets/model/gradnet.ts";
import { recipeOf } from "gradnets/sweep/recipe.ts";
import { runRecipe } from "gradnets/sweep/run.ts";
import { anneal, decay } from "gradnets/train/schedules.ts";
import { Trainer } from "gradnets";
import { inDirectory, namesIn } from "../helpers/files.ts";
import { tinyDataset, withoutLeak } from "../helpers/close.ts";

await startBackend();
const data = tinyDataset();
const small = { depth: 5, width: 6, batchSize: 10, epochs: 3.1, every: 25, seed: 7 } as const;

Deno.test("runRecipe() gives the numbers of the trainer that its recipe says", () =>
  withoutLeak(async () => {
    const recipe = recipeOf({
      ...small,
      layer: "linear-grelu",
      tau: 2,
      learningRate: { rate: 0.01 },
    });
    let time = 0;
    const result = await runRecipe(recipe, data, {
      now: () => time += 124,
      date: () => new Date(0),
    });

    const net = new GradNet({
      inputs: 4,
      classes: 2,
      depth: 5,
      width: 6,
      layer: "linear-grelu",
      seed: 7,
    });
    const trainer = new Trainer({
      net,
      data,
      batchSize: 10,
      seed: 7,
      every: 25,
      g: anneal({ epochs: 2 }),
      learningRate: decay({ rate: 0.01 }),
    });
    for await (const _ of trainer.run({ iterations: 62 }));
    trainer.measure();
    const points = trainer.points;
    assertEquals(points.map(({ iter }) => iter), [0, 25, 50, 62]);
    for (const [i, [iter, g, accuracy, loss, gradientNorm]] of result.curve.entries()) {
      const point = points[i]!;
      assertEquals(iter, point.iter);
      assert(Math.abs(g - point.g) <= 5e-5 && Math.abs(accuracy - point.testAccuracy) <= 5e-5);
      assert(Math.abs(loss! - point.loss) <= 5e-4 * point.loss);
      assert(Math.abs(gradientNorm! - point.gradientNorm) <= 5e-4 * point.gradientNorm);
      assertEquals(loss, Number(loss!.toPrecision(4))); // no digits that nobody needs
    }
    assertEquals(result.curve.length, 4);
    assertEquals(result.accuracy, points.at(-1)!.testAccuracy); // of 200 images: no rounding
    const best = points.reduce((a, b) => b.testAccuracy > a.testAccuracy ? b : a);
    assert(best.testAccuracy === result.best.accuracy);
    assertEquals([result.steps, result.msPerStep, result.stopped], [62, 2, null]);
    assertEquals([result.parameters, result.data], [net.parameterCount, "tiny"]);
    assertEquals(result.date, "1970-01-01T00:00:00Z");
    assertMatch(result.kernels, /^fused/);
    assertEquals(JSON.parse(JSON.stringify(result)), result);
    trainer.dispose();
    net.dispose();
  }));

Deno.test("runRecipe() has a loss that is not finite as a result, with the curve up to there", () =>
  withoutLeak(async () => {
    const recipe = recipeOf({ ...small, learningRate: { rate: 1e30, factor: 1 }, every: 1 });
    const { stopped, steps, curve, accuracy } = await runRecipe(recipe, data);
    assertMatch(stopped!, /^the loss became (NaN|Infinity) at iteration \d+/);
    assert(steps < 62 && curve.length >= 1 && curve.length <= steps + 1);
    assert(accuracy >= 0 && accuracy <= 1);
  }));

Deno.test("runRecipe() runs with SGD and without ε, and says what NaN came of", () =>
  withoutLeak(async () => {
    const sgd = recipeOf({ ...small, optimizer: "sgd", learningRate: { rate: 0.01 }, l1: 0 });
    const { stopped, curve } = await runRecipe(sgd, data);
    assertEquals(stopped, null);
    assert(curve.at(-1)![3]! < curve[0]![3]!);
    const epsilon = await runRecipe(recipeOf({ ...small, adamEpsilon: 0 }), {
      ...data,
      train: { ...data.train, images: data.train.images.map((v, i) => i % 4 === 0 ? 0 : v) },
    });
    assertMatch(epsilon.stopped!, /^the loss became NaN at iteration 1 .* values of firstW are no/);
  }));

Deno.test("runRecipe() ends with the signal's reason, and leaves nothing", () =>
  withoutLeak(async () => {
    const abort = new AbortController();
    const onPoint = ({ iter }: { iter: number }) => {
      if (iter === 50) abort.abort(new Error("enough"));
    };
    const { signal } = abort;
    await assertRejects(
      () => runRecipe(recipeOf(small), data, { signal, onPoint }),
      Error,
      "enough",
    );
    await assertRejects(() => runRecipe(recipeOf(small), data, { signal }), Error, "enough");
    await assertRejects(() => runRecipe(recipeOf({ batchSize: 201 }), data), RangeError);
  }));

Deno.test("runRecipe() gives up a run that is out of patience, and no other", () =>
  withoutLeak(async () => {
    // images that are all the same: nothing does better than the commonest class
    const { images, labels, count } = data.test;
    const same = { ...data, test: { images: images.slice().fill(9), labels, count } };
    const patient = recipeOf({ ...small, patience: 2 });
    const { stopped, steps, curve } = await runRecipe(patient, same);
    assertEquals(stopped, "given up: no better than chance since epoch 0");
    assertEquals([steps, curve.at(-1)![0]], [50, 50]); // of 62; 20 iterations an epoch
    assertEquals((await runRecipe(recipeOf(small), same)).stopped, null);
    assertEquals((await runRecipe(patient, data)).stopped, null);
  }));

Deno.test("runRecipe() counts the last evaluation for the best, though no curve has it", () =>
  withoutLeak(async () => {
    // without ε some gradient is 0/0 early on: the parameters of the step before are the last ones
    const recipe = recipeOf({ ...small, seed: 3, adamEpsilon: 0, learningRate: { rate: 0.05 } });
    const { images } = data.train;
    const dark = { ...data.train, images: images.map((v, i) => i % 4 === 0 ? 0 : v) };
    const { accuracy, best, curve, steps } = await runRecipe(recipe, { ...data, train: dark });
    assertEquals([steps, curve.map(([iter]) => iter)], [2, [0]]);
    assert(accuracy > curve[0]![2], `training did not help: ${accuracy}, ${curve[0]![2]}`);
    assertEquals(best, { accuracy, iter: 2 });
  }));

Deno.test("runRecipe() goes on from what it kept, and its row is the uninterrupted run's", () =>
  inDirectory(async (directory) => {
    const results = join(directory, "results.jsonl"), keep = { results, every: 3 };
    const date = () => new Date(0), now = () => 0;
    for (
      const change of [
        {},
        { model: "batch-norm", optimizer: { kind: "interpolated", early: "sgd", late: "adam" } },
        { g: { kind: "constant", value: 0 }, learningRate: { rate: 1e-9 }, patience: 2 },
      ]
    ) {
      const recipe = recipeOf({ ...small, ...change });
      const whole = await runRecipe(recipe, data, { date, now });
      const stop = new AbortController(), iters: number[] = [];
      const onPoint = ({ iter }: { iter: number }) => {
        iters.push(iter);
        if (iter === 25) stop.abort();
      };
      const options = { keep, date, now, onPoint };
      await assertRejects(() => runRecipe(recipe, data, { ...options, signal: stop.signal }));
      assertEquals(namesIn(directory).length, 1, "kept at the signal, before three measurements");
      assertEquals(await runRecipe(recipe, data, options), whole);
      assertEquals(iters[2], 25, "it did not begin anew");
      for (const name of namesIn(directory)) Deno.removeSync(join(directory, name));
    }
  }));
