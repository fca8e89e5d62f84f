/** What all commands have in common: which data they take, and which Deno. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inDirectory, namesIn, writeBlots } from "./helpers/files.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const GRID = { about: "one", runs: [{ base: { depth: 4, width: 6, batchSize: 10, epochs: 1 } }] };

/** Runs deno; GRADNETS_DATA is what `env` says. */
async function deno(cwd: string, args: readonly string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", GRADNETS_DATA: "", INIT_CWD: "", ...env },
  }).output();
  const [out, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, said: said! };
}

/** `deno task`, which goes to the repository's folder first, from `cwd`. */
const task = (cwd: string, args: string, env: Record<string, string> = {}) =>
  deno(cwd, ["task", "--quiet", "--config", join(ROOT, "deno.json"), ...args.split(" ")], {
    ...{ INIT_CWD: cwd },
    ...env,
  });

Deno.test("train and sweep take GRADNETS_DATA, --data wins, both from where the caller stands", () =>
  inDirectory(async (directory) => {
    for (const name of ["one", "two"]) writeBlots(join(directory, name));
    Deno.writeTextFileSync(join(directory, "grid.json"), JSON.stringify(GRID));
    const train = "train --depth 4 --width 6 --batch 10 --epochs 1";
    const outs = await Promise.all([
      task(directory, `${train} --out a`, { GRADNETS_DATA: "one" }),
      task(directory, `${train} --out b --data two`, { GRADNETS_DATA: "one" }),
      task(directory, "sweep grid.json --out c", { GRADNETS_DATA: "one" }),
      task(directory, "sweep grid.json --out d --data ./two", { GRADNETS_DATA: "one" }),
    ]);
    assertEquals(outs.map(({ code, said }) => [code, said]), outs.map(() => [0, ""]));
    assertMatch(outs[0]!.out, /, on one \(/);
    assertMatch(outs[1]!.out, /, on two \(/);
    const data = ["c", "d"].map((out) =>
      JSON.parse(Deno.readTextFileSync(join(directory, out, "results.jsonl"))).data
    );
    assertEquals(data, ["one", "two"]);
    assertEquals(namesIn(directory), ["a", "b", "c", "d", "grid.json", "one", "two"]);
  }));

/** A copy of the library that has no MNIST, for a process that has no network. */
function copyLibrary(directory: string): void {
  const copy = (from: string, to: string) => {
    Deno.mkdirSync(to, { recursive: true });
    for (const { name, isDirectory } of Deno.readDirSync(from)) {
      if (isDirectory) copy(join(from, name), join(to, name));
      else Deno.copyFileSync(join(from, name), join(to, name));
    }
  };
  for (const name of ["lib", "tests/std_assert"]) copy(join(ROOT, name), join(directory, name));
  for (const name of ["deno.json", "deno.lock"]) {
    Deno.copyFileSync(join(ROOT, name), join(directory, name));
  }
  Deno.writeTextFileSync(join(directory, "grid.json"), JSON.stringify(GRID));
}

Deno.test("without MNIST a sweep ends, unless it is asked to take drawn digits; train says so", () =>
  inDirectory(async (directory) => {
    copyLibrary(directory);
    const run = (args: string) =>
      deno(directory, ["run", "-A", "--deny-net", "--quiet", ...args.split(" ")]);
    const [plain, asked, train] = await Promise.all([
      run("lib/cli/sweep.ts grid.json"),
      run("lib/cli/sweep.ts grid.json --data drawn --out asked"),
      run("lib/cli/train.ts --depth 4 --width 6 --epochs 0.01 --out train"),
    ]);
    assertEquals(plain.code, 1);
    assertMatch(plain.said, /^error: MNIST could not be had: .*\n$/);
    assertStringIncludes(plain.said, "put MNIST's four files into data/");
    assertStringIncludes(plain.said, "--data drawn");
    assertEquals([asked.code, asked.said], [0, ""]);
    const result = JSON.parse(Deno.readTextFileSync(join(directory, "asked", "results.jsonl")));
    assertEquals(result.data, "drawn digits");
    assertEquals(train.code, 0);
    assertStringIncludes(train.out, "!!! MNIST could not be had: these are drawn digits");
    assertEquals(namesIn(directory).filter((name) => name === "runs"), []);
  }));

const COMMANDS = [
  "lib/cli/train.ts",
  "lib/cli/sweep.ts",
  "lib/bench/main.ts",
  ..."check lab publish run pictures".split(" ").map((name) => `notebooks/tools/${name}.ts`),
];

Deno.test("every command tells an old Deno in one sentence which one is needed", () =>
  inDirectory(async (directory) => {
    const old = join(directory, "old.ts");
    const older = '{ value: { ...Deno.version, deno: "2.8.3" } }';
    Deno.writeTextFileSync(old, `Object.defineProperty(Deno, "version", ${older});`);
    for (const path of COMMANDS) {
      const { code, said } = await deno(
        directory,
        ["run", "-A", "--quiet", "--preload", old, join(ROOT, path)],
      );
      assertEquals(code, 1, path);
      assertMatch(said, /^error: This needs Deno 2\.\d+ or newer, and this is Deno 2\.8\.3: .*\n$/);
    }
  }));

Deno.test("no task but the tests, which start everything, has all permissions", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  const commands = Object.entries<string | { readonly command: string }>(tasks)
    .map(([name, task]) => [name, typeof task === "string" ? task : task.command]);
  assertEquals(commands.filter(([, task]) => / (-A|--allow-all) /.test(`${task} `)), [
    ["test", "deno test -A --doc --parallel lib tests"],
  ]);
});
