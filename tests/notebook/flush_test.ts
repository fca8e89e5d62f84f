/** The wait at the end of a cell, against a kernel's inside as Deno 2.9.6 has it. */

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { flushCells } from "gradnets/notebook/flush.ts";

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

Deno.test("flushCells() says in one sentence what the plain kernel lacks", () => {
  const said: string[] = [];
  flushCells(fakeDeno().deno, (line) => said.push(line));
  assertEquals(said.length, 1);
  assertStringIncludes(said[0] ?? "", "deno task kernel --user");
  flushCells({}, (line) => said.push(line)); // a kernel that needs no wait says nothing
  assertEquals(said.length, 1);
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

Deno.test("flushCells(), the first call of each notebook, tells an old Deno which one is needed", () => {
  const { deno } = fakeDeno();
  const old = { ...deno, version: { deno: "2.8.3" } };
  assertThrows(() => flushCells(old), Error, "and this is Deno 2.8.3");
});
