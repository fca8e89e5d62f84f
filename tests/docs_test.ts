/** What README and the pages in lib/docs say: runs, leads somewhere, and is short. */

import { assert, assertEquals, assertLess } from "@std/assert";
import { dirname, join } from "node:path";
import { ROOT } from "../notebooks/tools/notebook.ts";
import { textOf } from "./helpers/repo.ts";

const names = async (folder: string) =>
  (await Array.fromAsync(Deno.readDir(join(ROOT, folder)))).map(({ name }) => name);
const docs = (await names("lib/docs")).filter((name) => name.endsWith(".md"))
  .map((name) => `lib/docs/${name}`);
const pages = ["README.md", "notebooks/README.md", "notebooks/teaching.md", ...docs];

/** Where the links and pictures of a page lead, from the repository's root. */
function targets(page: string, text: string): string[] {
  const prose = text.replace(/```[^]*?```/g, "");
  return [...prose.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, to = ""]) => to)
    .filter((to) => !/^\w+:/.test(to)).map((to) => join(dirname(page), to));
}

Deno.test("README is a landing page: at most 900 words", async () => {
  const words = (await textOf("README.md")).split(/\s+/).filter(Boolean).length;
  assertLess(words, 901);
});

Deno.test("links of README and its pages lead to files that are there", async () => {
  for (const page of pages) {
    for (const to of targets(page, await textOf(page))) {
      const there = await Deno.stat(join(ROOT, to)).then(() => true, () => false);
      assert(there, `${page} links to ${to}`);
    }
  }
});

Deno.test("every page of lib/docs can be reached from README", async () => {
  const seen = new Set(["README.md"]);
  for (const page of seen) {
    if (!page.endsWith(".md")) continue;
    for (const to of targets(page, await textOf(page))) seen.add(to);
  }
  assertEquals([...docs, "notebooks/teaching.md"].filter((page) => !seen.has(page)), []);
});

Deno.test("the course's page has a row for every lesson", async () => {
  const rows = targets("notebooks/README.md", await textOf("notebooks/README.md"));
  const lessons = (await names("notebooks")).filter((name) => name.endsWith(".ipynb"));
  const listed = rows.filter((to) => to.endsWith(".ipynb"));
  assertEquals([...new Set(listed)].sort(), lessons.map((name) => `notebooks/${name}`).sort());
});

Deno.test("the page for readers of numpy: every line gives what its row says, with types", async () => {
  const page = await textOf("lib/docs/numpy.md");
  const [, setup = ""] = /```ts\n([^]*?)```/.exec(page) ?? [];
  const rows = page.split("\n").filter((line) => line.startsWith("| ")).flatMap((line) => {
    const cells = line.split(/(?<=^|\s)\|(?=\s|$)/).slice(1, -1)
      .map((cell) => cell.trim().replace(/^(`+) ?(.*?) ?\1$/, "$2"));
    const [, code = "", gives = ""] = cells;
    return /^(TypeScript|---|:?-+)/.test(code) ? [] : [{ code, gives }];
  });
  assertLess(30, rows.length);
  const print = rows.map(({ code }) => `console.log(JSON.stringify(${code}));`);
  const folder = await Deno.makeTempDir(); // outside the repo: it must not be seen by other tests
  try {
    const file = join(folder, "lines.ts");
    await Deno.writeTextFile(file, [setup, ...print].join("\n"));
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--check", "-A", "--config", join(ROOT, "deno.json"), file],
      env: { NO_COLOR: "1" },
    }).output();
    const lines = new TextDecoder().decode(stdout).split("\n").slice(0, -1);
    assertEquals(lines.length, rows.length, new TextDecoder().decode(stderr));
    rows.forEach(({ code, gives }, i) => assertEquals(lines[i], gives, code));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
