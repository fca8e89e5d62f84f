/** What the language server knows of a notebook. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { Assistant } from "gradnets/kernel/assistant.ts";

Deno.test("Assistant warns of wrong types, explains and completes, with the cells that ran", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/deno.json`, "{}");
  await Deno.writeTextFile(
    `${folder}/double.ts`,
    "/** Doubles a number: y = 2x. */\nexport function double(x: number): number {\n  return 2 * x;\n}\n",
  );
  const assistant = new Assistant(folder, () => Promise.resolve([]));
  try {
    // asked at once, as a reader may: the first cell counts although its check is not done
    const checked = assistant.check('import { double } from "./double.ts";');
    const { data } = await assistant.inspect({ code: "double(", cursor_pos: 7 });
    assertEquals(await checked, []);
    const { "text/plain": text } = data as { "text/plain": string };
    assertStringIncludes(text, "double(x: number): number");
    assertStringIncludes(text, "y = 2x");

    const [warning = ""] = await assistant.check('1;\nconst n: number = "text";');
    assertStringIncludes(warning, "Type 'string' is not assignable to type 'number'.");
    assertStringIncludes(warning, "line 2 | const n");
    // a cell that runs again, and one that replaces a name, are no mistakes
    assertEquals(await assistant.check("const n = double(3);"), []);
    assertEquals(await assistant.check("const n = double(3);"), []);

    const { matches } = await assistant.complete({ code: "doub", cursor_pos: 4 });
    assertEquals((matches as string[]).includes("double"), true);
  } finally {
    assistant.close();
    await Deno.remove(folder, { recursive: true });
  }
});
