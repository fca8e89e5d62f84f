/** `deno task lab`, as far as it goes without JupyterLab. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { Kernel } from "../../notebooks/tools/kernel.ts";
import { writeKernel } from "../../notebooks/tools/lab.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("writeKernel() describes a kernel that is this Deno", async () => {
  const folder = await Deno.makeTempDir();
  try {
    assertEquals(await writeKernel(folder), folder);
    await writeKernel(folder); // again, as with every start
    const file = join(folder, "kernels", "deno", "kernel.json");
    const { argv, display_name, language, env } = JSON.parse(await Deno.readTextFile(file));
    assertEquals([display_name, language, env], ["Deno", "typescript", { NO_COLOR: "1" }]);
    assertEquals(argv.at(-1), "{connection_file}");
    const { stdout } = await new Deno.Command(argv[0], { args: ["--version"] }).output();
    assertStringIncludes(text(stdout), `deno ${Deno.version.deno} `);
    // the runner's kernel is started the same way
    await using kernel = await Kernel.start({ cwd: folder });
    assertEquals((await kernel.execute("1", () => {})).errors, []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("findLab() without JupyterLab and Python says what to install and what needs none", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const tool = JSON.stringify(import.meta.resolve("../../notebooks/tools/lab.ts"));
    const code = `const { findLab } = await import(${tool});
await findLab(${JSON.stringify(join(folder, ".venv"))}).catch((e) => console.log(e.message));`;
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", code],
      env: { PATH: folder },
    }).output();
    assertStringIncludes(text(stdout), "Install Python 3.10 or newer");
    assertStringIncludes(text(stdout), "deno task walkthrough");
    assertEquals([...Deno.readDirSync(folder)], []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
