/** Lessons that are a talk as well: every cell has its place. */

import { assertEquals, assertGreater } from "@std/assert";
import { join } from "node:path";
import {
  type Cell,
  type Notebook,
  NOTEBOOKS,
  readNotebook,
} from "../../notebooks/tools/notebook.ts";
import { isTalk, placeOnSlides, SLIDE_TYPES, slideOf } from "../../notebooks/tools/slides.ts";

const prose = (source: string, metadata: Cell["metadata"] = {}): Cell => (
  { cell_type: "markdown", metadata, source }
);

Deno.test("placeOnSlides() gives a place to cells that have none, and leaves the others", () => {
  const talk: Notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: [
      prose("# Title"),
      prose("### Part"),
      prose("Said, not shown."),
      prose("**1.** x", { tags: ["solution"] }),
      { ...prose("await show(figure);"), cell_type: "code" },
      { ...prose("const a = 1;"), cell_type: "code" },
      prose("Said, too.", { slideshow: { slide_type: "fragment" } }),
    ],
  };
  assertEquals(isTalk(talk), true);
  placeOnSlides(talk);
  assertEquals(
    talk.cells.map(({ metadata }) => slideOf(metadata)),
    ["slide", "subslide", "notes", "skip", "subslide", "-", "fragment"],
  );
});

for (const name of ["01_walkthrough", "03_activation_and_schedule"]) {
  Deno.test(`${name} is a talk: every cell has a place in it`, async () => {
    const { cells } = await readNotebook(join(NOTEBOOKS, `${name}.ipynb`));
    const places = cells.map(({ metadata }) => slideOf(metadata) ?? "none");
    assertEquals(places.filter((place) => !SLIDE_TYPES.some((type) => type === place)), []);
    assertEquals(places[0], "slide");
    assertGreater(places.filter((place) => place === "slide").length, 4);
  });
}
