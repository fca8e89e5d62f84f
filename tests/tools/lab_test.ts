/** `deno task lab`, as far as it goes without JupyterLab. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

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
