/** What the notebooks' commands refuse before they do anything, and which data a notebook gets. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "node:path";
import { readNotebook, ROOT } from "../notebooks/tools/notebook.ts";
import { inDirectory, namesIn, writeBlots } from "./helpers/files.ts";
import { withNotebook } from "./helpers/notebook.ts";

async function tool(name: string, args: readonly string[], cwd: string, data = "") {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", join(ROOT, "notebooks", "tools", `${name}.ts`), ...args],
    cwd,
    env: { NO_COLOR: "1", INIT_CWD: "", GRADNETS_DATA: data },
  }).output();
  const [shown, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, shown: shown!, said: said! };
}

Deno.test("run.ts gives a notebook the data that its caller means, from where they stand", () =>
  inDirectory(async (directory) => {
    for (const name of ["one", "two"]) writeBlots(join(directory, name));
    const code = 'import { loadDataset } from "gradnets/files/mnist.ts";\n' +
      'const draw = () => { throw new Error("asked to draw"); };\n' +
      "(await loadDataset({ draw, log() {} }).catch((error) => ({ name: error.message }))).name";
    await withNotebook([code], async (path, out) => {
      const nameFrom = async (args: readonly string[], data: string) => {
        const run = await tool("run", [path, "--out", out, ...args], directory, data);
        assertEquals(run.code, 0, run.shown + run.said);
        const [, cell] = (await readNotebook(join(out, "a.ipynb"))).cells;
        const [result] = cell?.outputs ?? [];
        return result && "data" in result ? result.data["text/plain"] : result;
      };
      assertEquals(await nameFrom([], "one"), '"one"');
      assertEquals(await nameFrom(["--data", "./two"], "one"), '"two"');
      assertEquals(await nameFrom(["--data", "drawn"], "one"), '"asked to draw"');
      assertEquals(await nameFrom([], "drawn"), '"asked to draw"');
    }, join(ROOT, "notebooks"));
  }));

Deno.test("run.ts looks at --out before it runs anything", () =>
  inDirectory((directory) =>
    withNotebook(['console.log("it has run");'], async (path) => {
      const file = join(directory, "file");
      Deno.writeTextFileSync(file, "mine");
      const outs = [file, join(file, "in"), ...Deno.build.os === "linux" ? ["/proc/none"] : []];
      for (const out of outs) {
        const { code, shown, said } = await tool("run", [path, "--out", out], directory);
        assertEquals([code, shown], [1, ""]);
        assertStringIncludes(said, `Cannot write to --out ${out}: `);
        assert(!said.includes("    at "), said);
      }
      assertEquals(namesIn(dirname(path)), ["a.ipynb"]);
    })
  ));

Deno.test("the notebooks' commands refuse an unknown notebook and empty values in one sentence", () =>
  inDirectory(async (directory) => {
    for (const name of ["check", "publish", "run"]) {
      const { code, said } = await tool(name, ["99_none"], directory);
      assertEquals([code, said.trim()], [
        1,
        'Cannot find the notebook "99_none": no such file, here or in notebooks/.',
      ]);
    }
    const empty = [["run", "--out="], ["run", "--data="], ["publish", "--from="]] as const;
    for (const [name, option] of empty) {
      const { code, said } = await tool(name, [option], directory);
      assertEquals(code, 1);
      assertStringIncludes(said, "argument '' is invalid. Allowed is a path");
    }
    await withNotebook([], async (path) => {
      Deno.writeTextFileSync(path, "{");
      const { code, said } = await tool("check", [path], directory);
      assertEquals(code, 1);
      assertStringIncludes(said, "Cannot read a.ipynb as a notebook");
      assert(!said.includes("    at "), said);
    });
  }));
