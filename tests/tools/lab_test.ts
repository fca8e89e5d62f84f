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

Deno.test({
  name: "findLab() says in a sentence that the JupyterLab on the PATH turns no controls",
  ignore: Deno.build.os === "windows", // the stand-in for JupyterLab is a shell script
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const data = join(folder, "data");
      const script = `#!/bin/sh
case "$*" in
  "lab --version") echo 4.6.6;;
  "--paths --json") echo '{"data": ["${data}"]}';;
esac
`;
      await Deno.writeTextFile(join(folder, "jupyter"), script, { mode: 0o755 });
      const tool = JSON.stringify(import.meta.resolve("../../notebooks/tools/lab.ts"));
      const code = `const { findLab } = await import(${tool});
console.log((await findLab(".venv")).join(" "));`;
      const said = async () => {
        const { stdout } = await new Deno.Command(Deno.execPath(), {
          args: ["eval", code],
          env: { PATH: `${folder}:/bin:/usr/bin` },
        }).output();
        return text(stdout).trim().split("\n");
      };
      const [sentence = "", ...lab] = await said();
      assertStringIncludes(sentence, "pip install jupyterlab_widgets==3.0.17");
      assertEquals(lab, ["jupyter lab"]);
      const manager = join(data, "labextensions", "@jupyter-widgets", "jupyterlab-manager");
      await Deno.mkdir(manager, { recursive: true });
      await Deno.writeTextFile(join(manager, "package.json"), "{}");
      assertEquals(await said(), ["jupyter lab"]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
