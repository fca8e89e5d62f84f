/** alternate(): what the lesson on speed measures with. */

import { assertEquals, assertThrows } from "@std/assert";
import { alternate } from "gradnets/notebook/timing.ts";

Deno.test("alternate() takes turns, and counts the calls that make one", () => {
  let clock = 0;
  const calls: string[] = [];
  const work = (name: string, ms: number) => () => {
    calls.push(name);
    clock += ms;
  };
  const found = alternate({ a: work("a", 10), b: work("b", 30) }, {
    rounds: 2,
    turn: 20,
    now: () => clock,
  });
  assertEquals(found, { a: [10, 10], b: [30, 30] });
  // a call, then a turn to warm up; after that a, b, a, b
  assertEquals(calls.join(""), "aaa" + "bb" + "aab" + "aab");
  assertThrows(() => alternate({ a: work("a", 1) }, { rounds: 0 }), RangeError, "Cannot time 0");
});
