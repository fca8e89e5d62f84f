/** Notebooks that other programs execute: nbclient and papermill. */

import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { writeKernelspec } from "gradnets/kernel";
import type { Output } from "../../notebooks/tools/notebook.ts";
import { notebook } from "./page.ts";

/** Executes cells in fresh kernels `count` times; yields the outputs of all cells each time. */
export async function* executed(
  python: string,
  runner: "nbclient" | "papermill",
  cells: readonly string[],
  count: number,
): AsyncGenerator<Output[][]> {
  const folder = await Deno.makeTempDir();
  try {
    await writeKernelspec(folder);
    const path = join(folder, "a.ipynb");
    await Deno.writeTextFile(path, notebook(cells));
    const script = fileURLToPath(new URL("./executed.py", import.meta.url));
    const { success, stderr } = await new Deno.Command(python, {
      args: [script, runner, path, folder, String(count)],
      env: { JUPYTER_PATH: folder },
      cwd: folder,
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    for (let i = 0; i < count; i++) {
      yield JSON.parse(await Deno.readTextFile(join(folder, `${i}.json`)));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
