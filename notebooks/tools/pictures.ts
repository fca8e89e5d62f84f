/**
 * Draws the pictures of README, of its pages and of the lessons: those of the idea, and the summary
 * of the committed results.
 *
 *     deno run -A notebooks/tools/pictures.ts
 */

import "gradnets/cli/require_deno.ts";
import type { Result } from "gradnets";
import { pictures } from "gradnets/notebook/diagrams/pictures.ts";
import { bandsFigure, type Figure } from "gradnets/notebook/figures.ts";
import { picture } from "gradnets/notebook/picture.ts";
import { loadSweep } from "gradnets/notebook/sweeps.ts";

/** Folder of the pictures. */
export const PICTURES = new URL("../../lib/docs/pictures/", import.meta.url);

/**
 * Draws five kinds of layer with 50 layers: by the 2015 recipe, by the same without its dropout, and
 * each by its own best recipe.
 */
export async function summaryFigure(): Promise<Figure> {
  const [full, rivals] = [await loadSweep("full"), await loadSweep("rivals")];
  const fifty = (results: readonly Result[], keep: number) =>
    results.filter(({ recipe }) => recipe.depth === 50 && recipe.keep === keep);
  const panels = {
    "the 2015 recipe (n = 3)": fifty(full.results, 0.95),
    "without its dropout (n = 5)": fifty(full.results, 1),
    "each kind's own best recipe (n = 5)": fifty(rivals.results, 1),
  };
  const panelOf = new Map(
    Object.entries(panels).flatMap(([panel, runs]) => runs.map((run) => [run, panel] as const)),
  );
  return bandsFigure(Object.values(panels).flat(), {
    columns: 3,
    panel: (run) => panelOf.get(run) ?? "",
    title: "50 layers on MNIST, 20 epochs: which kind is best depends on the recipe",
  });
}

/** Draws the summary as PNG. */
export async function summaryPicture(): Promise<Uint8Array<ArrayBuffer>> {
  return await picture(await summaryFigure(), { scale: 1.5 });
}

if (import.meta.main) {
  for (const [name, draw] of Object.entries(pictures)) {
    await Deno.writeTextFile(new URL(name, PICTURES), draw());
  }
  await Deno.writeFile(new URL("summary.png", PICTURES), await summaryPicture());
  console.log("lib/docs/pictures/");
}
