/** Every reader of files is given some thousand that are almost right. `deno task fuzz` gives more. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { fuzz, judge, targets } from "./targets.ts";

for (const target of targets) {
  Deno.test(`${target.name}: 2,000 mutated files are read rightly, or refused in a sentence`, async () => {
    const tally = await fuzz(target, 2000, 1);
    const { read = 0, ...refused } = tally;
    assertEquals(read + Object.values(refused).reduce((sum, n) => sum + n), 2000);
    assert(read > 0 && Object.keys(refused).length > 0, JSON.stringify(tally)); // sees both
  });
}

Deno.test("fuzz() finds a reader that fails in another way, and shrinks the file", async () => {
  const files = fc.uint8Array({ maxLength: 100 });
  const wrong = async (read: (file: Uint8Array) => void) =>
    (await assertRejects(() => fuzz({ name: "wrong", files, read }, 2000, 1), Error)).message;
  const long = await wrong(({ length }) => new Uint8Array(length > 9 ? -1 : 0));
  assertStringIncludes(long, "Counterexample: [Uint8Array.from([0,0,0,0,0,0,0,0,0,0])]");
  assertStringIncludes(long, "no sentence of ours");
  assertStringIncludes(await wrong(() => assertEquals(1, 2)), "[Uint8Array.from([])]");
  const other = () => {
    throw new Error("Cannot read this");
  };
  assertStringIncludes(await wrong(other), "Cannot read this");
});

Deno.test("judge() tells documented errors apart", async () => {
  const read = () => {
    throw new RangeError("Cannot read this file of mine");
  };
  assertEquals(await judge({ read }, new Uint8Array(0)), "RangeError");
});
