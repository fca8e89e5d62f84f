/** runAll(): order of the runs, and failures. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { runAll } from "gradnets/sweep/pool.ts";
import { type Recipe, recipeOf } from "gradnets/sweep/recipe.ts";
import type { Result } from "gradnets/sweep/results.ts";
import type { Worker } from "gradnets/sweep/worker.ts";

const recipes = [1, 2, 3, 4, 5].map((seed) => recipeOf({ seed }));
const done = (recipe: Recipe) => ({ recipe }) as Result;

/** A worker that does what `run` does, counted among `live` while it lives. */
class Fake implements Worker {
  ended = false;
  static readonly live = new Set<Fake>();
  readonly #over = Promise.withResolvers<never>();

  constructor(readonly act: (recipe: Recipe, worker: Fake) => Promise<Result>) {
    this.#over.promise.catch(() => {});
    Fake.live.add(this);
  }

  run(recipe: Recipe): Promise<Result> {
    return Promise.race([this.act(recipe, this), this.#over.promise]);
  }

  end(): Promise<void> {
    this.ended = true;
    Fake.live.delete(this);
    this.#over.reject(new Error("ended"));
    return Promise.resolve();
  }
}

async function pool(
  jobs: number,
  act: (recipe: Recipe, worker: Fake) => Promise<Result>,
  more: Partial<Parameters<typeof runAll>[0]> = {},
) {
  const results: number[] = [], failures: string[] = [];
  let started = 0;
  const running = runAll({
    recipes,
    jobs,
    start: () => {
      started++;
      return Promise.resolve(new Fake(act));
    },
    onResult: ({ seed }) => results.push(seed),
    onFailure: ({ seed }, { message }) => failures.push(`${seed}: ${message}`),
    ...more,
  });
  try {
    await running;
  } finally {
    assertEquals(Fake.live.size, 0);
  }
  return { results, failures, started };
}

Deno.test("runAll() runs each recipe once, in order, on as many workers as there are jobs", async () => {
  let now = 0, max = 0;
  const act = async (recipe: Recipe) => {
    max = Math.max(max, ++now);
    await new Promise((resolve) => setTimeout(resolve, 1));
    now--;
    return done(recipe);
  };
  assertEquals((await pool(1, act)).results, [1, 2, 3, 4, 5]);
  assertEquals(max, 1);
  const { results, failures, started } = await pool(2, act);
  assertEquals([results.toSorted(), failures, started, max], [[1, 2, 3, 4, 5], [], 2, 2]);
  assertEquals((await pool(9, act)).started, 5);
});

Deno.test("runAll() goes on after a run that fails and a worker that dies", async () => {
  const { results, failures, started } = await pool(1, (recipe, worker) => {
    if (recipe.seed === 2) return Promise.reject(new Error("no memory"));
    if (recipe.seed === 4) {
      worker.ended = true;
      Fake.live.delete(worker);
      return Promise.reject(new Error("killed"));
    }
    return Promise.resolve(done(recipe));
  });
  assertEquals(results, [1, 3, 5]);
  assertEquals(failures, ["2: no memory", "4: killed"]);
  assertEquals(started, 2); // a failed run costs no worker
});

Deno.test("runAll() ends every worker when it is aborted, when one cannot start, or nobody can write", async () => {
  const hang = () => new Promise<Result>(() => {});
  const abort = new AbortController();
  setTimeout(() => abort.abort(new Error("by hand")), 5);
  await assertRejects(() => pool(2, hang, { signal: abort.signal }), Error, "by hand");
  await assertRejects(() => pool(2, hang, { signal: abort.signal }), Error, "by hand");

  let starts = 0;
  const start = () =>
    ++starts === 1 ? Promise.resolve(new Fake(hang)) : Promise.reject(new Error("no data"));
  await assertRejects(() => pool(2, hang, { start }), Error, "no data");

  const act = (recipe: Recipe) => recipe.seed === 1 ? Promise.resolve(done(recipe)) : hang();
  const onResult = () => {
    throw new Error("disk full");
  };
  await assertRejects(() => pool(2, act, { onResult }), Error, "disk full");
  assert(Fake.live.size === 0);
});
