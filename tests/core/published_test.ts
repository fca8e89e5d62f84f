/** What others get: documented to the last name, and no file that they have no use for. */

import { assert, assertEquals } from "@std/assert";
import { join, relative } from "node:path";
import { ROOT } from "../helpers/core.ts";

const { exports } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
const entries = Object.values<string>(exports);

async function deno(...args: string[]): Promise<{ success: boolean; said: string }> {
  const child = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, env: { NO_COLOR: "1" } });
  const { success, stdout, stderr } = await child.output();
  return { success, said: [stdout, stderr].map((s) => new TextDecoder().decode(s)).join("\n") };
}

// Whose documentation is not ours, and cannot be linted with it.
const tensors = /private type '(Rank|Scalar|Tensor|Tensor[123]D|Variable)'$/;

Deno.test("every name of every entry is documented, and refers to none that is private", async () => {
  const { said } = await deno("doc", "--lint", ...entries);
  const found = said.match(/^error\[.*$/gm) ?? [];
  assertEquals(found.filter((line) => !tensors.test(line)), []);
  assert(found.length > 0 && said.includes("Found "), "the form of what deno says is another");
});

Deno.test("every entry has a page that says what it is for, with an example", async () => {
  for (const entry of entries) {
    const [page = ""] = (await Deno.readTextFile(join(ROOT, entry))).match(/^\/\*\*[^]*?\*\//) ??
      [];
    assert(page.includes("@module") && page.includes("@example"), entry);
  }
});

Deno.test("publishing is without slow types; it takes lib without bench and terminal, and what README links to", async () => {
  const { success, said } = await deno("publish", "--dry-run", "--allow-dirty");
  assert(success, said);
  const files = [...said.matchAll(/^\s+file:\/\/(\S+) \(/gm)]
    .map(([, path = ""]) => relative(ROOT, decodeURI(path)));
  assert(files.includes("lib/core.ts"), said);
  assertEquals(
    files.filter((path) => /^(lib\/(bench|cli)|tests|runs|notebooks\/tools)\//.test(path)),
    [],
  );
  const folders = new Set(files.map((path) => path.split("/")[0]));
  assertEquals([...folders].sort(), [
    ".github",
    "LICENSE",
    "README.md",
    "data",
    "deno.json",
    "lib",
    "notebooks",
  ]);
  const readme = await Deno.readTextFile(join(ROOT, "README.md"));
  const links = [...readme.matchAll(/\]\(([\w./]+)\)/g)].map(([, to = ""]) => to);
  assert(links.length > 10);
  assertEquals(links.filter((to) => !files.includes(to)), []);
});
