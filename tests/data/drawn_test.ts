/** Tests of the digits that the program draws itself: lib/data/drawn.ts, strokes.ts and ink.ts. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertLess,
  assertLessOrEqual,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { drawDigit, drawDigits, drawnDigits } from "gradnets/data/drawn.ts";
import { distort, draw, fit, type Hand, type Pen, SIZE } from "gradnets/data/ink.ts";
import { sketch } from "gradnets/data/strokes.ts";
import { Random } from "gradnets/random.ts";

const PIXELS = 28 * 28;
const set = drawDigits({ count: 4_000, seed: 0 });
const image = (i: number) => set.images.subarray(i * PIXELS, (i + 1) * PIXELS);

/** Sum of the ink, and its mean column and row. */
function centre(ink: Uint8Array): { mass: number; x: number; y: number } {
  let [mass, x, y] = [0, 0, 0];
  ink.forEach((value, i) => {
    mass += value;
    x += value * (i % 28);
    y += value * Math.floor(i / 28);
  });
  return { mass, x: x / mass, y: y / mass };
}

Deno.test("drawDigits() draws the same digits for the same seed, and others for another", () => {
  assertEquals(drawDigits({ count: 50, seed: 3 }), drawDigits({ count: 50, seed: 3 }));
  const zero = drawDigits({ count: 50, seed: 0 });
  assertEquals(zero, drawDigits({ count: 50, seed: 0 }));
  for (const seed of [1, 2 ** 32 - 1]) {
    const other = drawDigits({ count: 50, seed });
    assertNotEquals(other.images, zero.images);
    assertNotEquals(other.labels, zero.labels);
  }
});

Deno.test("drawDigits() draws digit i whatever else is drawn", () => {
  for (const [offset, count] of [[0, 7], [13, 1], [37, 10], [3_993, 7]] as const) {
    const part = drawDigits({ count, seed: 0, offset });
    assertEquals(part.images, set.images.slice(offset * PIXELS, (offset + count) * PIXELS));
    assertEquals(part.labels, set.labels.slice(offset, offset + count));
  }
  assertEquals(drawDigits({ count: 0, seed: 0, offset: 5 }).images.length, 0);
  assertEquals(drawDigits({ count: 1, seed: 0, offset: 2 ** 32 - 1 }).images.length, PIXELS);
});

Deno.test("drawDigits() draws every label once in ten, in an order that changes", () => {
  const orders = new Set<string>();
  const first = new Set<number>();
  for (let i = 0; i < set.labels.length; i += 10) {
    const ten = set.labels.slice(i, i + 10);
    orders.add(ten.join(""));
    first.add(ten[0]!);
    assertEquals(ten.sort(), Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  }
  assertGreater(orders.size, 390); // of 400 orders out of 3,628,800
  assertEquals(first.size, 10);
});

Deno.test("drawDigits() never draws the same twice, nor nothing, nor ink on the margin", () => {
  const seen = new Set<string>();
  for (let i = 0; i < set.labels.length; i++) {
    const ink = image(i);
    seen.add(ink.join());
    const { mass } = centre(ink);
    assertGreater(mass / 255, 15, `digit ${i} has too little ink`);
    assertLess(mass / 255, 250, `digit ${i} has too much ink`);
    assertGreater(Math.max(...ink), 200, `digit ${i} is faint`);
    let [low, high] = [28, -1];
    ink.forEach((value, at) => {
      if (value === 0) return;
      for (const place of [at % 28, Math.floor(at / 28)]) {
        low = Math.min(low, place);
        high = Math.max(high, place);
      }
    });
    assert(low >= 2 && high <= 25, `digit ${i} has ink from ${low} to ${high}`);
  }
  assertEquals(seen.size, set.labels.length);
});

Deno.test("drawDigits() puts the centre of mass in the middle", () => {
  let [sumX, sumY] = [0, 0];
  for (let i = 0; i < set.labels.length; i++) {
    const { x, y } = centre(image(i));
    const off = Math.hypot(x - 13.5, y - 13.5);
    assertLess(off, 3, `digit ${i} is ${off} pixels off`);
    sumX += x;
    sumY += y;
  }
  assertAlmostEquals(sumX / set.labels.length, 13.5, 0.2);
  assertAlmostEquals(sumY / set.labels.length, 13.5, 0.2);
});

Deno.test("drawDigits() draws smooth edges and fine differences of ink", () => {
  const values = new Set(set.images);
  assert(values.has(0));
  assertGreater(values.size, 240);
});

Deno.test("drawDigits() is neither trivial nor noise: the nearest mean image is often right", () => {
  const means = Array.from({ length: 10 }, () => new Float64Array(PIXELS));
  for (let i = 0; i < 2_000; i++) {
    const mean = means[set.labels[i]!]!;
    image(i).forEach((value, at) => mean[at]! += value / 200); // 200 of each label
  }
  let right = 0;
  for (let i = 2_000; i < 4_000; i++) {
    const ink = image(i);
    const distances = means.map((mean) =>
      mean.reduce((sum, value, at) => sum + (value - ink[at]!) ** 2, 0)
    );
    if (distances.indexOf(Math.min(...distances)) === set.labels[i]) right++;
  }
  assertGreater(right / 2_000, 0.6);
  assertLess(right / 2_000, 0.9);
});

Deno.test("drawDigits() refuses what is no row of digits", () => {
  assertThrows(() => drawDigits({ count: -1, seed: 0 }), RangeError, "count -1");
  assertThrows(() => drawDigits({ count: 1.5, seed: 0 }), RangeError, "count 1.5");
  assertThrows(() => drawDigits({ count: 1, seed: 0, offset: -1 }), RangeError, "offset -1");
  assertThrows(() => drawDigits({ count: 1, seed: 0, offset: 2 ** 32 }), RangeError, "2^32");
  assertThrows(() => drawDigits({ count: 0, seed: -1 }), RangeError, "seed");
  assertThrows(() => drawDigits({ count: 1, seed: 0.5 }), RangeError, "seed");
});

Deno.test("drawDigit() draws one digit, decided by label and random alone", () => {
  for (let label = 0; label < 10; label++) {
    const one = drawDigit({ label, random: new Random(4) });
    assertEquals(one.length, PIXELS);
    assertGreater(centre(one).mass, 15 * 255);
    assertEquals(drawDigit({ label, random: new Random(4) }), one);
    assertNotEquals(drawDigit({ label, random: new Random(4, 1) }), one);
    assertNotEquals(drawDigit({ label: (label + 1) % 10, random: new Random(4) }), one);
  }
  for (const label of [-1, 10, 1.5, NaN]) {
    assertThrows(() => drawDigit({ label, random: new Random(0) }), RangeError, `${label}`);
  }
});

Deno.test("drawnDigits() draws 60,000 and after them 10,000, seed 0 unless told otherwise", () => {
  const lines: string[] = [];
  const { trainImages, trainLabels, testImages, testLabels } = drawnDigits({
    log: (line) => lines.push(line),
  });
  assertEquals(lines, ["Drawing 70,000 digits, seed 0"]);
  assertEquals(trainImages.shape, [60_000, 28, 28]);
  assertEquals(trainImages.data.length, 60_000 * PIXELS);
  assertEquals(trainLabels.shape, [60_000]);
  assertEquals(trainLabels.data.length, 60_000);
  assertEquals(testImages.shape, [10_000, 28, 28]);
  assertEquals(testImages.data.length, 10_000 * PIXELS);
  assertEquals(testLabels.shape, [10_000]);
  for (const file of [trainImages, trainLabels, testImages, testLabels]) {
    assertEquals(file.type, "uint8");
  }
  assertEquals(trainImages.data.subarray(0, set.images.length), set.images);
  const later = drawDigits({ count: 20, seed: 0, offset: 60_000 });
  assertEquals(testImages.data.subarray(0, 20 * PIXELS), later.images);
  assertEquals(testLabels.data.subarray(0, 20), later.labels);
  const shares = new Uint32Array(10);
  for (const label of testLabels.data) shares[label]!++;
  assertEquals(shares, new Uint32Array(10).fill(1_000));
});

Deno.test("sketch() goes through the points it is written by, with several ways a digit", () => {
  const random = new Random(1);
  for (let digit = 0; digit < 10; digit++) {
    const ways = new Map<string, number>();
    for (let i = 0; i < 200; i++) {
      const lines = sketch(digit, random, 0);
      ways.set(JSON.stringify(lines), lines.length);
      for (const line of lines) {
        assertEquals(line.length % 2, 0);
        for (const at of line) assert(at > -0.1 && at < 1.1, `${digit} reaches ${at}`);
      }
    }
    assert(ways.size >= 4 && ways.size <= 5, `${digit} is written in ${ways.size} ways`);
  }
  // The first way of a 7, "6,8 34,6 60,5! 42,50 26,98", has five pieces from point to point.
  const sevens = Array.from({ length: 50 }, () => sketch(7, random, 0)[0]!);
  const plain = sevens.find((line) => line[0] === 0.06 && line[1] === 0.08 && line[20] === 0.6);
  assertEquals([...plain!.filter((_, i) => i % 10 < 2)], [
    ...[0.06, 0.08, 0.34, 0.06, 0.6, 0.05, 0.42, 0.5, 0.26, 0.98],
  ]);
  // Two fifths from the first point to the second: Hermite's cubic with the slopes of the doc.
  const [p0, p1, p2] = [0.06, 0.34, 0.6];
  const [t, slope0, slope1] = [2 / 5, (p1 - p0) / 2, (p2 - p0) / 2];
  const hermite = (1 + 2 * t) * (1 - t) ** 2 * p0 + t * (1 - t) ** 2 * slope0 +
    t ** 2 * (3 - 2 * t) * p1 + t ** 2 * (t - 1) * slope1;
  assertAlmostEquals(plain![4]!, hermite, 1e-12);
});

Deno.test("sketch() moves points by the jitter", () => {
  const random = new Random(2);
  const off: [number[], number[]] = [[], []];
  while (off[0].length < 4_000) {
    const line = sketch(7, random, 0.05)[0]!;
    // The two ways "6,8 34,6 60,5! …"; in the other of as many points the second is at 0.08.
    if (line.length !== 2 * 21 || line[10]! < 0.2) continue;
    off[0].push(line[20]! - 0.6);
    off[1].push(line[21]! - 0.05);
  }
  for (const axis of off) {
    const deviation = Math.sqrt(axis.reduce((sum, d) => sum + d * d, 0) / axis.length);
    assertAlmostEquals(deviation, 0.05, 0.003); // its own deviation is 0.05 / √8000 = 0.0006
  }
});

const STEADY: Hand = { turn: 0, slant: [0, 0], stretch: 0, waver: 0 };

Deno.test("distort() leaves a sketch as it is for a steady hand, and slants its top right", () => {
  const line = Float64Array.of(0.35, 0.5, 0.1, 0.2);
  distort([line], new Random(0), STEADY);
  [0, 0, -0.25, -0.3].forEach((at, i) => assertAlmostEquals(line[i]!, at, 1e-12));
  const slanted = Float64Array.of(0.35, 0, 0.35, 1);
  distort([slanted], new Random(0), { ...STEADY, slant: [0.5, 0] });
  [0.25, -0.5, -0.25, 0.5].forEach((at, i) => assertAlmostEquals(slanted[i]!, at, 1e-12));
});

Deno.test("distort() turns without stretching and stretches without raising", () => {
  const random = new Random(3);
  for (let i = 0; i < 20; i++) {
    const line = Float64Array.of(0.65, 0.9);
    distort([line], random, { ...STEADY, turn: 0.3 });
    assertAlmostEquals(Math.hypot(line[0]!, line[1]!), 0.5, 1e-12);
    assertNotEquals(line[0], 0.3);
    const wide = Float64Array.of(0.65, 0.9);
    distort([wide], random, { ...STEADY, stretch: 0.3 });
    assertAlmostEquals(wide[1]!, 0.4, 1e-12);
    assertLessOrEqual(Math.abs(Math.log(wide[0]! / 0.3)), 0.6);
  }
});

Deno.test("distort() wavers as far as it is told, and near points alike", () => {
  const random = new Random(4);
  let [squares, apart, n] = [0, 0, 0];
  for (let i = 0; i < 3_000; i++) {
    const at = [0.7 * random.uniform(), random.uniform()] as const;
    const line = Float64Array.of(at[0], at[1], at[0] + 0.01, at[1]);
    distort([line], random, { ...STEADY, waver: 0.05 });
    const [dx, dy] = [line[0]! - (at[0] - 0.35), line[1]! - (at[1] - 0.5)];
    squares += dx * dx + dy * dy;
    apart = Math.max(apart, Math.hypot(line[2]! - line[0]! - 0.01, line[3]! - line[1]!));
    n += 2;
  }
  assertAlmostEquals(Math.sqrt(squares / n), 0.05, 0.003);
  assertLess(apart, 0.01);
});

Deno.test("fit() makes the ink as long as asked and centres its mass, short of the margin", () => {
  const pen: Pen = { radius: 1.5, softness: 1, pressure: 0, ink: 255 };
  // An L with the mass at (2.5, 2.5)/10 of its square: 10 down, 10 to the right.
  const ell = Float64Array.of(0, 0, 0, 10, 10, 10);
  fit([ell], new Random(0), pen, { extent: 16, astray: 0 });
  // 12 pixels from end to end and 2 on each side; mass a quarter from the corner.
  [10.5, 4.5, 10.5, 16.5, 22.5, 16.5].forEach((at, i) => assertAlmostEquals(ell[i]!, at, 1e-12));
  const large = Float64Array.of(0, 0, 0, 10, 10, 10);
  fit([large], new Random(0), pen, { extent: 24, astray: 5 });
  // 24 pixels is all that the margin leaves: from 2 + 2 − ½ to 25 − 2 + ½.
  [3.5, 3.5, 3.5, 23.5, 23.5, 23.5].forEach((at, i) => assertAlmostEquals(large[i]!, at, 1e-12));
});

Deno.test("draw() inks by the distance to the line, and softens its edge", () => {
  const pen: Pen = { radius: 2, softness: 2, pressure: 0, ink: 200 };
  const paper = new Uint8Array(SIZE * SIZE);
  draw([Float64Array.of(8, 14, 20, 14)], new Random(0), pen, paper);
  const column = (x: number) => Array.from({ length: 9 }, (_, i) => paper[(10 + i) * SIZE + x]!);
  // Full ink to 1 pixel from the line, half at the radius, none from 3 on.
  assertEquals(column(14), [0, 0, 100, 200, 200, 200, 100, 0, 0]);
  const row = [...paper.subarray(14 * SIZE, 15 * SIZE)];
  assertEquals(row.slice(5, 9), [0, 100, 200, 200]);
  assertEquals(row.slice(20, 24), [200, 200, 100, 0]);
  // Beyond the end the pen is round: √5 = 2.236 from the end of the line, so t = 0.382.
  assertEquals(paper[15 * SIZE + 22], Math.round(200 * 0.382 ** 2 * (3 - 2 * 0.382)));
});
