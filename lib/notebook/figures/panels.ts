/** Defines the panels of the training figure: contents and positions. */
import type { Point } from "../../train/metrics.ts";
import type { OriginalPoint } from "../original.ts";
import { type Json, palette } from "./figure.ts";

/** One curve of a panel: the value it draws, and its role. */
export interface Curve {
  readonly role: keyof typeof ROLES;
  readonly of: (point: Point) => number;
}

/** One panel: its position on the page (0 to 1, from the bottom left), labels and curves. */
export interface Panel {
  /** Number of its axes, from 1: the same panel has the same in every figure, to keep a zoom. */
  readonly n: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly heading: string;
  readonly label: string;
  readonly axis?: Record<string, Json>;
  readonly curves: readonly Curve[];
  readonly original?: (point: OriginalPoint) => number;
}

const LEFT = [0, .44] as const;
const RIGHT = [.56, 1] as const;

// A role is one entry of the legend: a colour means the same in every panel.
export const ROLES = {
  run: { name: "this run", rank: 1, line: { color: palette.blue, width: 2 } },
  batch: {
    name: "on the training batch",
    rank: 2,
    line: { color: palette.orange, width: 1.2 },
  },
  penalty: {
    name: "norm penalty in the loss",
    rank: 3,
    line: { color: palette.green, width: 2, dash: "dash" },
  },
} as const;

/** Limits of the close-up: from just below the best accuracy to just above it, round numbers. */
function closeUp(accuracies: readonly number[]): [number, number] {
  const best = Math.max(0, ...accuracies.filter(Number.isFinite));
  if (best === 0) return [0, 1];
  return [
    Math.max(0, Math.floor(best * 100 - 9) / 100),
    Math.min(1, Math.ceil(best * 100 + 2) / 100),
  ];
}

/** Accuracy and, below it, g: places of the panels to watch during a training. */
const LIVE: Readonly<Record<number, readonly [number, number]>> = { 1: [.46, 1], 6: [0, .26] };

/** Returns the seven panels for these points, in drawing order; `live`, the two to watch. */
export function panelsOf(
  points: readonly Point[],
  original: readonly OriginalPoint[],
  live: boolean,
): readonly Panel[] {
  const test = [...points, ...original].map((point) => point.testAccuracy);
  const penalised = points.some((point) => point.loss > point.crossEntropy);
  const all: Omit<Panel, "n">[] = [
    {
      x: [0, 1],
      y: [.775, 1],
      heading: "Accuracy on the test images and on the next batch",
      label: "accuracy",
      axis: { range: [-.02, 1.03], dtick: .2 },
      curves: [{ role: "batch", of: (p) => p.trainAccuracy }, {
        role: "run",
        of: (p) => p.testAccuracy,
      }],
      original: (p) => p.testAccuracy,
    },
    {
      x: LEFT,
      y: [.515, .69],
      heading: "Test accuracy, close up",
      label: "accuracy",
      axis: { range: closeUp(test), tickformat: ".2f" },
      curves: [{ role: "run", of: (p) => p.testAccuracy }],
      original: (p) => p.testAccuracy,
    },
    {
      x: RIGHT,
      y: [.515, .69],
      heading: "Loss (logarithmic)",
      label: "nats per batch",
      axis: { type: "log" },
      curves: [
        { role: "batch", of: (p) => p.loss },
        ...(penalised
          ? [{ role: "penalty", of: (p: Point) => p.loss - p.crossEntropy } as const]
          : []),
      ],
    },
    {
      x: LEFT,
      y: [.255, .43],
      heading: "Weight norm of the hidden layers",
      label: "mean |W|",
      axis: { rangemode: "tozero" },
      curves: [{ role: "run", of: (p) => p.weightNorm }],
      original: (p) => p.weightNorm,
    },
    {
      x: RIGHT,
      y: [.255, .43],
      heading: "Gradient norm of the cross-entropy",
      label: "mean |gradient|",
      axis: { rangemode: "tozero" },
      curves: [{ role: "batch", of: (p) => p.gradientNorm }],
      original: (p) => p.gradientNorm,
    },
    {
      x: LEFT,
      y: [0, .17],
      heading: "g, the weight of the ReLU layer",
      label: "g",
      axis: { range: [-.03, 1.05], dtick: .25 },
      curves: [{ role: "run", of: (p) => p.g }],
      original: (p) => p.g,
    },
    {
      x: RIGHT,
      y: [0, .17],
      heading: "Learning rate",
      label: "step size of Adam",
      axis: { rangemode: "tozero", exponentformat: "power", nticks: 6 },
      curves: [{ role: "run", of: (p) => p.learningRate }],
    },
  ];
  const panels = all.map((panel, i) => ({ ...panel, n: i + 1 }));
  if (!live) return panels;
  return panels.flatMap((panel) => {
    const y = LIVE[panel.n];
    return y ? [{ ...panel, x: [0, 1] as const, y }] : [];
  });
}
