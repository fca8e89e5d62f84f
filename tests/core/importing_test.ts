/** Importing from outside: by URL, by path and by an import map, from folders with nothing else. */

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { ROOT, run, serving } from "../helpers/core.ts";

/** Uses the core. */
const core = (from: string) => `
import { Architecture, drawnDataset, FusedEngine, Trainer } from "${from}";
const net = new Architecture({ depth: 5, seed: 1 });
const data = drawnDataset({ train: 200, validation: 10, test: 2000 });
const trainer = new Trainer({ net, data, engine: (options) => new FusedEngine(options) });
for (let i = 0; i < 3; i++) trainer.step();
console.log(trainer.steps.map(({ loss }) => loss).join(), trainer.evaluate().accuracy);
trainer.dispose();
`;

/** Uses the whole, with TensorFlow.js. */
const whole = (from: string) => `
import { drawnDataset, GradNet, startBackend, Trainer } from "${from}";
await startBackend();
const net = new GradNet({ depth: 5, seed: 1 });
const data = drawnDataset({ train: 200, validation: 10, test: 2000 });
const trainer = new Trainer({ net, data });
for (let i = 0; i < 3; i++) trainer.step();
console.log(trainer.steps.map(({ loss }) => loss).join(), trainer.evaluate().accuracy);
trainer.dispose();
`;

/**
 * What a program in a folder of its own prints, checked for types first. The core needs no
 * permission; the whole reads TensorFlow.js' module.
 */
async function printed(program: string, config?: unknown): Promise<string> {
  const permissions = program.includes("startBackend") ? ["--allow-all"] : ["--allow-import"];
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(folder, "main.ts"), program);
    if (config) await Deno.writeTextFile(join(folder, "deno.json"), JSON.stringify(config));
    return await run(
      Deno.execPath(),
      ["run", "--check", "--no-lock", ...permissions, "main.ts"],
      folder,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const url = (path: string) => new URL(`../../${path}`, import.meta.url).href;
let expected: string | undefined;
const here = async () => expected ??= await printed(core(url("lib/core.ts")));

Deno.test("the core and the whole import by path, and give the same numbers", async () => {
  const [first = "", ...others] = (await here()).split(",");
  assertEquals([others.length, Number(first) > 0], [2, true]);
  assertEquals(await printed(whole(url("lib/mod.ts"))), await here());
});

Deno.test("the core and the whole import by a project's import map", async () => {
  const imports = { gradnets: url("lib/mod.ts"), "gradnets/": url("lib/") };
  assertEquals(await printed(core("gradnets/core.ts"), { imports }), await here());
  assertEquals(await printed(whole("gradnets"), { imports }), await here());
});

Deno.test("the core and the whole import by URL", () =>
  serving(ROOT, async (origin) => {
    assertEquals(await printed(core(`${origin}/lib/core.ts`)), await here());
    assertEquals(await printed(whole(`${origin}/lib/mod.ts`)), await here());
  }));
