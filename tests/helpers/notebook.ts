/** Notebooks made for a test, in folders that go with it. */

import { join } from "node:path";

/**
 * Calls `use` with a notebook `a.ipynb` of these cells in a new folder, and a folder to write to.
 *
 * @param parent where to make the folder; inside the repo, its import map holds
 */
export async function withNotebook<T>(
  cells: readonly (string | { source: string; tags: string[] })[],
  use: (path: string, out: string) => Promise<T>,
  parent?: string,
): Promise<T> {
  const dir = await Deno.makeTempDir({
    ...parent !== undefined && { dir: parent },
    prefix: ".test_",
  });
  try {
    const path = join(dir, "a.ipynb");
    await Deno.writeTextFile(path, notebookText(cells));
    return await use(path, join(dir, "out"));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** A notebook file's text: these code cells, after a cell of prose. */
export function notebookText(
  cells: readonly (string | { source: string; tags: string[] })[],
): string {
  const code = cells.map((cell) => typeof cell === "string" ? { source: cell, tags: [] } : cell)
    .map(({ source, tags }) => ({
      cell_type: "code",
      metadata: tags.length > 0 ? { tags } : {},
      source,
      outputs: [{ output_type: "stream", name: "stdout", text: "from an earlier run\n" }],
      execution_count: 99,
    }));
  const prose = { cell_type: "markdown", metadata: {}, source: "# A test" };
  const metadata = { kernelspec: { name: "deno", display_name: "Deno", language: "typescript" } };
  return JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata, cells: [prose, ...code] });
}
