/** Lines of results: written whole, read again, mended after a kill. */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { recipeOf } from "gradnets/sweep/recipe.ts";
import { parseResults, readResults, type Result, ResultFile } from "gradnets/sweep/results.ts";
import { inDirectory } from "../helpers/files.ts";

function result(seed: number, more: Partial<Result> = {}): Result {
  return {
    recipe: recipeOf({ seed }),
    data: "blots",
    accuracy: 0.5,
    best: { accuracy: 0.6, iter: 10 },
    stopped: null,
    parameters: 162_160,
    steps: 20,
    msPerStep: 1.5,
    kernels: "fused (SIMD)",
    versions: { deno: "2.9.6" },
    date: "2026-11-23T00:00:00Z",
    curve: [[0, 0, 0.1, null, 0], [20, 0.5, 0.5, 12.25, 0.125]],
    ...more,
  };
}

const line = (seed: number, more: Partial<Result> = {}) =>
  JSON.stringify(result(seed, more)) + "\n";
const seeds = (results: readonly Result[]) => results.map(({ recipe }) => recipe.seed);

Deno.test("parseResults() reads back what ResultFile wrote", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/results.jsonl`, whole = [result(1), result(2)];
    {
      using file = ResultFile.open(path);
      file.add(whole[0]!);
      assertEquals(Deno.readTextFileSync(path), line(1)); // at once
      file.add(whole[1]!);
    }
    assertEquals(await readResults(path), whole);
  }));

Deno.test("parseResults() takes joined files, the first of each run, and an unfinished end", () => {
  const text = line(1) + line(2) + "\n" + line(1, { accuracy: 0.9 });
  assertEquals(parseResults(text), [result(1), result(2)]);
  for (const end of [1, 20, line(3).length - 2]) {
    assertEquals(seeds(parseResults(text + line(3).slice(0, end))), [1, 2]);
  }
  assertEquals(seeds(parseResults(text + line(3).trimEnd())), [1, 2, 3]);
  assertEquals(seeds(parseResults(line(1) + line(1, { data: "other" }))), [1, 1]);
  assertEquals(parseResults(""), []);
});

Deno.test("parseResults() names the line that is no result", () => {
  const refused: readonly (readonly [string, string])[] = [
    ["{\n", "x.jsonl, line 2 as a result: it is no JSON"],
    ["[]\n", "line 2 as a result: it must be an object"],
    [line(2).replace('"accuracy":0.5,', ""), "accuracy must be a number, but is undefined"],
    [line(2).replace('"depth":50', '"depth":1'), "recipe.depth must be"],
    [line(2).replace('"depth":50', '"deep":50'), "recipe has no field deep"],
    [
      line(2).replace('"curve":[[', '"curve":{"a":[[').replace("]]}", "]]}}"),
      "curve must be a list",
    ],
  ];
  for (const [broken, message] of refused) {
    assertThrows(() => parseResults(line(1) + broken + line(3), "x.jsonl"), SyntaxError, message);
  }
});

Deno.test("parseResults() fills in the fields that a recipe was written without", () => {
  const short = line(7).replace(/"recipe":{.*?},"data"/, '"recipe":{"seed":7},"data"');
  assertEquals(parseResults(short), [result(7)]);
});

Deno.test("ResultFile cuts off a line that was not finished, and no other", () =>
  inDirectory((directory) => {
    const path = `${directory}/results.jsonl`;
    for (const end of [1, 40, line(2).length - 2]) {
      Deno.writeTextFileSync(path, line(1) + line(2).slice(0, end));
      {
        using file = ResultFile.open(path);
        file.add(result(3));
      }
      assertEquals(Deno.readTextFileSync(path), line(1) + line(3));
    }
    Deno.writeTextFileSync(path, line(1) + line(2).trimEnd());
    {
      using file = ResultFile.open(path);
      file.add(result(3));
    }
    assertEquals(Deno.readTextFileSync(path), line(1) + line(2) + line(3));
  }));

Deno.test("ResultFile has one writer at a time", () =>
  inDirectory((directory) => {
    const path = `${directory}/results.jsonl`;
    {
      using _file = ResultFile.open(path);
      assertThrows(() => ResultFile.open(path), Error, "another sweep is at it");
    }
    using file = ResultFile.open(path);
    file.add(result(1));
    assertEquals(Deno.readTextFileSync(path), line(1));
  }));

Deno.test("readResults() joins the files of a directory, and of no other kind", () =>
  inDirectory(async (directory) => {
    Deno.writeTextFileSync(`${directory}/b.jsonl`, line(2) + line(1, { accuracy: 0.9 }));
    Deno.writeTextFileSync(`${directory}/a.jsonl`, line(1));
    Deno.writeTextFileSync(`${directory}/a.txt`, "mine");
    assertEquals(await readResults(directory), [result(1), result(2)]);
    assertEquals(await readResults(new URL(`file://${directory}/`)), [result(1), result(2)]);
    await assertRejects(() => readResults(`${directory}/none`), Deno.errors.NotFound);
  }));
