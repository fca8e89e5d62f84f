/** The repository's own files, for tests that hold it in order. */

import { join } from "node:path";
import { ROOT } from "../../notebooks/tools/notebook.ts";

/** The TypeScript files under a folder of the repo, as "lib/data/idx.ts", in alphabetical order. */
export async function filesUnder(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(ROOT, folder))) {
    const path = `${folder}/${name}`;
    if (isDirectory) files.push(...await filesUnder(path));
    else if (name.endsWith(".ts") && !name.startsWith(".")) files.push(path);
  }
  return files.sort();
}

/** The text of a file of the repo. */
export function textOf(path: string): Promise<string> {
  return Deno.readTextFile(join(ROOT, path));
}
