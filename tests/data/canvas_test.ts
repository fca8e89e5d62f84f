import { assertEquals, assertThrows } from "@std/assert";
import { Random } from "gradnets";
import { placeDigits } from "gradnets/data/canvas.ts";

const images = Uint8Array.from({ length: 3 * 4 }, (_, i) => i + 1);

Deno.test("placeDigits() moves every pixel of an image by the same way, and adds nothing", () => {
  const placed = placeDigits(images, { size: 2, canvas: 5, random: new Random(7) });
  for (let n = 0; n < 3; n++) {
    const [top, left] = placed.corners.subarray(2 * n);
    const expected = new Uint8Array(25);
    for (let i = 0; i < 4; i++) {
      expected[(top! + (i >> 1)) * 5 + left! + i % 2] = images[4 * n + i]!;
    }
    assertEquals(placed.images.subarray(25 * n, 25 * (n + 1)), expected);
  }
});

Deno.test("placeDigits() puts them everywhere, and the same seed puts them there again", () => {
  const many = new Uint8Array(4 * 2000).fill(1);
  const place = (seed: number) =>
    placeDigits(many, { size: 2, canvas: 4, random: new Random(seed) }).corners;
  const counts = new Map<string, number>();
  const corners = place(0);
  for (let n = 0; n < 2000; n++) {
    const where = `${corners[2 * n]},${corners[2 * n + 1]}`;
    counts.set(where, (counts.get(where) ?? 0) + 1);
  }
  assertEquals(counts.size, 9);
  // 222 expected at each, with a standard deviation of 14
  assertEquals([...counts.values()].filter((n) => n < 160 || n > 285), []);
  assertEquals(place(0), corners);
  assertEquals(place(1).every((c, i) => c === corners[i]), false);
});

Deno.test("placeDigits() refuses half an image and a canvas too small", () => {
  const random = new Random(1);
  assertThrows(
    () => placeDigits(new Uint8Array(5), { size: 2, canvas: 4, random }),
    RangeError,
    "no whole number",
  );
  assertThrows(() => placeDigits(images, { size: 2, canvas: 1, random }), RangeError, "on 1×1");
});
