/** lib/data runs anywhere: it takes bytes and gives batches, and asks nothing of its surroundings. */

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inDirectory, namesIn } from "./helpers/files.ts";

const LIB = fileURLToPath(new URL("../lib/", import.meta.url));

Deno.test("lib/data imports nothing but itself and the generator", () => {
  const foreign = namesIn(join(LIB, "data")).flatMap((name) => {
    const code = Deno.readTextFileSync(join(LIB, "data", name)).replace(/\/\*\*[^]*?\*\//g, "");
    return [...code.matchAll(/\bfrom "([^"]*)"|\bimport\(?"([^"]*)"/g)]
      .map(([, from, load]) => from ?? load ?? "")
      .filter((path) => !/^\.\/[\w]+\.ts$/.test(path) && path !== "../random.ts")
      .map((path) => `${name}: ${path}`);
  });
  assertEquals(foreign, []);
});

Deno.test("lib/data passes the type check where there is nothing but the language", () =>
  inDirectory(async (directory) => {
    const config = join(directory, "deno.json");
    // neither Deno's types nor the DOM's
    Deno.writeTextFileSync(config, JSON.stringify({ compilerOptions: { lib: ["esnext"] } }));
    const names = namesIn(join(LIB, "data")).map((name) => join(LIB, "data", name));
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", "--no-lock", "--config", config, ...names],
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals([success, new TextDecoder().decode(stderr)], [true, ""]);
  }));
