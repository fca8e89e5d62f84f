/** The report of a bench: records and tables. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Timing } from "gradnets/bench/measure.ts";
import { original } from "gradnets/bench/recipe.ts";
import { records, runTable, table } from "gradnets/bench/report.ts";

const timing = (name: string, stepMs: number[], evaluateMs: number[]): Timing => (
  { name, threads: 1, version: "1", stepMs, evaluateMs, cores: 1 }
);

Deno.test("records() have the promised shape", () => {
  const found = records([timing("a", [2, 1, 4], [50, 60, 70])], original);
  assertEquals(JSON.parse(JSON.stringify(found)), [{
    variant: "a",
    threads: 1,
    step_ms: { median: 2, min: 1, max: 4 },
    evaluate_ms: { median: 60, min: 50, max: 70 },
    gflops: 21.995,
  }]);
});

Deno.test("table() is aligned Markdown", () => {
  assertEquals(
    table(["name", "ms"], [["a", "1.25"], ["longer", "10"]]),
    "| name   |   ms |\n| ------ | ---: |\n| a      | 1.25 |\n| longer |   10 |",
  );
});

Deno.test("runTable() has ratios to the bases that took part, and only to those", () => {
  const run = {
    timings: [timing("fast", [1, 1], [30, 30]), timing("slow", [4, 4], [60, 60])],
    ceiling: [87.98],
    relaxed: true,
  };
  const [header = "", , fast = "", slow = ""] = runTable(run, original, ["absent", "slow"])
    .split("\n");
  assertStringIncludes(header, "× slow");
  assert(!header.includes("absent"));
  const cells = (row: string) => row.split("|").map((cell) => cell.trim()).slice(1, -1);
  assertEquals(cells(fast), [
    "fast",
    "1.00 (1.00–1.00)",
    "0.250",
    "44.0",
    "50 %",
    "1.00",
    "30.0 (30.0–30.0)",
    "0.50",
  ]);
  assertEquals(cells(slow)[2], "1.000");
  assertEquals(cells(runTable(run, original, []).split("\n")[2]!).length, 6);
});
