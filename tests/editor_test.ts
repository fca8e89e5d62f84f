/** What editors, pages and files for a cluster say of this repo is true: tasks, files and versions. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { ROOT } from "../notebooks/tools/notebook.ts";
import { textOf } from "./helpers/repo.ts";

/** The parts of a launch.json that are looked at here. */
interface Launch {
  readonly configurations: readonly {
    readonly runtimeExecutable: string;
    readonly runtimeArgs: readonly string[];
  }[];
}

/** The parts of a devcontainer.json that are looked at here. */
interface Devcontainer {
  readonly postCreateCommand: string;
  readonly customizations: {
    readonly codespaces: { readonly openFiles: readonly string[] };
    readonly vscode: { readonly extensions: readonly string[] };
  };
}

async function json<T>(path: string): Promise<T> {
  return JSON.parse(await textOf(path));
}

/** The `deno task NAME`s in a text that deno.json does not have. */
async function unknownTasks(text: string): Promise<string[]> {
  const { tasks } = await json<{ tasks: Record<string, unknown> }>("deno.json");
  const named = [...text.matchAll(/deno task ([a-z][\w:]*)/g)].map(([, name = ""]) => name);
  return named.filter((name) => !Object.hasOwn(tasks, name));
}

const isThere = (path: string) => Deno.stat(join(ROOT, path)).then(() => true, () => false);

Deno.test("launch.json debugs with deno, and files that it names are there", async () => {
  const { configurations } = await json<Launch>(".vscode/launch.json");
  assert(configurations.length >= 2);
  for (const { runtimeExecutable, runtimeArgs } of configurations) {
    assertEquals(runtimeExecutable, "deno");
    assertMatch(runtimeArgs.join(" "), /^(test|run) -A --inspect-brk /);
    for (const arg of runtimeArgs) if (/\.ts$/.test(arg)) assert(await isThere(arg), arg);
  }
});

Deno.test("the devcontainer installs the README's Deno, and opens files that are there", async () => {
  const { postCreateCommand, customizations } = await json<Devcontainer>(
    ".devcontainer/devcontainer.json",
  );
  const [version] = /deno@[\d.]+/.exec(await textOf("README.md")) ?? [];
  assert(version !== undefined && postCreateCommand.includes(version), version);
  assertMatch(postCreateCommand, /&& deno jupyter --install/);
  assertEquals(await unknownTasks(postCreateCommand), []);
  for (const file of customizations.codespaces.openFiles) assert(await isThere(file), file);
  const { recommendations } = await json<{ recommendations: string[] }>(".vscode/extensions.json");
  assertEquals(customizations.vscode.extensions, recommendations);
});

Deno.test("git ignores none of what editors read", async () => {
  const files = [
    ".vscode/extensions.json",
    ".vscode/launch.json",
    ".vscode/settings.json",
    ".devcontainer/devcontainer.json",
    ".github/CONTRIBUTING.md",
  ];
  const { code, stdout } = await new Deno.Command("git", {
    args: ["check-ignore", ...files],
    cwd: ROOT,
  }).output();
  assertEquals([code, new TextDecoder().decode(stdout)], [1, ""]); // 1: none of them
});

Deno.test("pages name tasks and files that there are", async () => {
  const pages = [
    "README.md",
    ".github/CONTRIBUTING.md",
    "data/README.md",
    "notebooks/README.md",
    "notebooks/teaching.md",
    "notebooks/sweeps/README.md",
    ...["commands", "reliability", "results", "speed", "use"].map((name) => `lib/docs/${name}.md`),
  ];
  for (const page of pages) {
    assertEquals(await unknownTasks(await textOf(page)), [], page);
  }
  const contributing = await textOf(".github/CONTRIBUTING.md");
  for (const [, path = ""] of contributing.matchAll(/`((?:lib|tests|notebooks)\/[a-z][\w./]*)`/g)) {
    assert(await isThere(path), `CONTRIBUTING.md names ${path}`);
  }
});

Deno.test("the sweeps' page has a row for every grid, and for no other", async () => {
  const page = await textOf("notebooks/sweeps/README.md");
  const rows = [...page.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name = ""]) => `${name}.json`);
  const files = (await Array.fromAsync(Deno.readDir(join(ROOT, "notebooks/sweeps"))))
    .map(({ name }) => name).filter((name) => name.endsWith(".json"));
  assertEquals(rows.sort(), files.sort());
});

Deno.test("a cluster's files run the README's Deno and files that are there, each shard once", async () => {
  const job = await textOf("notebooks/sweeps/job.yaml");
  const batch = await textOf("notebooks/sweeps/sweep.sbatch");
  const [, version] = /deno@([\d.]+)/.exec(await textOf("README.md")) ?? [];
  assertEquals(/image: denoland\/deno:([\d.]+)/.exec(job)?.[1], version);
  const [, pods] = /completions: (\d+)/.exec(job) ?? [],
    [, shards] = /--shards, "(\d+)"/.exec(job) ?? [];
  assert(pods !== undefined && pods === shards, `${pods} pods, ${shards} shards`);
  const paths = `${job}${batch}`.match(/\b(?:lib|notebooks)\/[\w./]+\w/g) ?? [];
  assert(paths.length >= 5);
  for (const path of paths) assert(await isThere(path), path);
});
