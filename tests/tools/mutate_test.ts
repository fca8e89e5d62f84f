/** Mutations of a text: what is changed, and what is left alone. */

import { assertEquals } from "@std/assert";
import { mutate, mutationsOf } from "../../notebooks/tools/mutate.ts";

const mutants = (line: string) => {
  const text = `function f() {\n  ${line}\n}\n`;
  return mutationsOf(text).map((mutation) => mutate(text, mutation).split("\n")[1]?.trim());
};

Deno.test("mutationsOf() swaps operators and arguments, moves numbers, drops what is done", () => {
  assertEquals(mutants("const y = a + 1 < b;"), [
    "const y = a - 1 < b;",
    "const y = a + 2 < b;",
    "const y = a + 1 <= b;",
  ]);
  assertEquals(mutants("const y = pow(a, b);"), ["const y = pow(b, a);"]);
  assertEquals(mutants("return a && b;"), ["return;", "return a || b;"]);
  assertEquals(mutants("this.#count = n;"), [";"]);
  assertEquals(mutants(`log("a + 1");`), [";"]);
  assertEquals(mutants("if (Math.min(a) === b) g = true;"), [
    "if (Math.max(a) === b) g = true;",
    "if (Math.min(a) !== b) g = true;",
    "if (Math.min(a) === b) g = false;",
  ]);
});

Deno.test("mutationsOf() leaves comments, texts, imports and names alone", () => {
  assertEquals(mutants("// a + 1"), []);
  assertEquals(mutants('const a = "1 + 2", b = `${c} < 3`, x1 = y2;'), []);
  assertEquals(mutationsOf('import { a } from "b1";\n/** 1 + 1 */\n'), []);
});
