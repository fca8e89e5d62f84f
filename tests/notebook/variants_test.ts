/** Runs by the names that a text gives them, and made again. */

import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { attempt, rerun, variants } from "gradnets/notebook/variants.ts";
import { recipeOf } from "gradnets/sweep/recipe.ts";
import type { Result } from "gradnets/sweep/results.ts";
import { runRecipe } from "gradnets/sweep/run.ts";
import { tinyDataset } from "../helpers/close.ts";

const data = tinyDataset();
const small = { depth: 4, width: 6, batchSize: 20, epochs: 3, every: 10, tau: 2 };
const runs: Result[] = [];
for (const more of [{}, { l1: 0 }, { l1: 0, seed: 2 }, { logEpsilon: 0.5 }]) {
  runs.push(await runRecipe(recipeOf({ ...small, ...more }), data));
}

Deno.test("variants() are the runs of a recipe, of every seed, in the order of the names", () => {
  const { results, name, groups } = variants(runs, { "no L1": { l1: 0 }, usual: {} }, small);
  assertEquals(results.map(name), ["no L1", "no L1", "usual"]);
  assertEquals(groups.get("no L1")!.map(({ recipe }) => recipe.seed), [1, 2]);
  assertEquals(name(runs[3]!), ""); // not among them
});

Deno.test("variants() refuses a recipe that was not run, and two names for one", () => {
  const refused = (named: Record<string, object>, part: string) =>
    assertThrows(
      () => variants(runs, named as Record<string, Record<string, unknown>>),
      RangeError,
      part,
    );
  refused({ none: { ...small, l1: 7 } }, 'Cannot find "none"');
  refused({ one: small, same: { ...small, seed: 9 } }, 'Cannot tell "same" from "one"');
  refused({ wrong: { deep: 9 } }, "deep");
});

Deno.test("rerun() gets what the sweep got, as far as it goes", async () => {
  const found = variants(runs, { usual: small, "no L1": { ...small, l1: 0 } });
  const rows = await rerun(found, { data, epochs: 2, seed: 1 });
  assertEquals(rows.map((row) => row["run again"]), ["usual", "no L1"]);
  rows.forEach((row, i) => {
    assertEquals([row["iteration"], row["ended"]], [20, "as asked"]);
    assertEquals(row["accuracy now"], row["in the sweep"]);
    assertEquals(row["in the sweep"], runs[i]!.curve[2]![2].toFixed(4));
  });
  const [other] = await rerun(found, { data, epochs: 1, seed: 5 }, ["usual"]);
  assertEquals(other!["in the sweep"], "–");
  await assertRejects(
    () => rerun(found, { data, epochs: 1, seed: 1 }, ["unusual"]),
    RangeError,
    "choose from usual, no L1",
  );
});

Deno.test("attempt() tells why a training failed, or that it did not", async () => {
  const { warn } = console;
  console.warn = () => {}; // of the reference
  try {
    const options = { data, epochs: 1, seed: 1 };
    assertEquals(await attempt(small, options), "No failure in 10 iterations.");
    const told = await attempt({ ...small, adamEpsilon: 0 }, options);
    assertStringIncludes(told, "0/0 (Adam with epsilon 0)");
    await assertRejects(() => attempt({ depth: 1 }, options), RangeError, "depth");
  } finally {
    console.warn = warn;
  }
});
