/** Layouts for every width: nothing over anything, nothing lost. */

import { assert, assertEquals, assertGreaterOrEqual, assertLess } from "@std/assert";
import {
  activationFigure,
  bandsFigure,
  confusionFigure,
  type Figure,
  linesFigure,
  scheduleFigure,
  sliderFigure,
  trainingFigure,
} from "gradnets/notebook/figures.ts";
import { fitted, layoutsOf, wrapped } from "gradnets/notebook/figures/fit.ts";
import { original } from "gradnets/notebook/original.ts";
import { anneal, decay } from "gradnets/train/schedules.ts";
import { results } from "../../helpers/results.ts";

const line = { name: "a curve with a long name", x: [0, 1], y: [1, 2] };
const figures: Record<string, Figure> = {
  activation: activationFigure(),
  schedules: scheduleFigure(anneal({ epochs: 10 }), decay()),
  slider: sliderFigure(),
  training: trainingFigure([], { original: original.log, iterations: 22_000 }),
  live: trainingFigure([], { live: true, iterations: 22_000 }),
  bands: bandsFigure(results, { columns: 4, panel: ({ recipe }) => `seed ${recipe.seed}` }),
  lines: linesFigure(
    ["up", "down", "aside"].map((heading) => ({ heading, x: "x", y: "y", lines: [line] })),
    { title: "Three panels of a curve" },
  ),
};

type Box = readonly [left: number, top: number, right: number, bottom: number];
interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly margin: Readonly<Record<"l" | "r" | "t" | "b", number>>;
}

/** The plots and their headings in pixels. */
function boxes(layout: Figure["layout"]): Record<string, Box> {
  const { width, height, margin } = layout as unknown as Drawn;
  const inner = { w: width - margin.l - margin.r, h: height - margin.t - margin.b };
  const at = (x: number, y: number) => [margin.l + x * inner.w, margin.t + (1 - y) * inner.h];
  const found: Record<string, Box> = {};
  for (const key of Object.keys(layout).filter((key) => /^yaxis/.test(key))) {
    const axis = (name: string) =>
      layout[name] as { domain?: [number, number]; anchor?: string } | undefined;
    const y = axis(key)!, x = axis((y.anchor ?? "x").replace("x", "xaxis"))!;
    const [bottom, top] = y.domain ?? [0, 1], [left, right] = x.domain ?? [0, 1];
    found[key] = [...at(left, top), ...at(right, bottom)] as unknown as Box;
  }
  for (const { text, x, y, xref } of (layout.annotations ?? []) as unknown as Heading[]) {
    if (xref !== "paper") continue;
    const [left = 0, bottom = 0] = at(x, y), lines = text.replace(/<.?b>/g, "").split("<br>");
    const wide = Math.max(...lines.map(({ length }) => length)) * 7.6;
    found[text] = [left, bottom - 4 - 15 * lines.length, left + wide, bottom - 1];
  }
  return found;
}

interface Heading {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly xref: string;
}

for (const [name, figure] of Object.entries(figures)) {
  Deno.test(`the figure of ${name} fits every width, and nothing lies over anything`, () => {
    for (const layout of layoutsOf(figure).slice(1)) {
      const found = Object.entries(boxes(layout));
      assertEquals(found.length, Object.keys(boxes(figure.layout)).length, "nothing is lost");
      const { title, legend, margin } = layout as unknown as Drawn & {
        readonly title: { text: string };
        readonly legend?: { y: number };
      };
      const inner = layout.height - margin.t - margin.b;
      const under = 14 + 20 * title.text.split("<br>").length; // the title's last line
      if (legend) assertGreaterOrEqual(margin.t - (legend.y - 1) * inner - 19, under);
      found.forEach(([one, a], i) => {
        const where = `${one} at ${layout.width}: ${a}`;
        assertGreaterOrEqual(a[0], 0, where);
        assertLess(a[2], layout.width + 1, where);
        assertGreaterOrEqual(a[1], under, where);
        for (const [other, b] of found.slice(i + 1)) {
          const apart = a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
          assert(apart, `${where} and ${other}: ${b}`);
        }
      });
    }
  });
}

Deno.test("fitted() puts panels below each other where they would be too narrow to read", () => {
  const lefts = (width: number) =>
    Object.entries(boxes(fitted(figures.lines!, width))).filter(([key]) => key.startsWith("yaxis"))
      .map(([, [left, , right]]) => [Math.round(left), Math.round(right - left)]);
  assertEquals(new Set(lefts(400).map(([left]) => left)).size, 1, "one column");
  assertEquals(new Set(lefts(600).map(([left]) => left)).size, 2, "two");
  for (const [, wide] of [...lefts(400), ...lefts(600)]) assertGreaterOrEqual(wide!, 199);
});

Deno.test("fitted() keeps cells square and their numbers in them", () => {
  const figure = confusionFigure(Array.from({ length: 10 }, () => Array(10).fill(1000)));
  const layout = fitted(figure, 380);
  const [cell] = layout.annotations as unknown as { font: { size: number } }[];
  const { l, r } = (layout as unknown as Drawn).margin;
  assertLess(4 * .62 * cell!.font.size, (380 - l - r) / 10 + 1);
  assertLess(layout.height, 450);
});

Deno.test("fitted() leaves a figure alone that has the room", () => {
  assertEquals(fitted(figures.lines!, 900), figures.lines!.layout);
  assertEquals(layoutsOf(figures.lines!)[0], figures.lines!.layout);
});

Deno.test("wrapped() breaks between words, and keeps bold text bold", () => {
  assertEquals(wrapped("aaaa bbbb cccc", 10, 62), "aaaa bbbb<br>cccc");
  assertEquals(wrapped("<b>aaaa bbbb cccc</b>", 10, 69), "<b>aaaa bbbb<br>cccc</b>");
  assertEquals(wrapped("aaaaaaaaaaaaaaaaaaaa b", 10, 62), "aaaaaaaaaaaaaaaaaaaa<br>b");
});
