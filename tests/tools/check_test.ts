/** What is checked in notebooks, and what of them is published. */

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { checkNotebooks, joinCells } from "../../notebooks/tools/check.ts";
import {
  findNotebooks,
  type MimeBundle,
  type Notebook,
  NOTEBOOKS,
  type Output,
  parseNotebook,
  readNotebook,
} from "../../notebooks/tools/notebook.ts";
import { drawPictures } from "../../notebooks/tools/draw.ts";
import { published } from "../../notebooks/tools/publish.ts";
import { drawHtml } from "gradnets/notebook/page.ts";
import { notebookText, withNotebook } from "../helpers/notebook.ts";

/** What is wrong with a notebook of these cells, inside the repo, where its import map holds. */
async function problems(...cells: string[]): Promise<string[]> {
  return await withNotebook(cells, async (path) => {
    const found = await checkNotebooks([path]);
    const files = [...Deno.readDirSync(join(path, ".."))].map(({ name }) => name);
    assertEquals(files, ["a.ipynb"], "the joined module is left behind");
    return found;
  }, NOTEBOOKS);
}

Deno.test("checkNotebooks() passes what a notebook may do and a module may not", async () => {
  const found = await problems(
    `import { Random } from "gradnets/random.ts";\n\nconst random = new Random(1);`,
    `random.uniform();`,
    // a last value; a cell that starts with a bracket; a later import; await; Deno.jupyter
    `1 + 1`,
    `[1, 2].map((x) => x * 2);`,
    `(3).toFixed(1);`,
    `import { mix32 } from "../../lib/random.ts";\n\nawait Promise.resolve(mix32(3));`,
    `await Deno.jupyter.display(random);`,
    ``,
  );
  // the one that is not as deno fmt would have it
  assertEquals(found, ["format: a.ipynb, cell 3 is not formatted; check.ts --fix does it"]);
});

Deno.test("checkNotebooks() names cell, line and column of what is wrong", async () => {
  const found = (await problems(
    `import { Random } from "gradnets/random.ts";`,
    `const random = new Random(1);\n\nconst x: string = random.uniform();`,
    `random.nope;\nlet y = x;`,
    `const z = y as any;`,
  )).join("\n\n");
  assertStringIncludes(found, "Type 'number' is not assignable to type 'string'.");
  assertStringIncludes(found, "at a.ipynb, cell 2, line 3, column 7");
  assertStringIncludes(found, "Property 'nope' does not exist");
  assertStringIncludes(found, "at a.ipynb, cell 3, line 1, column 8");
  assertStringIncludes(found, "lint(prefer-const)");
  assertStringIncludes(found, "at a.ipynb, cell 3, line 2, column 5");
  assertStringIncludes(found, "lint(no-explicit-any)");
  assertStringIncludes(found, "at a.ipynb, cell 4, line 1, column 16");
  assertStringIncludes(found, "lint(no-unused-vars): `z`");
  assert(!found.includes(".cells_"), `${found}\n\nnames a file that nobody has`);
});

Deno.test("checkNotebooks() finds what cannot be parsed, and what is not there", async () => {
  const [parse] = await problems("1;", "const a: number = ;");
  assertStringIncludes(parse!, "a.ipynb, cell 2, line 1, column 19");
  const [missing] = await problems(`import { a } from "../../lib/not_there.ts";\n\na;`);
  assertStringIncludes(missing!, "Cannot find module");
  assertStringIncludes(missing!, "a.ipynb, cell 1, line 1");
});

Deno.test("check.ts --fix formats prose and code, and names the kernel", async () => {
  await withNotebook(["1 +    1", "const a: number = ;"], async (path) => {
    const text = (await Deno.readTextFile(path)).replace('"name":"deno"', '"name":"python3"');
    await Deno.writeTextFile(path, text.replace("# A test", "*  point"));
    const [kernel] = (await checkNotebooks([path])).filter((text) => text.startsWith("format"));
    assertStringIncludes(kernel!, "does not name the Deno kernel");
    const tool = join(NOTEBOOKS, "tools", "check.ts");
    const fix = async () => {
      const args = ["run", "-A", tool, "--fix", path];
      const { code, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
      return { code, told: new TextDecoder().decode(stderr) };
    };
    // it cannot format what it cannot parse, and says so
    const broken = await fix();
    assertEquals(broken.code, 1);
    assertStringIncludes(broken.told, "a.ipynb, cell 2, line 1, column 19");
    await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace("= ;", "= 2;  a"));
    assertEquals((await fix()).code, 0);
    const { cells } = await readNotebook(path);
    assertEquals(cells.map(({ source }) => source), [
      "- point",
      "1 + 1;",
      "const a: number = 2;\na;",
    ]);
    assertEquals(await checkNotebooks([path]), []);
  });
});

Deno.test("joinCells() says of each line which cell and line it is from", () => {
  const notebook = parseNotebook(notebookText(["a\nb", "c"]), "x.ipynb");
  const { text, origin } = joinCells(notebook);
  const lines = text.trimEnd().split("\n");
  assertEquals(lines.length, origin.length);
  assertEquals(origin[lines.indexOf("b")], { cell: 1, line: 2 });
  assertEquals(origin[lines.indexOf("c")], { cell: 2, line: 1 });
  assert(!joinCells(notebook, 1).text.includes("c\n"));
});

Deno.test("findNotebooks() takes paths and names, and refuses what is not there", async () => {
  assertEquals(findNotebooks([]).every((path) => path.endsWith(".ipynb")), true);
  await withNotebook(["1;"], async (path) => {
    assertEquals(findNotebooks([path]), [await Deno.realPath(path)]);
  });
  for (const name of ["99_not_there", "tools", "tools/run.ts"]) {
    assertThrows(() => findNotebooks([name]), Error, `"${name}"`);
  }
});

const home = "/home/someone";
const display = (data: MimeBundle): Output => ({ output_type: "display_data", data, metadata: {} });
const printed = (text: string): Output => ({ output_type: "stream", name: "stdout", text });

/** A notebook and an executed copy with these outputs in its only code cell. */
function executed(outputs: Output[], change: (copy: Notebook) => void = () => {}) {
  const notebook = parseNotebook(notebookText([`console.log("x");`]), "x.ipynb");
  const copy = structuredClone(notebook);
  Object.assign(copy.cells[1]!, { outputs, execution_count: 1 });
  change(copy);
  return () => published(notebook, copy, [home, "C:\\Users\\someone"]);
}

Deno.test("published() keeps text and pictures, and drops what needs scripts", () => {
  const outputs = executed([
    printed("line\n"),
    display({
      "text/html": "<div></div><SCRIPT>draw()</SCRIPT>",
      "image/png": "AAAA",
      "text/plain": "[figure]",
      "application/javascript": "draw()",
    }),
    display({ "text/html": "<script>update()</script>", "text/plain": "" }), // a live plot's helper
    display({ "text/html": "<table></table>", "text/plain": "1 2" }),
    display({ "application/vnd.plotly.v1+json": { z: [] }, "image/png": "BB" }),
  ])().cells[1]!.outputs;
  assertEquals(outputs, [
    printed("line\n"),
    display({ "image/png": "AAAA", "text/plain": "[figure]" }),
    display({ "text/html": "<table></table>", "text/plain": "1 2" }),
    display({ "image/png": "BB" }),
  ]);
});

Deno.test("drawPictures() draws each figure at twice its size, and says how large it is", async () => {
  const layout = { title: { text: "Loss" }, width: 320, height: 200 };
  const html = drawHtml("one", { data: [{ type: "scatter", x: [0, 1], y: [1, 2] }], layout });
  const copy = parseNotebook(notebookText(["1;"]), "x.ipynb");
  copy.cells[1]!.outputs = [
    display({ "text/html": html, "text/plain": "[figure: Loss]" }),
    display({ "text/html": "<table></table>" }),
  ];
  await drawPictures(copy);
  const [figure, table] = copy.cells[1]!.outputs as Extract<Output, { data: MimeBundle }>[];
  const png = new DataView(Uint8Array.fromBase64(figure!.data["image/png"] as string).buffer);
  assertEquals([png.getUint32(16), png.getUint32(20)], [640, 400]);
  assertEquals(figure!.metadata, { "image/png": { width: 320, height: 200 } });
  assertEquals(Object.keys(table!.data), ["text/html"]);
});

Deno.test("published() keeps nothing of the machine in the metadata", () => {
  const result = executed([], (copy) => {
    copy.metadata = { language_info: { name: "typescript" }, gradnets: { seed: "3" }, vscode: {} };
  })();
  assertEquals(Object.keys(result.metadata).sort(), ["kernelspec", "language_info"]);
  assertEquals(result.cells[1]!.execution_count, 1);
});

Deno.test("published() refuses what must not be committed, and says why", () => {
  const error: Output = { output_type: "error", ename: "Error", evalue: "no", traceback: [] };
  const cases: [make: () => Notebook, why: string][] = [
    [executed([error]), 'cell 1 (console.log("x");) failed: no'],
    [executed([], ({ cells }) => void (cells[1]!.execution_count = null)), "has not been run"],
    [executed([], ({ cells }) => void (cells[1]!.source += " ")), "its code has changed"],
    [executed([], ({ cells }) => void cells.pop()), "its code has changed"],
    [executed([], ({ metadata }) => void (metadata["gradnets"] = { epochs: "2" })), "--epochs 2"],
    [executed([], ({ metadata }) => void (metadata["gradnets"] = { quick: true })), "--quick"],
    [executed([display({ "image/png": "A".repeat(1_600_000) })]), "1.5 MB is the limit"],
    [executed([printed(`reading ${home}/mnist\n`)]), `${home}/mnist`],
    [executed([printed(`file://${home}/x.ts:3\n`)]), home],
    [executed([display({ "text/plain": `{ dir: "${home}" }` })]), home],
    [executed([display({ "application/json": { dir: `${home}/x` } })]), home],
    [executed([printed("C:\\Users\\someone\\mnist\n")]), "someone"],
    [executed([printed("C:/Users/someone/mnist\n")]), "C:/Users/someone"],
    [executed([printed("reading ../../../../someone/mnist\n")]), "../../../../someone/mnist"],
  ];
  for (const [make, why] of cases) {
    const { message } = assertThrows(make, Error);
    assertStringIncludes(message, why);
  }
  // what only looks like such a folder
  executed([printed(`relative${home}/x and ${home}where\n`)])();
  executed([printed("reading ../data and ../../shared/mnist\n")])();
});
