/** Tests mirror what they test, so that a module's tests are found without a search. */

import { assertEquals } from "@std/assert";
import { posix } from "node:path";
import { filesUnder } from "./helpers/repo.ts";

Deno.test("every test X/Y_test.ts is of lib/X/Y.ts, notebooks/X/Y.ts or tests/X/Y.ts", async () => {
  const modules = new Set<string>();
  for (const room of ["lib", "notebooks", "tests"]) {
    for (const path of await filesUnder(room)) modules.add(path.slice(room.length + 1));
  }
  const tests = (await filesUnder("tests")).map((path) => path.slice("tests/".length))
    .filter((path) => path.endsWith("_test.ts") && path.includes("/")); // others: of the whole repo
  // or, of an entry as a whole, any test in X/ for lib/X.ts
  const strays = tests.filter((path) =>
    !modules.has(path.replace("_test.ts", ".ts")) && !modules.has(`${posix.dirname(path)}.ts`)
  );
  assertEquals(strays, [], "rename or split what names no module");
});
