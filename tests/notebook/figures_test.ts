/**
 * The figures: that Plotly takes them, that they show the numbers given, and that nothing overlaps.
 */

import { assert, assertEquals, assertLess, assertMatch, assertThrows } from "@std/assert";
import { plotlySource } from "gradnets/notebook/assets.ts";
import {
  activationFigure,
  confusionFigure,
  confusionMatrix,
  digitsFigure,
  type Figure,
  growthFigure,
  linesFigure,
  mapFigure,
  mistakesFigure,
  palette,
  scheduleFigure,
  sliderFigure,
  type Trace,
  trainingFigure,
  variantsFigure,
  windowsFigure,
} from "gradnets/notebook/figures.ts";
import { layoutsOf } from "gradnets/notebook/figures/fit.ts";
import { original } from "gradnets/notebook/original.ts";
import { openWindow } from "gradnets/notebook/picture/window.ts";
import { Random } from "gradnets/random.ts";
import type { Point } from "gradnets/train/metrics.ts";
import { anneal, decay } from "gradnets/train/schedules.ts";
import { resultOf } from "../helpers/results.ts";

/** A made-up run, a point every 100 iterations of 1,100 an epoch. */
function run(count: number): Point[] {
  const random = new Random(7);
  return Array.from({ length: count }, (_, i) => ({
    iter: 100 * i,
    epoch: i / 11,
    g: Math.min(i / 110, 1),
    learningRate: 1e-3 * .8 ** (i / 10),
    keep: 0.95,
    loss: 20 + random.uniform() + 3,
    crossEntropy: 20 + random.uniform(),
    weightNorm: .07 + .01 * random.uniform(),
    gradientNorm: i === 0 ? 0 : .05 * random.uniform(),
    trainAccuracy: .8 + .2 * random.uniform(),
    testAccuracy: .9 + .05 * random.uniform(),
  }));
}

const points = run(220);
const digits = Uint8Array.from({ length: 12 * 6 }, (_, i) => i);
const figures: Record<string, Figure> = {
  training: trainingFigure(points, { original: original.points, iterations: 22_000 }),
  "training of one point": trainingFigure(run(1)),
  "training of none": trainingFigure([]),
  variants: variantsFigure(
    new Map(["up", "<"].map((variant) => [
      variant,
      [.4, .6].map((accuracy, seed) =>
        resultOf({ seed }, accuracy, {
          steps: 90,
          curve: [[0, 0, .1, 1, 0], [90, 1, accuracy, 1, 0]],
        })
      ),
    ])),
  ),
  growth: growthFigure({ hidden: 3, turn: .25, lags: { up: .25, down: -.25 } }),
  windows: windowsFigure({
    ...{ canvases: new Float32Array(32).fill(1 / 3), size: 4 },
    windows: [0, 1.25].map((left) => ({ top: 2, left, height: 2, width: 2 })),
  }),
  "digits in boxes": digitsFigure(digits.subarray(0, 12), {
    ...{ height: 4, width: 3, boxes: [{ top: .5, left: 1, height: 2, width: 2 }] },
  }),
  digits: digitsFigure(digits, { height: 4, width: 3, titles: [1, 2, 3, 4, 5, 6], columns: 4 }),
  mistakes: mistakesFigure(
    { images: digits, labels: [0, 1, 2, 3, 4, 5], predictions: [0, 7, 2, 8, 9, 5] },
    { height: 4, width: 3 },
  ),
  "no mistakes": mistakesFigure(
    { images: digits, labels: [0, 0, 0, 0, 0, 0], predictions: [0, 0, 0, 0, 0, 0] },
    { height: 4, width: 3 },
  ),
  confusion: confusionFigure([[5, 1], [0, 4]], { names: ["a", "b<c"] }),
  schedules: scheduleFigure(anneal({ epochs: 10 }), decay()),
  activation: activationFigure(),
  slider: sliderFigure(),
  lines: linesFigure([
    {
      heading: "a",
      x: "layer",
      y: "size",
      log: true,
      lines: [{ name: "<", x: [1, 2], y: [1, 0] }],
    },
    { heading: "b", x: "layer", y: "share", lines: [{ name: "<", x: [1, 2], y: [NaN, 2] }] },
  ], { title: "lines" }),
  maps: mapFigure([{ heading: "a", z: [[0, 1], [1e-9, NaN]] }, {
    heading: "b",
    z: [[1, 2], [3, 4]],
  }], {
    title: "maps",
    scale: "size",
    log: true,
    x: { title: "g", values: [0, 1] },
    y: { title: "layer", values: [1, 2] },
  }),
};

type Axis = {
  readonly title?: { readonly text: string };
  readonly domain?: readonly [number, number];
  readonly visible?: boolean;
  readonly tickvals?: readonly number[];
  readonly ticktext?: readonly string[];
  readonly range?: readonly [number, number];
};
const axisOf = (figure: Figure, name: unknown) =>
  figure.layout[String(name ?? "").replace(/^([xy])/, "$1axis")] as Axis | undefined;
const tracesNamed = (figure: Figure, name: string) => figure.data.filter((t) => t.name === name);
const annotations = (figure: Figure) => figure.layout.annotations as readonly { text: string }[];

for (const [name, figure] of Object.entries(figures)) {
  Deno.test(`the figure of ${name} is plain JSON, with as many x as y, on axes with titles`, () => {
    assertEquals(JSON.parse(JSON.stringify(figure)), figure);
    assert(figure.layout.title.text.length > 0);
    for (const trace of figure.data) {
      const x = axisOf(figure, trace.xaxis ?? "x");
      const y = axisOf(figure, trace.yaxis ?? "y");
      assert(x && y, `${trace.name}: axes ${trace.xaxis}, ${trace.yaxis}`);
      if (trace.type !== "scatter") continue;
      assertEquals((trace.x as number[]).length, (trace.y as number[]).length);
      assertMatch(y.title?.text ?? "", /\w/);
    }
    const titles = Object.keys(figure.layout).filter((key) => key.startsWith("xaxis"))
      .map((key) => figure.layout[key] as Axis);
    assert(titles.some((axis) => axis.visible === false || axis.title?.text));
  });
}

Deno.test("Plotly itself finds nothing to object to in any figure", async () => {
  const font = { width: (text: string) => text.length / 2, ascent: 1, descent: 0 };
  const window = openWindow({ regular: font, bold: font });
  try {
    window.eval(plotlySource());
    for (const [name, figure] of Object.entries(figures)) {
      // Curves of no points hold the axes' places until there are some: it objects to these.
      if (name === "training of none") continue;
      // Plotly 4.1.1's validate() fails on any legend, also on its own defaults for one.
      const { legend: _, ...layout } = figure.layout;
      const legendless = `${JSON.stringify(figure.data)}, ${JSON.stringify(layout)}`;
      const objections = window.eval(
        `JSON.stringify(Plotly.validate(${legendless})?.map((o) => o.msg) ?? [])`,
      );
      // Nor does it take a slider's arguments for what they are: it compares objects by identity.
      const found = (JSON.parse(objections as string) as string[])
        .filter((message) => !/key sliders\[0\]\.steps\[\d+\]\.args\[[01]\]/.test(message));
      assertEquals(found, [], name);
    }
    // It does object where there is a reason.
    assertEquals(window.eval(`Plotly.validate([{ y: [1], colour: 1 }], {}).length`), 1);
  } finally {
    window.close();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
});

Deno.test("trainingFigure() draws every value as it was measured", () => {
  const figure = figures.training!;
  const iterations = points.map((point) => point.iter);
  const drawn = (of: (point: Point) => number) => {
    const values = JSON.stringify(points.map(of));
    return figure.data.filter((trace) => JSON.stringify(trace.y) === values);
  };
  const expected: Partial<Record<keyof Point, number>> = {
    trainAccuracy: 1,
    testAccuracy: 2, // whole and close up
    loss: 1,
    weightNorm: 1,
    gradientNorm: 1,
    g: 1,
    learningRate: 1,
  };
  for (const [key, count] of Object.entries(expected)) {
    const traces = drawn((point) => point[key as keyof Point]);
    assertEquals(traces.length, count, key);
    for (const trace of traces) assertEquals(trace.x, iterations, key);
  }
  assertEquals(drawn((point) => point.loss - point.crossEntropy).length, 1, "norm penalty");
});

Deno.test("trainingFigure() lays the original's figures over the panels it has them for", () => {
  const overlays = tracesNamed(figures.training!, "the original, 2015");
  const byAxis = Object.fromEntries(overlays.map((trace) => [trace.yaxis, trace.y]));
  const theirs = (of: (p: typeof original.points[number]) => number) => original.points.map(of);
  assertEquals(byAxis, {
    y: theirs((p) => p.testAccuracy),
    y2: theirs((p) => p.testAccuracy),
    y4: theirs((p) => p.weightNorm),
    y5: theirs((p) => p.gradientNorm),
    y6: theirs((p) => p.g),
  });
  assert(overlays.every((trace) => trace.mode === "markers"));
});

Deno.test("trainingFigure() leaves out what the original measured after the end of a short run", () => {
  const short = trainingFigure(run(12), { original: original.points, iterations: 1200 });
  for (const trace of tracesNamed(short, "the original, 2015")) {
    assertEquals(trace.x, [0, 100, 200, 300, 400, 500, 600, 700, 1100]);
  }
});

Deno.test("trainingFigure() leaves a gap where a number is not finite", () => {
  const [first, second] = run(2) as [Point, Point];
  const figure = trainingFigure([{ ...first, loss: NaN, testAccuracy: Infinity }, second]);
  const [test] = tracesNamed(figure, "this run") as [Trace];
  assertEquals(test.y, [null, second.testAccuracy]);
  assertEquals(JSON.parse(JSON.stringify(figure)), figure);
});

Deno.test("trainingFigure() names each kind of curve once in the legend, in a colour of the palette", () => {
  const entries = figures.training!.data.filter((trace) => trace.showlegend);
  const names = entries.map((trace) => trace.name as string);
  assertEquals(new Set(names).size, names.length);
  assertEquals(new Set(figures.training!.data.map((trace) => trace.name)), new Set(names));
  const colors: readonly string[] = Object.values(palette);
  for (const trace of figures.training!.data) {
    const { color } = (trace.mode === "markers" ? trace.marker : trace.line) as { color: string };
    assert(colors.includes(color), color);
  }
});

Deno.test("trainingFigure() keeps its panels apart, and the plots inside their frame", () => {
  const { layout } = figures.training!;
  const panels = Object.keys(layout).filter((key) => key.startsWith("xaxis")).map((key) => ({
    x: (layout[key] as Axis).domain!,
    y: (layout[key.replace("x", "y")] as Axis).domain!,
  }));
  assertEquals(panels.length, 7);
  panels.forEach((a, i) => {
    assert(a.x[0] >= 0 && a.x[1] <= 1 && a.y[0] >= 0 && a.y[1] <= 1);
    for (const b of panels.slice(i + 1)) {
      const apart = a.x[1] < b.x[0] || b.x[1] < a.x[0] || a.y[1] < b.y[0] || b.y[1] < a.y[0];
      assert(apart, JSON.stringify([a, b]));
    }
  });
});

Deno.test("trainingFigure() keeps its iterations' axis while the run grows, with ticks at any zoom", () => {
  const axis = axisOf(figures.training!, "x6")!;
  assertEquals(axis.title!.text, "iteration (1,100 are an epoch)");
  assert(!("tickvals" in axis) && !("dtick" in axis));
  const [low, high] = axis.range!;
  assert(low < 0 && low > -500 && high > 22_000 && high < 22_500);
  const growing = trainingFigure(run(2), { iterations: 22_000 });
  assertEquals(axisOf(growing, "x6")!.range, [low, high], "stands still while the run grows");
});

Deno.test("trainingFigure() to watch is accuracy and g, on their own axes, and fits a screen", () => {
  const live = trainingFigure(points, { live: true, iterations: 22_000 });
  const panels = Object.keys(live.layout).filter((key) => /^yaxis/.test(key));
  assertEquals(panels, ["yaxis", "yaxis6"], "a zoom into either holds for the seven panels");
  for (const name of panels) {
    const range = axisOf(figures.training!, name.replace("axis", ""))!.range;
    assertEquals(axisOf(live, name.replace("axis", ""))!.range, range);
  }
  for (const { height } of layoutsOf(live)) assertLess(height, 451);
});

Deno.test("trainingFigure() draws a whole log as a line, and few points as circles", () => {
  const over = (of: typeof original.log) =>
    tracesNamed(trainingFigure(points, { original: of, iterations: 22_000 }), "the original, 2015");
  assert(
    over(original.log).every(({ mode, x }) => mode === "lines" && (x as number[]).length === 220),
  );
  assert(over(original.points).every(({ mode }) => mode === "markers"));
});

Deno.test("every figure takes a title that says the takeaway", () => {
  const title = "Most of it is learnt early";
  const titled = [
    scheduleFigure(anneal({ epochs: 10 }), decay(), { title }),
    activationFigure({ title }),
    sliderFigure({ title }),
    trainingFigure(points, { title }),
    confusionFigure([[1]], { title }),
    digitsFigure(digits, { height: 4, width: 3, title }),
    mistakesFigure(
      { images: digits, labels: [0, 0, 0, 0, 0, 0], predictions: [0, 0, 0, 0, 0, 1] },
      {
        ...{ height: 4, width: 3, title },
      },
    ),
  ];
  for (const { layout } of titled) assertEquals(layout.title.text, title);
});

Deno.test("every figure shows names whole when one points at it", () => {
  for (const [name, { layout }] of Object.entries(figures)) {
    assertEquals((layout.hoverlabel as { namelength: number }).namelength, -1, name);
  }
});

Deno.test("digitsFigure() shows every pixel of every image once, in reading order", () => {
  const figure = figures.digits!;
  const z = figure.data[0]!.z as number[][];
  assert(z.every((row) => row.length === z[0]!.length));
  const ink = z.flat().filter((value) => value !== 0);
  const first = z.findIndex((row) => row.includes(1));
  assertEquals(z[first]!.slice(0, 3), [0, 1, 2], "the first image's first row");
  assertEquals(z[first]!.slice(7, 10), [12, 13, 14], "the second image is to the right of it");
  assertEquals(new Set(ink), new Set(Array.from({ length: 71 }, (_, i) => i + 1)));
  assertEquals(ink.length, 71, "nothing twice, white between");
  const below = z.findIndex((row) => row.includes(4 * 12));
  assertEquals(z[below]!.indexOf(4 * 12), 0, "the fifth image begins the second row");
  assertEquals(annotations(figure).map((a) => a.text), ["1", "2", "3", "4", "5", "6"]);
});

Deno.test("digitsFigure() refuses images, titles and columns that do not fit", () => {
  const size = { height: 2, width: 2 };
  assertThrows(() => digitsFigure(new Uint8Array(7), size), RangeError, "multiple of 4");
  assertThrows(() => digitsFigure([new Uint8Array(5)], size), RangeError, "found 5");
  assertThrows(
    () => digitsFigure([new Uint8Array(4)], { ...size, titles: [1, 2] }),
    RangeError,
    "expected 1 titles",
  );
  for (const columns of [0, 1.5, NaN]) {
    assertThrows(
      () => digitsFigure(new Uint8Array(4), { ...size, columns }),
      RangeError,
      "columns",
    );
  }
});

Deno.test("digitsFigure() draws each box over its own image, on the edges of its pixels", () => {
  const boxes = [0, 1, 2].map((top) => ({ top, left: .5, height: 2, width: 1 }));
  const image = new Uint8Array(12);
  const figure = digitsFigure([image, image, image], { height: 4, width: 3, columns: 2, boxes });
  const plain = digitsFigure([image, image, image], { height: 4, width: 3, columns: 2 });
  const gap = 4; // above each image and between two
  const edges = (figure.layout.shapes as Record<string, number>[])
    .map(({ x0, x1, y0, y1 }) => [x0, x1, y0, y1]);
  assertEquals(edges, [
    [-.5, 2.5, gap - .5, gap + 3.5], // the frame of the first image
    [0, 1, gap - .5, gap + 1.5], // and its box
    [2.5 + gap, 5.5 + gap, gap - .5, gap + 3.5],
    [3 + gap, 4 + gap, gap + .5, gap + 2.5],
    [-.5, 2.5, 2 * gap + 3.5, 2 * gap + 7.5],
    [0, 1, 2 * gap + 5.5, 2 * gap + 7.5],
  ]);
  assertEquals(figure.data, plain.data);
  assertThrows(
    () => digitsFigure([image], { height: 4, width: 3, boxes: [] }),
    RangeError,
    "expected 1, one an image, found 0",
  );
});

Deno.test("windowsFigure() draws ink as dark as the canvas says, and each window in its place", () => {
  const { data, layout } = figures.windows!;
  const pixels = (data[0]!.z as number[][]).flat().filter((pixel) => pixel !== 0);
  assertEquals(pixels, Array(32).fill(85));
  const shapes = layout.shapes as Record<string, number>[];
  assertEquals(shapes.map(({ x0 }) => x0), [-.5, -.5, 7.5, 8.75]);
});

Deno.test("variantsFigure() draws the mean of the seeds, each seed, and g, in one look a variant", () => {
  const { data, layout } = figures.variants!;
  assertEquals(data.length, 2 * 4);
  const named = data.filter(({ showlegend }) => showlegend);
  assertEquals(named.map(({ name, y }) => [name, y]), [["up", [.1, .5]], ["&lt;", [.1, .5]]]);
  const of = (from: number) => data.slice(from, from + 4);
  assertEquals(of(0).map(({ y }) => y), [[.1, .4], [.1, .6], [.1, .5], [0, 1]]);
  assertEquals(of(0).map(({ yaxis }) => yaxis), [undefined, undefined, undefined, "y2"]);
  for (const from of [0, 4]) {
    const looks = of(from).map(({ line }) => (line as Record<string, string>).color);
    assertEquals(new Set(looks).size, 1);
  }
  assert(JSON.stringify(layout.annotations).includes("mean of 2 seeds"));
  assertThrows(() => variantsFigure(new Map()), RangeError, "found none");
});

Deno.test("digitsFigure() shows titles as they are, markup and all", () => {
  const figure = digitsFigure(new Uint8Array(1), { height: 1, width: 1, titles: ["<b>&\n2"] });
  assertEquals(annotations(figure)[0]!.text, "&lt;b&gt;&amp;<br>2");
});

Deno.test("mistakesFigure() shows the first mistakes under what they are and were taken for", () => {
  const figure = figures.mistakes!;
  assertEquals(figure.layout.title.text, "3 mistakes on 6 images (true → predicted)");
  assertEquals(annotations(figure).map((a) => a.text), ["1 → 7", "3 → 8", "4 → 9"]);
  const z = figure.data[0]!.z as number[][];
  const first = z.findIndex((row) => row.includes(12));
  assertEquals([0, 7, 14].map((column) => z[first]![column]), [12, 36, 48]);

  const some = mistakesFigure(
    { images: digits, labels: [0, 1, 0, 1, 0, 1], predictions: [1, 0, 1, 0, 1, 1] },
    { height: 4, width: 3, max: 2, names: ["cat", "dog"] },
  );
  assertEquals(some.layout.title.text, "The first 2 of 5 mistakes on 6 images (true → predicted)");
  assertEquals(annotations(some).map((a) => a.text), ["cat →<br>dog", "dog →<br>cat"]);
  assertEquals(figures["no mistakes"]!.layout.title.text, "No mistakes on 6 images");
  assertThrows(
    () =>
      mistakesFigure({ images: digits, labels: [1], predictions: [1] }, { height: 4, width: 3 }),
    RangeError,
    "6 images, 1 labels",
  );
});

Deno.test("confusionMatrix() counts every pair of label and prediction", () => {
  const random = new Random(1);
  const labels = Uint8Array.from({ length: 500 }, () => random.below(10));
  const predictions = Uint8Array.from({ length: 500 }, () => random.below(10));
  const matrix = confusionMatrix(labels, predictions);
  const pairs = Array.from(labels, (label, i) => `${label},${predictions[i]}`);
  matrix.forEach((row, t) =>
    row.forEach((count, p) => {
      assertEquals(count, pairs.filter((pair) => pair === `${t},${p}`).length);
    })
  );
  assertThrows(() => confusionMatrix([1], [1, 2]), RangeError, "1 labels and 2 predictions");
  assertThrows(() => confusionMatrix([3], [1], 3), RangeError, "label 3");
  assertThrows(() => confusionMatrix([1], [3], 3), RangeError, "prediction 3");
});

Deno.test("confusionFigure() writes each count into its own cell", () => {
  const matrix = [[50, 2, 0], [1, 60, 3], [4, 0, 70]];
  const figure = confusionFigure(matrix);
  assertEquals(figure.data[0]!.z, matrix);
  assertEquals(figure.layout.title.text, "Confusion matrix: 180 of 190 right (94.74 %)");
  const texts = figure.layout.annotations as readonly { text: string; x: number; y: number }[];
  assertEquals(texts.length, 9);
  for (const { text, x, y } of texts) assertEquals(text, String(matrix[y]![x]));
  assertEquals(axisOf(figure, "y")!.title!.text, "true class");
  assertEquals((figure.layout.yaxis as { autorange: string }).autorange, "reversed");
  assertEquals(figures.confusion!.data[0]!.x, ["a", "b&lt;c"]);
  assertThrows(() => confusionFigure([[1, 2], [3]]), RangeError, "found 1 in row 1");
});

Deno.test("confusionFigure() of more than 20 classes is colours alone, and no larger", () => {
  const drawn = (classes: number) =>
    confusionFigure(Array.from({ length: classes }, (_, i) => Array(classes).fill(i)));
  assertEquals((drawn(20).layout.annotations as unknown[]).length, 400);
  for (const classes of [21, 47, 62, 256]) { // an annotation each would take minutes to draw
    const { layout, data } = drawn(classes);
    assertEquals([layout.annotations, (data[0]!.z as unknown[]).length], [[], classes]);
    assertLess(layout.width as number, drawn(20).layout.width as number);
  }
});

Deno.test("scheduleFigure() draws the two formulas", () => {
  const [g, rate] = figures.schedules!.data as [Trace, Trace];
  const x = g.x as number[];
  assertEquals([x[0], x.at(-1), x.length], [0, 22_000, 201]);
  assertEquals(g.y, x.map((iter) => Math.min(iter / 1100 / 10, 1)));
  (rate.y as number[]).forEach((y, i) =>
    assertLess(Math.abs(y - 1e-3 * .8 ** ((x[i]! + 10) / 1000)), 1e-12)
  );
});

Deno.test("activationFigure() draws a leaky ReLU of slope 1−g, and one that passes x on", () => {
  const { data } = activationFigure({ g: [.25], x: 2 });
  const [linear, identity] = data as [Trace, Trace];
  (linear.x as number[]).forEach((u, i) => {
    assertEquals((linear.y as number[])[i], u < 0 ? .75 * u : u);
    assertEquals((identity.y as number[])[i], (u < 0 ? 0 : .25 * u) + 1.5);
  });
});
