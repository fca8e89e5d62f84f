/** The wait at the end of a cell, against a kernel's inside as Deno 2.9.6 has it. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { atCellEnd, flushCells } from "gradnets/notebook/flush.ts";

function fakeDeno() {
  const published: [number, unknown][] = [];
  const internal = Symbol("internal");
  const jupyter = {
    broadcastResult: (count: number, result: unknown) => {
      published.push([count, result]);
      return Promise.resolve();
    },
  };
  return { deno: { internal, [internal]: { jupyter } }, jupyter, published };
}

Deno.test("flushCells() publishes a cell's value at once, and keeps the cell open after it", async () => {
  const { deno, jupyter, published } = fakeDeno();
  assertEquals(flushCells(deno), true);
  const start = performance.now();
  const ended = jupyter.broadcastResult(3, "value");
  await Promise.resolve();
  assertEquals(published, [[3, "value"]]);
  await ended;
  assert(performance.now() - start > 90);
});

Deno.test("flushCells() twice waits once", () => {
  const { deno, jupyter } = fakeDeno();
  flushCells(deno);
  const { broadcastResult } = jupyter;
  assertEquals(flushCells(deno), true);
  assertEquals(jupyter.broadcastResult, broadcastResult);
});

Deno.test("flushCells() does nothing where there is no such inside", () => {
  for (const deno of [{}, { internal: Symbol() }, fakeDeno().deno.internal]) {
    assertEquals(flushCells(deno), false);
  }
});

Deno.test("atCellEnd() hears the first, and flushCells() then adds no wait to it", async () => {
  const { deno, jupyter, published } = fakeDeno();
  const ends: unknown[] = [];
  const end = () => Promise.resolve(void ends.push([...published]));
  assertEquals([atCellEnd(end, deno), flushCells(deno)], [true, true]);
  const start = performance.now();
  await jupyter.broadcastResult(3, "value");
  assert(performance.now() - start < 90);
  assertEquals(ends, [[[3, "value"]]]);
});

Deno.test("flushCells(), the first call of each notebook, tells an old Deno which one is needed", () => {
  const { deno } = fakeDeno();
  const old = { ...deno, version: { deno: "2.8.3" } };
  assertThrows(() => flushCells(old), Error, "and this is Deno 2.8.3");
});
