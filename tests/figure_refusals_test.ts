/** Every option of every figure and of tables, with every kind of wrong value. */

import { anneal, recipeOf, type Result, startBackend } from "gradnets";
import * as figures from "gradnets/notebook/figures";
import { tableBundle } from "gradnets/notebook/table.ts";
import { type Row, testRefusals } from "./helpers/refusals.ts";

await startBackend();

const g = anneal({ epochs: 10 });
const result: Result = {
  recipe: recipeOf({}),
  ...{ accuracy: 1, data: "MNIST", best: { accuracy: 1, iter: 1 }, stopped: null, parameters: 1 },
  ...{ steps: 1, msPerStep: 1, kernels: "", versions: {}, date: "", curve: [[0, 0, 1, 1, 0]] },
};
const image = new Uint8Array(4);
const axis = { title: "x", values: [1] };
const panel = { heading: "one", z: [[1]] };
const layer = { activation: 1, spread: 1, gradient: 1, weightGradient: 1, dead: 0 };
const windows = { canvases: new Float32Array(4), size: 2, windows: [] };

testRefusals(
  [
    [
      "scheduleFigure",
      { iterations: "step", iterationsPerEpoch: "positive", every: "step" },
      (more) => figures.scheduleFigure(g, g, more),
    ],
    [
      "scheduleFigure's g",
      { g: "call" },
      (more) => figures.scheduleFigure(Reflect.get(more, "g"), g),
    ],
    [
      "scheduleFigure's rate",
      { learningRate: "call" },
      (more) => figures.scheduleFigure(g, Reflect.get(more, "learningRate")),
    ],
    ["activationFigure", { g: "shares", x: "finite" }, (more) => figures.activationFigure(more)],
    [
      "linesFigure",
      { title: "text", height: "positive" },
      (more) => figures.linesFigure([], { title: "a", ...more }),
    ],
    [
      "confusionMatrix",
      { classes: "count" },
      (more) => figures.confusionMatrix([0], [0], Reflect.get(more, "classes")),
    ],
    [
      "confusionFigure",
      { names: "texts", title: "text" },
      (more) => figures.confusionFigure([[1]], more),
    ],
    [
      "digitsFigure",
      {
        height: "count",
        width: "count",
        titles: "list",
        boxes: "texts",
        columns: "step",
        title: "text",
      },
      (more) => figures.digitsFigure(image, { height: 2, width: 2, ...more }),
    ],
    [
      "mistakesFigure",
      { height: "count", width: "count", max: "place", columns: "step", names: "texts" },
      (more) =>
        figures.mistakesFigure({ images: image, labels: [0], predictions: [1] }, {
          ...{ height: 2, width: 2 },
          ...more,
        }),
    ],
    [
      "speedFigure",
      { title: "text", floor: "record" },
      (more) => figures.speedFigure([{ name: "a", ms: 1 }], more),
    ],
    [
      "speedFigure's floor",
      { name: "text", ms: "positive" },
      (more) =>
        figures.speedFigure([{ name: "a", ms: 1 }], { floor: { name: "b", ms: 1, ...more } }),
    ],
    [
      "sliderFigure",
      { g: "share", steps: "count", x: "finite" },
      (more) => figures.sliderFigure(more),
    ],
    [
      "mapFigure",
      {
        ...{ title: "text", x: "record", y: "record", scale: "text", log: "flag" },
        ...{ range: "limits", columns: "step" },
      },
      (more) => figures.mapFigure([panel], { title: "a", x: axis, y: axis, scale: "b", ...more }),
    ],
    [
      "layersFigure",
      { title: "text", scale: "text", log: "flag", range: "limits" },
      (more) =>
        figures.layersFigure([{ name: "a", gs: [0], found: [[layer]] }], ({ dead }) => dead, {
          ...{ title: "a", scale: "b" },
          ...more,
        }),
    ],
    [
      "growthFigure",
      { hidden: "count", turn: "positive", lags: "record", title: "text" },
      (more) => figures.growthFigure({ hidden: 3, turn: 1, lags: { one: 1 }, ...more }),
    ],
    [
      "growthFigure's lags",
      { deep: "finite" },
      (more) => figures.growthFigure({ hidden: 3, turn: 1, lags: { ...more } }),
    ],
    [
      "trainingFigure",
      {
        ...{ original: "list", iterations: "positive", iterationsPerEpoch: "positive" },
        ...{ title: "text" },
      },
      (more) => figures.trainingFigure([], more),
    ],
    [
      "variantsFigure",
      { title: "text", range: "limits" },
      (more) => figures.variantsFigure(new Map([["a", [result]]]), more),
    ],
    ["windowsFigure", { title: "text" }, (more) => figures.windowsFigure(windows, more)],
    [
      "finalsFigure",
      {
        ...{ group: "call", category: "call", measure: "word", label: "text", range: "limits" },
        ...{ title: "text" },
      },
      (more) => figures.finalsFigure([result], more),
    ],
    [
      "bandsFigure",
      {
        ...{ group: "call", panel: "call", measure: "word", columns: "step", range: "limits" },
        ...{ over: "record", title: "text" },
      },
      (more) => figures.bandsFigure([result], more),
    ],
    ["table", { columns: "texts", caption: "text" }, (more) => tableBundle([{ a: 1 }], more)],
    ["table's rows", { rows: "list" }, (more) => tableBundle(Reflect.get(more, "rows"))],
  ] satisfies Row[],
);
