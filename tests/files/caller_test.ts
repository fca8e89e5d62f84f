/** Where data are looked for: as the caller wrote it, in a variable, and beside a module from afar. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dataFromEnvironment, fromCaller } from "gradnets/files/caller.ts";
import { inDirectory, writeBlots } from "../helpers/files.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const reader = (variables: Record<string, string>) => (name: string) => variables[name];

Deno.test("fromCaller() turns what was written elsewhere, and only under deno task", () => {
  const from = (path: string, caller: string | undefined, cwd = "/repo") =>
    fromCaller(path, { cwd, root: "/repo", env: () => caller });
  assertEquals(from("sets", "/home/me"), "../home/me/sets");
  assertEquals(from(".", "/repo"), ".");
  assertEquals(from("..", "/repo/notebooks"), ".");
  assertEquals(from("/sets", "/home/me"), "/sets");
  assertEquals(from("sets", undefined), "sets");
  assertEquals(from("sets", "/home/me", "/tmp"), "sets");
});

Deno.test("dataFromEnvironment() is a path from the caller, or the word for drawn digits", () => {
  const data = (GRADNETS_DATA: string) =>
    dataFromEnvironment({
      ...{ cwd: "/repo", root: "/repo" },
      env: reader({ GRADNETS_DATA, INIT_CWD: "/repo/sub" }),
    });
  assertEquals([data(""), data("drawn"), data("./drawn"), data("/a b")], [
    undefined,
    "drawn",
    "sub/drawn",
    "/a b",
  ]);
});

/** Runs `code` in a process of its own, away from this repository's deno.json. */
async function evaluate(code: string, cwd: string, env: Record<string, string> = {}) {
  const script = join(cwd, "script.ts");
  Deno.writeTextFileSync(script, code);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--no-config", "--no-lock", "--quiet", script],
    cwd,
    env: { GRADNETS_DATA: "", NO_COLOR: "1", ...env },
  }).output();
  const [out, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  return { out, said };
}

Deno.test("loadDataset() takes GRADNETS_DATA where nothing is asked for, else what is asked for", () =>
  inDirectory(async (directory) => {
    for (const name of ["one", "two"]) writeBlots(join(directory, name));
    const module = JSON.stringify(new URL("../../lib/files/mnist.ts", import.meta.url).href);
    const code = `import { loadDataset } from ${module};
      const log = () => {};
      const names = [{}, { dir: "two" }, { dir: "drawn", draw: () => { throw "drawn"; } }]
        .map((options) => loadDataset({ ...options, log }).then(({ name }) => name, String));
      console.log((await Promise.all(names)).join());`;
    const { out, said } = await evaluate(code, directory, { GRADNETS_DATA: "one" });
    assertEquals([out, said], ["one,two,drawn", ""]);
  }));

Deno.test("loadDataset() comes by URL too, and keeps its data below the working directory", async () => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async ({ url }) => {
      const path = join(ROOT, new URL(url).pathname);
      assert(path.startsWith(ROOT));
      const headers = { "content-type": "application/typescript" };
      return new Response(await Deno.readFile(path), { headers });
    },
  );
  try {
    await inDirectory(async (directory) => {
      const url = `http://127.0.0.1:${server.addr.port}/lib/files/mnist.ts`;
      const code = `const { loadDataset } = await import(${JSON.stringify(url)});
        const asked = { download: false, fallback: false };
        await loadDataset(asked).catch(({ message }) => console.log(message));
        await Deno.mkdir("data");
        await Deno.writeTextFile("data/notes", "");
        await loadDataset(asked).catch(({ message }) => console.log(message));`;
      const { out, said } = await evaluate(code, directory, { DENO_DIR: join(directory, "cache") });
      assertEquals(said, "");
      assertStringIncludes(out!, "Cannot find a data set in data/: ");
      assertStringIncludes(out!, "Found there: nothing");
      assertStringIncludes(out!, "Found there: notes");
    });
  } finally {
    await server.shutdown();
  }
});

Deno.test("the library does not load cli-progress, which is for the terminal", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", join(ROOT, "lib", "mod.ts")],
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as {
    modules: { specifier: string }[];
  };
  assert(modules.length > 50);
  assertEquals(modules.filter(({ specifier }) => specifier.includes("cli-progress")), []);
});
