/** The committed pictures show what the code and the committed results draw. */

import { assertEquals } from "@std/assert";
import { pictures } from "gradnets/notebook/diagrams/pictures.ts";
import { PICTURES, summaryFigure, summaryPicture } from "../../notebooks/tools/pictures.ts";

const COMMAND = "deno run -A notebooks/tools/pictures.ts";

Deno.test("lib/docs/pictures has the pictures that the code draws, and no others", async () => {
  for (const [name, draw] of Object.entries(pictures)) {
    assertEquals(await Deno.readTextFile(new URL(name, PICTURES)), draw(), `${name}: ${COMMAND}`);
  }
  const files = (await Array.fromAsync(Deno.readDir(PICTURES))).map(({ name }) => name);
  assertEquals(files.sort(), [...Object.keys(pictures), "summary.png"].sort());
});

Deno.test("summary.png is what the committed results draw", async () => {
  const again = await summaryPicture();
  assertEquals(await Deno.readFile(new URL("summary.png", PICTURES)), again, COMMAND);
});

Deno.test("summaryFigure() has a panel for each recipe, and a line for each kind", async () => {
  const { data, layout } = await summaryFigure();
  const names = data.flatMap(({ name, showlegend }) => showlegend === true ? [name] : []);
  assertEquals(new Set(names).size, names.length);
  assertEquals(names.length, 5);
  assertEquals(Object.keys(layout).filter((key) => key.startsWith("xaxis")).length, 3);
});
