/** How front ends find the kernel. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { removeKernelspec, writeKernelspec } from "gradnets/kernel";

Deno.test("writeKernelspec() describes a kernel that is this Deno, and removeKernelspec() takes it away", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = await writeKernelspec(folder);
    assertEquals(path, join(folder, "kernels", "deno"));
    await writeKernelspec(folder); // again, as with every start of JupyterLab
    const { argv, ...rest } = JSON.parse(await Deno.readTextFile(join(path, "kernel.json")));
    assertEquals(rest, {
      display_name: "Deno",
      language: "typescript",
      interrupt_mode: "message",
      env: { NO_COLOR: "1" },
    });
    assertEquals(argv.at(-1), "{connection_file}");
    const { stdout } = await new Deno.Command(argv[0], { args: ["--version"] }).output();
    assertStringIncludes(new TextDecoder().decode(stdout), `deno ${Deno.version.deno} `);
    assertEquals(await removeKernelspec(folder), path);
    assertEquals(await removeKernelspec(folder), undefined);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("removeKernelspec() leaves another kernel of the same name", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "kernels", "deno");
  try {
    await Deno.mkdir(path, { recursive: true });
    await Deno.writeTextFile(join(path, "kernel.json"), '{"argv": ["deno", "jupyter"]}');
    await assertRejects(() => removeKernelspec(folder), Error, "another kernel");
    assertEquals([...Deno.readDirSync(path)].length, 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
