/** Shards: even, complete, and the same on every machine. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { parseGrid } from "gradnets/sweep/grid.ts";
import { chooseShard, costOf, shardOf } from "gradnets/sweep/shard.ts";
import { recipeOf } from "gradnets/sweep/recipe.ts";

const { recipes } = parseGrid({
  about: "the comparison",
  runs: [{
    axes: {
      layer: ["plain", "linear-grelu", "identity-grelu"],
      depth: [10, 50, 100, 200],
      seed: [1, 2, 3],
    },
  }],
});

Deno.test("shardOf() gives every run to one shard, and each about the same work", () => {
  for (const count of [1, 2, 3, 4, 7, 36, 50]) {
    const shards = Array.from(
      { length: count },
      (_, i) => shardOf(recipes, { index: i + 1, count }),
    );
    const together = shards.flat();
    assertEquals(together.length, recipes.length);
    assertEquals(new Set(together), new Set(recipes));
    const loads = shards.map((shard) => shard.reduce((sum, recipe) => sum + costOf(recipe), 0));
    const max = Math.max(...recipes.map(costOf));
    assert(Math.max(...loads) - Math.min(...loads) <= max, `${count}: ${loads}`);
    for (const shard of shards) { // in the grid's order
      const at = shard.map((recipe) => recipes.indexOf(recipe));
      assertEquals(at, at.toSorted((a, b) => a - b));
    }
  }
});

Deno.test("costOf() counts multiplications: three passes a step, one an evaluated image", () => {
  // 1 epoch of 55,000 images, 1,100 steps of which 1.1 are measured on 10,000 images
  const image = 50 * (784 + 48 * 50 + 10);
  assertEquals(costOf(recipeOf({ epochs: 1 })), image * (3 * 55_000 + 1.1 * 10_000));
});

Deno.test("costOf() counts the gates of a highway network, which double its hidden matrices", () => {
  const image = 50 * (784 + 48 * 2 * 50 + 10);
  const highway = recipeOf({ epochs: 1, layer: "highway" });
  assertEquals(costOf(highway), image * (3 * 55_000 + 1.1 * 10_000));
});

const from = (variables: Readonly<Record<string, string>>) => (name: string) => variables[name];
const array = (id: number, min: number, count: number, more: Record<string, string> = {}) =>
  from({
    SLURM_ARRAY_TASK_ID: `${id}`,
    SLURM_ARRAY_TASK_MIN: `${min}`,
    SLURM_ARRAY_TASK_COUNT: `${count}`,
    ...more,
  });

Deno.test("chooseShard() follows the option, then the environment, else does all", () => {
  assertEquals(chooseShard({}, from({})), undefined);
  assertEquals(chooseShard({ shard: "3/3" }, array(1, 1, 9)), { index: 3, count: 3 });
  assertEquals(chooseShard({}, array(0, 0, 4)), { index: 1, count: 4 });
  assertEquals(chooseShard({}, array(4, 1, 4, { SLURM_ARRAY_TASK_MAX: "4" })), {
    index: 4,
    count: 4,
  });
  const stepped = { SLURM_ARRAY_TASK_STEP: "5", SLURM_ARRAY_TASK_MAX: "20" };
  assertEquals(chooseShard({}, array(15, 10, 3, stepped)), { index: 2, count: 3 });
  // one task of an array of 4 that is sent again alone
  assertEquals(chooseShard({ shards: 4 }, array(3, 3, 1)), { index: 3, count: 4 });
  const pod = from({ JOB_COMPLETION_INDEX: "3" });
  assertEquals(chooseShard({ shards: 4 }, pod), { index: 4, count: 4 });
});

Deno.test("chooseShard() refuses what cannot be told, and says what to do", () => {
  const refused: readonly (readonly [Parameters<typeof chooseShard>, string])[] = [
    [[{ shard: "0/4" }, from({})], "--shard 0/4 is none of the shards 1 to 4"],
    [[{ shard: "5/4" }, from({})], "none of the shards 1 to 4"],
    [[{ shard: "1of4" }, from({})], 'must be I/N, as 1/4, but is "1of4"'],
    [[{ shard: "1/4/2" }, from({})], "must be I/N"],
    [[{ shards: 4 }, from({})], "--shard I/4"],
    [[{ shards: 2 }, array(0, 0, 2)], "SLURM_ARRAY_TASK_ID 0 is none of the shards 1 to 2"],
    [[{ shards: 2 }, from({ JOB_COMPLETION_INDEX: "2" })], "JOB_COMPLETION_INDEX 2 is none"],
    [[{}, from({ JOB_COMPLETION_INDEX: "2" })], "--shards N"],
    [[{}, from({ SLURM_ARRAY_TASK_ID: "2" })], "--shard I/N"],
    [[{}, array(3, 1, 3, { SLURM_ARRAY_TASK_MAX: "9" })], "gaps"],
    [[{}, from({ SLURM_ARRAY_TASK_ID: "two" })], 'must be a whole number, but is "two"'],
  ];
  for (const [args, message] of refused) {
    assertThrows(() => chooseShard(...args), RangeError, message);
  }
});
