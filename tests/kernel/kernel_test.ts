/** The kernel as a front end sees it. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { Session, texts } from "./session.ts";

Deno.test("a cell's value, what it prints, and its error come in order, and idle comes last", async () => {
  await using session = await Session.start();
  const { reply, outputs } = await session.run("1 + 1");
  assertEquals([reply["status"], reply["execution_count"], texts(outputs)], ["ok", 1, ["2"]]);
  const printed = await session.run("console.log('a'); console.error('b'); console.log('c'); 3");
  assertEquals(texts(printed.outputs), ["a\n", "b\n", "c\n", "3"]);
  const many = await session.run(
    "for (let i = 0; i < 5000; i++) console.log(i); throw new RangeError('end')",
  );
  assertEquals(many.reply["status"], "error");
  const [error, ...lines] = texts(many.outputs).toReversed();
  assertEquals(error, "RangeError: end");
  assertEquals(
    lines.toReversed().join(""),
    Array.from({ length: 5000 }, (_, i) => `${i}\n`).join(""),
  );
});

Deno.test("every kind of error has a name, a message and the line", async () => {
  await using session = await Session.start();
  const cases: [code: string, error: string, line: string][] = [
    ["const a = ;", "SyntaxError: Expression expected. (line 1)", "line 1 | const a = ;"],
    ["1;\nconst a = <b>x</b>;", "JSX cannot stand in a cell.", "line 2 | const a = <b>"],
    ["let b;\nlet b;", "SyntaxError: Identifier 'b' has already been declared", "line 2 | let b;"],
    [
      "import { nope } from 'node:fs';",
      "SyntaxError: The requested module 'node:fs' does not provide an export named 'nope'",
      "line 1 | import { nope }",
    ],
    ["1;\nthrow new TypeError('c')", "TypeError: c", "line 2 | throw new TypeError('c')"],
    ["throw 5", "Error: Uncaught 5", "line 1 | throw 5"],
    ["1;\nPromise.reject(new Error('d')); 2", "Error: d", "line 2 | Promise.reject"],
    [
      "setTimeout(() => { throw new Error('e') }, 5);\nawait new Promise((r) => setTimeout(r, 50));",
      "Error: e",
      "line 1 | setTimeout",
    ],
    ["import './nothing_here.ts';", "TypeError: Module not found", "line 1 | import"],
  ];
  for (const [code, error, line] of cases) {
    const { reply, outputs } = await session.run(code);
    const found = outputs.find(({ header }) => header.msg_type === "error");
    assertEquals(reply["status"], "error", code);
    assertStringIncludes(texts(found ? [found] : []).join(), error);
    assertStringIncludes(String(found?.content["traceback"]), line, code);
    assertEquals(reply["evalue"], found?.content["evalue"]);
  }
});

Deno.test("last values print as they are", async () => {
  await using session = await Session.start();
  const values = [
    "NaN",
    "-Infinity",
    "Infinity",
    "-0",
    "10n",
    "null",
    "true",
    '"text"',
    "{ a: 1 }",
  ];
  for (const value of values) assertEquals(texts((await session.run(value)).outputs), [value]);
  assertEquals(texts((await session.run("undefined")).outputs), []);
});
