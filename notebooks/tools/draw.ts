/** Draws the figures of an executed notebook, for pages that run no scripts. */

import { figureIn } from "gradnets/notebook/page.ts";
import { picture } from "gradnets/notebook/picture.ts";
import { codeCells, type Notebook } from "./notebook.ts";

const SHARPNESS = 2; // pixels of a picture per CSS pixel

/** Draws the figures among the outputs of an executed notebook as pictures, in place. */
export async function drawPictures(executed: Notebook): Promise<void> {
  for (const output of codeCells(executed).flatMap(({ outputs }) => outputs)) {
    const html = "data" in output ? output.data["text/html"] : undefined;
    const figure = typeof html === "string" ? figureIn(html) : undefined;
    if (!figure || !("data" in output)) continue;
    const { width, height } = figure.layout;
    output.data["image/png"] = (await picture(figure, { scale: SHARPNESS })).toBase64();
    output.metadata["image/png"] = { width, height };
  }
}
