/** Pictures can be read: well formed, told in words, large enough, on light and on dark. */

import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import { JSDOM } from "jsdom";
import { pictures } from "gradnets/notebook/diagrams/pictures.ts";
import { box, inkOf, line, picture, text } from "gradnets/notebook/diagrams/svg.ts";

const { DOMParser } = new JSDOM("").window;
const parse = (svg: string) => new DOMParser().parseFromString(svg, "image/svg+xml");

for (const [name, draw] of Object.entries(pictures)) {
  Deno.test(`${name} is well formed, is told in words, and has no small text`, () => {
    const document = parse(draw()), root = document.documentElement;
    assertEquals(root.tagName, "svg", root.textContent); // else it is the parser's complaint
    assertEquals(root.getAttribute("role"), "img");
    for (const id of root.getAttribute("aria-labelledby")!.split(" ")) {
      assertLess(15, document.getElementById(id)!.textContent!.length, id);
    }
    const [width, height] = ["width", "height"].map((side) => Number(root.getAttribute(side)));
    assertEquals(root.getAttribute("viewBox"), `0 0 ${width} ${height}`);
    const texts = [...document.querySelectorAll("text")];
    assertLess(5, texts.length);
    for (const one of texts) {
      assert(Number(one.getAttribute("font-size")) >= 12, one.textContent!);
      const [x, y] = ["x", "y"].map((at) => Number(one.getAttribute(at)));
      assert(x! > 0 && x! < width! && y! > 0 && y! < height!, one.textContent!);
    }
    assertEquals(draw().includes("NaN"), false);
  });
}

/** Relative luminance of "#RRGGBB" by WCAG 2. */
function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

Deno.test("texts have a contrast of 4.5 and lines of 2.9 with the background, light and dark", () => {
  const [light = "", dark = ""] = picture({ title: "", description: "", height: 1 }, [])
    .match(/<style>(.*)<\/style>/)![1]!.split("@media(prefers-color-scheme:dark)");
  for (const rules of [light, dark]) {
    const colors = new Map(
      [...rules.matchAll(/\.f-(\w+)\{fill:(#\w{6})\}/g)].map(([, name = "", color = ""]) =>
        [name, luminance(color)] as const
      ),
    );
    assertEquals(colors.size, 9);
    const card = colors.get("card")!;
    for (const [name, color] of colors) {
      if (name === "card" || name === "pale") continue;
      const ratio = (Math.max(color, card) + 0.05) / (Math.min(color, card) + 0.05);
      const least = name === "ink" || name === "soft" ? 4.5 : 2.9; // purple on white is 2.99
      assertLess(least, ratio, `${name} has ${ratio}`);
    }
  }
});

Deno.test("text() and box() escape what they are given", () => {
  assertEquals(parse(text([1, 2], "a < b & c")).documentElement.textContent, "a < b & c");
  assertEquals(box([10, 10], [20, 10], "<").includes("&lt;"), true);
});

Deno.test("line() ends in a head that points where the line goes", () => {
  assertEquals(line([[0, 0], [10, 0]]).includes("polygon"), false);
  const [, points = ""] = /points="(.*?)"/.exec(line([[0, 0], [10, 0]], { head: true })) ?? [];
  assertEquals(points, "12,0 3,4.5 3,-4.5");
});

Deno.test("inkOf() refuses a colour that has no name", () => {
  assertThrows(() => inkOf("#123456"), RangeError, "#123456");
});
