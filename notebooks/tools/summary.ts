/**
 * Draws README's picture from the committed results of the comparison and of its control.
 *
 *     deno run -A notebooks/tools/summary.ts
 */

import "gradnets/cli/require_deno.ts";
import { bandsFigure, type Figure } from "gradnets/notebook/figures.ts";
import { picture } from "gradnets/notebook/picture.ts";
import { loadSweep } from "gradnets/notebook/sweeps.ts";

/** File of the picture. */
export const SUMMARY = new URL("../summary.png", import.meta.url);

/** Draws five kinds of layer at four depths, shallow first: with dropout above, without it below. */
export async function summaryFigure(): Promise<Figure> {
  const sweeps = [await loadSweep("comparison"), await loadSweep("dropout")];
  const results = sweeps.flatMap(({ results }) =>
    results.filter(({ recipe }) => recipe.width === 50)
      .toSorted((a, b) => a.recipe.depth - b.recipe.depth)
  );
  return bandsFigure(results, {
    columns: 4,
    panel: ({ recipe: { depth, keep } }) => `${depth} layers${keep === 1 ? ", no dropout" : ""}`,
    title: "The 2015 recipe on MNIST, 3 seeds: with its dropout above, without it below",
  });
}

/** Draws the picture as PNG. */
export async function summaryPicture(): Promise<Uint8Array<ArrayBuffer>> {
  return await picture(await summaryFigure(), { scale: 1.5 });
}

if (import.meta.main) {
  await Deno.writeFile(SUMMARY, await summaryPicture());
  console.log("notebooks/summary.png");
}
