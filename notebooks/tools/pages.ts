/** Lessons as pages in a folder, each one file that any browser opens. */

import { basename, dirname, join, relative, resolve } from "node:path";
import { writeAtomically } from "gradnets/files/atomic.ts";
import { drawPictures } from "./draw.ts";
import { pageHtml } from "./html/page.ts";
import { findNotebooks, readNotebook, ROOT } from "./notebook.ts";

/** Reads a file that is named relative to the notebook; nothing outside of this repo. */
const readerIn = (folder: string) => (path: string): Uint8Array | undefined => {
  if (relative(ROOT, resolve(folder, path)).startsWith("..")) return undefined;
  try {
    return Deno.readFileSync(resolve(folder, path));
  } catch {
    return undefined;
  }
};

/**
 * Writes the page of a notebook, executed or published.
 *
 * @param folder where to
 * @param source the notebook's origin: pictures that its prose names are beside that one
 * @returns the page's path
 */
export async function writePage(path: string, folder: string, source = path): Promise<string> {
  const name = basename(path, ".ipynb");
  const notebook = await readNotebook(path);
  await drawPictures(notebook);
  const html = pageHtml(notebook, { name, read: readerIn(dirname(source)) });
  const page = join(folder, `${name}.html`);
  await writeAtomically(page, new TextEncoder().encode(html));
  return page;
}

/** Writes the published page of each lesson that was not executed into `folder`: links lead there. */
export async function writeOtherPages(folder: string): Promise<void> {
  const there = new Set([...Deno.readDirSync(folder)].map(({ name }) => name));
  for (const lesson of findNotebooks([])) {
    if (!there.has(basename(lesson))) await writePage(lesson, folder);
  }
}
