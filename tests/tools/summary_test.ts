/** README's picture shows the results that are committed. */

import { assertEquals } from "@std/assert";
import { SUMMARY, summaryFigure, summaryPicture } from "../../notebooks/tools/summary.ts";

Deno.test("notebooks/summary.png is what the committed results draw", async () => {
  const again = await summaryPicture();
  assertEquals(await Deno.readFile(SUMMARY), again, "deno run -A notebooks/tools/summary.ts");
});

Deno.test("summaryFigure() has a panel for each recipe, and a line for each kind", async () => {
  const { data, layout } = await summaryFigure();
  const names = data.flatMap(({ name, showlegend }) => showlegend === true ? [name] : []);
  assertEquals(new Set(names).size, names.length);
  assertEquals(names.length, 5);
  assertEquals(Object.keys(layout).filter((key) => key.startsWith("xaxis")).length, 3);
});
