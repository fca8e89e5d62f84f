/** The line about a training: a known clock, a known bar. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { JSDOM } from "jsdom";
import { endText, statusHtml, statusText } from "gradnets/notebook/status.ts";

const at = (iter: number, more = {}) => ({
  ...{ iter, total: 2000, iterationsPerEpoch: 1000, g: iter / 10_000, learningRate: 1e-3 },
  ...more,
});

Deno.test("statusText() tells the time left from the pace since this start, not since iteration 0", () => {
  const left = (iter: number, from: number, seconds: number) =>
    /([^·]*) left$/.exec(statusText(at(iter), { from, seconds }))![1]!.trim();
  assertEquals(left(1000, 0, 10), "0:10");
  assertEquals(left(1500, 1000, 10), "0:10"); // 50 a second: the first 1,000 are no matter
  assertEquals(left(1001, 1000, 4), "1:06:36");
  assertEquals(left(1000, 1000, 10), "–"); // nobody knows yet
  assertEquals(left(2000, 0, 10), "0:00");
});

Deno.test("statusText() has a bar of twenty cells, never fuller than the run", () => {
  const bar = (iter: number) => statusText(at(iter), { from: 0, seconds: 1 }).split(" · ")[0];
  assertEquals(bar(0), "░".repeat(20) + "   0 %");
  assertEquals(bar(99), "░".repeat(20) + "   4 %");
  assertEquals(bar(100), "█" + "░".repeat(19) + "   5 %");
  assertEquals(bar(1999), "█".repeat(19) + "░" + "  99 %");
  assertEquals(bar(2000), "█".repeat(20) + " 100 %");
});

Deno.test("endText() says done only at the end, and how long it took in all", () => {
  assertStringIncludes(endText(at(2000), 61), "Done: 2,000 iterations in 1:01 · epoch 2.0 of 2 · ");
  assertStringIncludes(endText(at(1999), 61), "Stopped after 1,999 of 2,000 iterations and 1:01");
  assertStringIncludes(endText(at(5, { accuracy: 1 }), 1), "test accuracy 1.0000");
});

Deno.test("statusHtml() has the words as text, and the bar as an element that can be read out", () => {
  const { window } = new JSDOM(statusHtml("███░  15 % · a < b", at(300)));
  const { document } = window;
  assertEquals(document.querySelector("[role=status]").textContent.trim(), "15 % · a < b");
  const bar = document.querySelector("progress");
  assertEquals([bar.getAttribute("value"), bar.getAttribute("max")], ["300", "2000"]);
  window.close();
});
