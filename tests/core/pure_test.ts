/** The core needs nothing but JavaScript and WebAssembly. */

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { buildCore } from "gradnets/cli/build_core.ts";
import { ROOT, run } from "../helpers/core.ts";

/** What `deno info --json` says of a module. */
interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly specifier: string;
    readonly code?: { readonly specifier?: string };
  }[];
}

Deno.test("the core imports modules of lib alone, and none with TensorFlow.js", async () => {
  const json = await run(Deno.execPath(), ["info", "--json", "lib/core.ts"], ROOT);
  const { roots, modules } = JSON.parse(json) as { roots: [string]; modules: Module[] };
  const lib = roots[0].slice(0, -"core.ts".length);
  const reached = new Set(roots); // grows while it is gone through
  for (const at of reached) {
    assert(at.startsWith(lib) && !at.endsWith("/tf.ts"), `the core imports ${at}`);
    const { dependencies = [] } = modules.find(({ specifier }) => specifier === at) ?? {};
    for (const { specifier, code } of dependencies) {
      if (code) reached.add(code.specifier ?? specifier);
    }
  }
  assert(reached.size > 20, `${reached.size}`);
});

Deno.test("the core compiles without the types of Deno, Node and the DOM, nor names them", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await buildCore(folder); // throws if it does not compile
    const text = await Deno.readTextFile(join(folder, "core.js"));
    const code = text.replaceAll(/\/\*[^]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
    const names = /\b(Deno|process|Buffer|require|document|window|import)\b\s*(\?\.|[.([])/g;
    assertEquals([...code.matchAll(names)].map(([found]) => found), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
