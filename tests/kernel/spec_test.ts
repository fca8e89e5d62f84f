/** How front ends find the kernel. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findProgram } from "../helpers/core.ts";
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

const python = findProgram("GRADNETS_JUPYTER_PYTHON"); // one that has jupyter_kernel_test

Deno.test({
  name: `jupyter_kernel_test passes, but for the pager${
    python ? "" : ": skipped, no Python for it"
  }`,
  ignore: python === undefined,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      await writeKernelspec(folder);
      const script = fileURLToPath(new URL("./conformance.py", import.meta.url));
      const { success, stderr } = await new Deno.Command(python ?? "", {
        args: [script],
        env: { JUPYTER_PATH: folder },
        cwd: folder,
      }).output();
      const said = new TextDecoder().decode(stderr);
      assertEquals(success, true, said);
      assertStringIncludes(said, "OK (skipped=1)");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
