/** Pictures of figures: PNG files that show what they should, and leave nothing behind. */

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertLess,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { inflateSync } from "node:zlib";
import { fontFiles } from "gradnets/notebook/assets.ts";
import {
  confusionFigure,
  digitsFigure,
  type Figure,
  trainingFigure,
} from "gradnets/notebook/figures.ts";
import { original } from "gradnets/notebook/original.ts";
import { picture, svg } from "gradnets/notebook/picture.ts";
import { Canvas } from "gradnets/notebook/picture/canvas.ts";
import { fontMetrics } from "gradnets/notebook/picture/font.ts";
import { encodePng } from "gradnets/notebook/picture/png.ts";
import { Random } from "gradnets/random.ts";

/** CRC-32 as the PNG specification's appendix has it, bit by bit. */
function crc(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) {
    c ^= byte;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  }
  return (c ^ 0xffffffff) >>> 0;
}

/** A PNG with unfiltered rows, read by the specification: its pixels as "r,g,b,a". */
function decode(png: Uint8Array) {
  assertEquals([...png.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
  const view = new DataView(png.buffer, png.byteOffset, png.length);
  const chunks = new Map<string, Uint8Array>();
  for (let at = 8; at < png.length;) {
    const length = view.getUint32(at);
    const type = new TextDecoder().decode(png.subarray(at + 4, at + 8));
    assertEquals(view.getUint32(at + 8 + length), crc(png.subarray(at + 4, at + 8 + length)), type);
    chunks.set(type, png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  assertEquals([...chunks.keys()].at(-1), "IEND");
  const header = chunks.get("IHDR")!;
  const size = new DataView(header.buffer, header.byteOffset);
  const [width, height] = [size.getUint32(0), size.getUint32(4)];
  const rows = inflateSync(chunks.get("IDAT")!);
  const palette = chunks.get("PLTE");
  const samples = palette ? 1 : 4;
  assertEquals(rows.length, (1 + samples * width) * height);
  const at = (x: number, y: number): string => {
    const start = y * (1 + samples * width) + 1 + samples * x;
    assertEquals(rows[y * (1 + samples * width)], 0, "filter");
    return palette
      ? [...palette.subarray(3 * rows[start]!, 3 * rows[start]! + 3), 255].join()
      : rows.subarray(start, start + 4).join();
  };
  return { width, height, at };
}

/** How many pixels of a rectangle are not white. */
function ink({ at }: ReturnType<typeof decode>, x: number, y: number, w: number, h: number) {
  let count = 0;
  for (let j = y; j < y + h; j++) {
    for (let i = x; i < x + w; i++) if (at(i, j) !== "255,255,255,255") count++;
  }
  return count;
}

Deno.test("picture() is a PNG of the figure's size, with its title and its lines in it", async () => {
  const figure = trainingFigure([], { original: original.points, iterations: 22_000 });
  const png = await picture(figure);
  assertLess(png.length, 60_000);
  const image = decode(png);
  assertEquals([image.width, image.height], [900, 960]);
  assertGreater(ink(image, 0, 0, 120, 40), 100, "title");
  assertEquals(ink(image, 400, 0, 500, 30), 0, "white beside the title");
  assertGreater(ink(image, 0, 100, 40, 180), 20, "the first panel's axis title");
  assertGreater(ink(image, 80, 100, 780, 170), 500, "grid and circles");
  // Nothing reaches the edge: nothing is cut off.
  for (
    const [x, y, w, h] of [[0, 0, 900, 2], [0, 958, 900, 2], [0, 0, 2, 960], [
      898,
      0,
      2,
      960,
    ]] as const
  ) {
    assertEquals(ink(image, x, y, w, h), 0, `edge ${x}, ${y}`);
  }
});

Deno.test("picture() shows a heatmap's numbers as its colours, where they are", async () => {
  const image = decode(
    await picture(confusionFigure([[10, 0, 0, 0], [0, 10, 0, 0], [0, 0, 10, 0], [0, 0, 0, 10]])),
  );
  const found = (color: string) => {
    let [count, sum] = [0, 0];
    for (let y = 0; y < image.height; y++) {
      for (let x = 0; x < image.width; x++) {
        if (image.at(x, y) === color) [count, sum] = [count + 1, sum + x - y];
      }
    }
    return { count, offset: sum / count };
  };
  const blue = found("0,114,178,255");
  assertGreater(blue.count, 4 * 1200, "four cells");
  // The cells of the diagonal go down to the right: their mean of x − y is that of the plot.
  assertLess(Math.abs(blue.offset - (84 - 56)), 8);
});

Deno.test("picture() shows an image's pixels, dark on white", async () => {
  const pixels = new Uint8Array(16);
  pixels[5] = 255; // row 1, column 1 of 4 x 4
  const figure = digitsFigure(Array.from({ length: 10 }, () => pixels), { height: 4, width: 4 });
  const image = decode(await picture(figure));
  const { l, t } = figure.layout.margin as { l: number; t: number };
  const unit = 4; // CSS pixels of a pixel, at most
  const black: number[] = [];
  for (let x = 0; x < image.width; x++) {
    for (let y = t; y < image.height; y++) if (image.at(x, y) === "0,0,0,255") black.push(x);
  }
  assertEquals(black.length, 10 * unit * unit);
  const offsets = Math.min(...black) - l;
  assert(offsets > 0 && offsets < 30, `${offsets}`);
});

Deno.test("picture() takes another size, and more pixels for a CSS pixel", async () => {
  const figure = confusionFigure([[1, 2], [3, 4]]);
  const small = decode(await picture(figure, { width: 400, height: 300 }));
  assertEquals([small.width, small.height], [400, 300]);
  const sharp = decode(await picture(figure, { width: 400, height: 300, scale: 2 }));
  assertEquals([sharp.width, sharp.height], [800, 600]);
});

Deno.test("picture() leaves the figure as it was, and draws it the same again", async () => {
  const figure = confusionFigure([[1, 2], [3, 4]]);
  const before = structuredClone(figure);
  const first = await picture(figure);
  assertEquals(figure, before);
  assertEquals(await picture(figure), first);
});

Deno.test("picture() says which figure Plotly cannot draw, and what Plotly says", async () => {
  const broken = { ...confusionFigure([[1]]), data: [null] as unknown as Figure["data"] };
  await assertRejects(
    () => picture(broken),
    Error,
    `"Confusion matrix: 1 of 1 right (100.00 %)": Plotly says: Cannot read`,
  );
});

Deno.test("svg() lays texts out by the width of their letters", async () => {
  const figure = (name: string): Figure => ({
    data: ["a", "b"].map((_, i) => ({ type: "scatter", x: [1], y: [i], name: i ? "next" : name })),
    layout: { title: { text: "" }, width: 700, height: 300, legend: { orientation: "h" } },
  });
  // Where the second entry of a legend in one line begins depends on the width of the first.
  const second = async (name: string) => {
    const drawn = await svg(figure(name));
    return Number(
      /class="traces"[^>]*transform="translate\(([\d.]+).*class="traces"[^>]*transform="translate\(([\d.]+)/s
        .exec(drawn)![2],
    );
  };
  const [narrow, wide] = [
    await second("iiiiiiiiiiiiiiiiiiii"),
    await second("WWWWWWWWWWWWWWWWWWWW"),
  ];
  // 20 letters of 12 px: W is 2025 and i 569 of 2048 units wide (fontTools).
  assertAlmostEquals(wide - narrow, 20 * 12 * (2025 - 569) / 2048, 3);
});

Deno.test("picture() closes its windows: thirty of them fit where eight would not", async () => {
  const code = `import { confusionFigure } from "gradnets/notebook/figures.ts";
    import { svg } from "gradnets/notebook/picture.ts";
    for (let i = 0; i < 30; i++) await svg(confusionFigure([[1, 2], [3, 4]]));
    console.log("done");`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--ext=ts", "--v8-flags=--max-old-space-size=90", code],
    cwd: new URL("..", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertMatch(text(stdout), /done/, text(stderr).slice(0, 300));
});

Deno.test("encodePng() keeps every pixel; with a palette, up to 256 colours exactly", () => {
  const random = new Random(1);
  const rgba = Uint8Array.from({ length: 4 * 7 * 5 }, () => random.below(256));
  const exact = decode(encodePng({ width: 7, height: 5, rgba }));
  const opaque = rgba.map((value, i) => i % 4 === 3 ? 255 : value);
  const few = decode(encodePng({ width: 7, height: 5, rgba: opaque }, { palette: true }));
  for (let y = 0; y < 5; y++) {
    for (let x = 0; x < 7; x++) {
      const i = 4 * (7 * y + x);
      assertEquals(exact.at(x, y), rgba.subarray(i, i + 4).join());
      assertEquals(few.at(x, y), opaque.subarray(i, i + 4).join());
    }
  }
  assertThrows(() => encodePng({ width: 2, height: 2, rgba }), RangeError, "expected 16 bytes");
});

Deno.test("encodePng() gives the rarer of more than 256 colours to the nearest frequent one", () => {
  // 256 greens twice each, then one that is off by one: it must become its neighbour.
  const greens = Array.from({ length: 512 }, (_, i) => [0, i >> 1, 0, 255]);
  const rgba = Uint8Array.from([...greens, [1, 200, 0, 255]].flat());
  const image = decode(encodePng({ width: 513, height: 1, rgba }, { palette: true }));
  assertEquals(image.at(400, 0), "0,200,0,255");
  assertEquals(image.at(512, 0), "0,200,0,255");
});

Deno.test("fontMetrics() reads the widths that fontTools reads", () => {
  const { regular, bold } = fontFiles();
  const widths = (bytes: Uint8Array, letters: string) => {
    const metrics = fontMetrics(bytes);
    assertEquals([metrics.ascent, metrics.descent], [1901 / 2048, 483 / 2048]);
    return Array.from(letters, (letter) => Math.round(2048 * metrics.width(letter)));
  };
  const letters = "0 AWi→−ég\u{1F600}"; // the last is in no DejaVu: the box for missing letters
  assertEquals(widths(regular, letters), [
    1303,
    651,
    1401,
    2025,
    569,
    1716,
    1716,
    1260,
    1300,
    1229,
  ]);
  assertEquals(widths(bold, letters), [1425, 713, 1585, 2259, 702, 1716, 1716, 1389, 1466, 1229]);
  assertAlmostEquals(fontMetrics(regular).width("Wi"), (2025 + 569) / 2048, 1e-9);
  assertThrows(() => fontMetrics(new Uint8Array(100)), SyntaxError, "table head");
});

Deno.test("Canvas fills rectangles, clipped, and refuses a colour that it cannot read", () => {
  const canvas = new Canvas(4, 3);
  canvas.fillStyle = "rgb(10,20,30)";
  canvas.fillRect(1, 1, 2, 1);
  canvas.fillStyle = "rgba(1,2,3,0.2)";
  canvas.fillRect(5, 3, -2, -1); // backwards, and half outside
  const base64 = canvas.toDataURL().replace("data:image/png;base64,", "");
  const { width, height, at } = decode(Uint8Array.fromBase64(base64));
  assertEquals([width, height], [4, 3]);
  const rows = Array.from({ length: 3 }, (_, y) => Array.from({ length: 4 }, (_, x) => at(x, y)));
  const none = "0,0,0,0";
  assertEquals(rows, [
    [none, none, none, none],
    [none, "10,20,30,255", "10,20,30,255", none],
    [none, none, none, "1,2,3,51"],
  ]);
  canvas.fillStyle = "blueish";
  assertThrows(() => canvas.fillRect(0, 0, 1, 1), SyntaxError, `found "blueish"`);
});
