/** Reading and writing notebook files. */

import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { formatNotebook, parseNotebook } from "../../notebooks/tools/notebook.ts";

Deno.test("formatNotebook() is stable, and readable by lines", () => {
  const notebook = parseNotebook(
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { b: 1, a: 2 },
      cells: [{
        cell_type: "code",
        id: "x",
        metadata: {},
        source: ["one\n", "two"],
        execution_count: 3,
        outputs: [{
          output_type: "display_data",
          metadata: {},
          data: { "text/plain": "p\nq", "image/png": "AAAA\n", "application/json": "j" },
        }],
      }],
    }),
    "x.ipynb",
  );
  assertEquals(notebook.cells[0]!.source, "one\ntwo");
  const text = formatNotebook(notebook);
  assert(text.endsWith("\n}\n"));
  assertLess(text.indexOf('"cells"'), text.indexOf('"metadata"'));
  assertLess(text.indexOf('"a"'), text.indexOf('"b"'));
  const cell = JSON.parse(text).cells[0];
  assertEquals(cell.source, ["one\n", "two"]);
  assertEquals(cell.outputs[0].data, {
    "application/json": "j",
    "image/png": "AAAA\n",
    "text/plain": ["p\n", "q"],
  });
  assertEquals(formatNotebook(parseNotebook(text, "x.ipynb")), text);
});

Deno.test("parseNotebook() refuses what is no notebook", async () => {
  for (
    const [text, found] of [["{", "no JSON"], ["[]", "no list of cells"], ['{"cells":[]}', "not 4"]]
  ) {
    await assertRejects(
      () => Promise.try(() => parseNotebook(text!, "bad.ipynb")),
      SyntaxError,
      found!,
    );
  }
});
