/**
 * Draws README's picture from the committed results of the comparison.
 *
 *     deno run -A notebooks/tools/summary.ts
 */

import "gradnets/cli/require_deno.ts";
import { bandsFigure, type Figure } from "gradnets/notebook/figures.ts";
import { picture } from "gradnets/notebook/picture.ts";
import { loadSweep } from "gradnets/notebook/sweeps.ts";

/** File of the picture. */
export const SUMMARY = new URL("../summary.png", import.meta.url);

/** Draws five kinds of layer at four depths, shallow first, all of one width. */
export async function summaryFigure(): Promise<Figure> {
  const { results } = await loadSweep("comparison");
  const equal = results.filter(({ recipe }) => recipe.width === 50);
  const byDepth = equal.toSorted((a, b) => a.recipe.depth - b.recipe.depth);
  return bandsFigure(byDepth, {
    columns: 4,
    title: "The 2015 recipe on MNIST, 3 seeds: who learns at which depth",
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
