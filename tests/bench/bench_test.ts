/** The parts of the bench that are not timings. */

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { CommanderError } from "commander";
import { catalogue, python, remedy } from "../../lib/bench/catalogue.ts";
import { Ceiling } from "../../lib/bench/ceiling.ts";
import { checkTable, compare } from "../../lib/bench/check.ts";
import { estimatedSeconds } from "../../lib/bench/long.ts";
import type { Timing } from "../../lib/bench/measure.ts";
import { parseOptions } from "../../lib/bench/options.ts";
import { evaluateFlops, original, stepFlops } from "../../lib/bench/recipe.ts";
import { leftOutText, records, runTable, table } from "../../lib/bench/report.ts";
import { line, median, ratio, spread } from "../../lib/bench/statistics.ts";

Deno.test("median() takes the middle by size, or the mean of two, and leaves its input alone", () => {
  const values = [10, 9, 100];
  assertEquals(median(values), 10);
  assertEquals(values, [10, 9, 100]);
  assertEquals(median([4, 1, 3, 2]), 2.5);
  assertEquals(median([7]), 7);
  assertThrows(() => median([]), RangeError, "no numbers");
});

Deno.test("spread() is median, least and greatest", () => {
  assertEquals(spread([3, 1, 2]), { median: 2, min: 1, max: 3 });
});

Deno.test("ratio() compares round by round, so that a slow stretch of the machine cancels", () => {
  assertEquals(ratio([1, 10, 1, 10, 1], [2, 20, 2, 20, 2]), 0.5);
  assertThrows(() => ratio([1, 2], [1]), RangeError, "2 rounds with 1");
});

Deno.test("line() finds a line, and says how much of one there is", () => {
  const exact = line([1, 2, 4], [5, 7, 11]);
  assertAlmostEquals(exact.slope, 2);
  assertAlmostEquals(exact.intercept, 3);
  assertAlmostEquals(exact.r2, 1);
  assertAlmostEquals(line([1, 2, 3], [0, 1, 0]).r2, 0);
});

Deno.test("stepFlops() is a hand count, and 44 million at the original's sizes", () => {
  // one image: 3×2, one hidden 2×2, 2×2 → forward 6 + 4 + 4 multiply-adds, dW as many, dx 4 + 4
  const small = { inputs: 3, width: 2, depth: 3, classes: 2, batch: 1 };
  assertEquals(stepFlops(small), 2 * (14 + 14 + 8));
  assertEquals(stepFlops({ ...small, batch: 5 }), 5 * 2 * (14 + 14 + 8));
  assertEquals(evaluateFlops(small, 1), 2 * 14);
  assertEquals(stepFlops(original), 43_990_000);
  assertEquals(evaluateFlops(original, 10_000), 3_194_000_000);
});

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

const checked = {
  loss: [100, 90],
  weight_norm: [0.07, 0.06],
  gradient_norm: [0.01, 0.02],
  accuracy: 0.3,
  kept: 0.95,
};

Deno.test("compare() takes what rounding does, and nothing more", () => {
  const near = { ...checked, loss: [100.05, 90], accuracy: 0.301 };
  assert(compare("near", near, checked).same);
  const wrong = [
    { ...checked, loss: [100, 90.2] },
    { ...checked, loss: [100, NaN] },
    { ...checked, loss: [100] },
    { ...checked, weight_norm: [0.0702, 0.06] },
    { ...checked, gradient_norm: [0.01, 0] },
    { ...checked, accuracy: 0.31 },
    { ...checked, kept: 1 },
  ];
  for (const found of wrong) assert(!compare("wrong", found, checked).same, JSON.stringify(found));
  assertStringIncludes(checkTable([compare("wrong", wrong[0]!, checked)]), "NO |");
});

Deno.test("Ceiling does the multiply-adds that it counts", () => {
  const ceiling = new Ceiling();
  assertEquals(ceiling.run(1), 12 * 0.5 / 1024); // twelve sums, of ½·2⁻¹⁰ each
  assertEquals(ceiling.run(1000), 1000 * 12 * 0.5 / 1024);
  assert(ceiling.measure(1000) > 0);
});

Deno.test("estimatedSeconds() has all steps, and a step and an evaluation every 100", () => {
  assertAlmostEquals(estimatedSeconds(1, 0), 22.22);
  assertAlmostEquals(estimatedSeconds(0, 50), 11);
});

Deno.test("parseOptions() takes names of variants, and refuses others by name", () => {
  const silent = { writeErr: () => {}, writeOut: () => {} };
  const options = parseOptions(["--only", "fused,jax-jit", "--rounds=3"], silent);
  assertEquals(options.only, ["fused", "jax-jit"]);
  assertEquals([options.rounds, options.growth, options.long], [3, false, false]);
  assertThrows(() => parseOptions(["--only", "theano"], silent), CommanderError, "theano");
  assertThrows(() => parseOptions(["--rounds", "0"], silent), CommanderError, "1 up");
  assertThrows(() => parseOptions(["--data="], silent), CommanderError, "Allowed is a path");
  assertThrows(() => parseOptions(["--json="], silent), CommanderError, "Allowed is a path");
});

Deno.test("every peer that is left out comes with a line that adds it, versions and all", () => {
  const peers = catalogue.filter(({ packages }) => packages);
  assertEquals(peers.length, 5);
  for (const peer of peers) {
    const line = remedy(peer);
    assertStringIncludes(line, `${python()} -m pip install numpy==`);
    for (const name of peer.packages!) assertStringIncludes(line, ` ${name}==`);
  }
  const text = leftOutText([{ name: "jax-jit", why: "no numpy", remedy: remedy(peers[3]!) }]);
  assertStringIncludes(text, "left out: jax-jit (no numpy)\n  ");
});
