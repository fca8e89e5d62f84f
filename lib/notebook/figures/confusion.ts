/** Counts a confusion matrix and draws it. */
import { integer, list, optional, optionsOf, text } from "../../validate.ts";
import { axis, baseLayout, type Figure, plain, thousands } from "./figure.ts";

/**
 * Counts matrix[t][p] = images of class t that were predicted to be p.
 *
 * @param labels [count] the true classes, 0..classes-1
 * @param predictions [count]
 * @returns [classes, classes]
 * @throws {RangeError} if the two differ in length, or a class is out of range
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { confusionMatrix } from "gradnets/notebook/figures.ts";
 *
 * assertEquals(confusionMatrix([0, 1, 1], [0, 0, 1], 2), [[1, 0], [1, 1]]);
 * ```
 */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classes = 10,
): number[][] {
  integer(1, 2 ** 16)(classes, "Cannot count confusions: classes");
  if (labels.length !== predictions.length) {
    throw new RangeError(
      `Cannot count confusions: ${labels.length} labels and ${predictions.length} predictions, ` +
        "expected as many of each",
    );
  }
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) {
    const row = matrix[labels[i]!];
    const column = predictions[i]!;
    if (row?.[column] === undefined) {
      throw new RangeError(
        `Cannot count confusions: item ${i} has label ${labels[i]} and prediction ${column}, ` +
          `expected classes 0 to ${classes - 1}`,
      );
    }
    row[column]!++;
  }
  return matrix;
}

// Fractions of the largest count, from white to the palette's blue: finest near 0, because counts
// off the diagonal are about a hundredth of those on it.
const SCALE = [
  [0, "#FFFFFF"],
  [.001, "#EDF4FA"],
  [.01, "#C6DFF0"],
  [.05, "#8FC1E3"],
  [.2, "#4A97CB"],
  [1, "#0072B2"],
] as const;

/** With more classes than this a count does not fit into its cell: colour and hover show it. */
const MAX_NUMBERED = 20;

/**
 * Draws a confusion matrix: rows are true classes, columns predicted ones, so correct predictions
 * are on the diagonal. Up to 20 classes, each cell shows its count.
 *
 * @param matrix [classes, classes] as {@linkcode confusionMatrix} counts it
 * @param options `names` of the classes; default: their numbers
 * @throws {RangeError} if the matrix is not square
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { confusionFigure } from "gradnets/notebook/figures.ts";
 *
 * const figure = confusionFigure([[9, 1], [2, 8]]);
 * assertEquals(figure.layout.title.text, "Confusion matrix: 17 of 20 right (85.00 %)");
 * ```
 */
export function confusionFigure(
  matrix: readonly (readonly number[])[],
  options: { readonly names?: readonly string[]; readonly title?: string } = {},
): Figure {
  const { names, title } = optionsOf("draw a confusion matrix", "its options", {
    names: [optional(list(text))],
    title: [optional(text)],
  }, options);
  const classes = matrix.length;
  matrix.forEach((row, i) => {
    if (row.length !== classes) {
      throw new RangeError(
        `Cannot draw a confusion matrix: expected ${classes} columns as it has rows, found ` +
          `${row.length} in row ${i}`,
      );
    }
  });
  const labels = matrix.map((_, i) => plain(names?.[i] ?? String(i)));
  const all = matrix.flat().reduce((sum, n) => sum + n, 0);
  const right = matrix.reduce((sum, row, i) => sum + row[i]!, 0);
  const max = matrix.flat().reduce((a, b) => Math.max(a, b), 1);
  const numbered = classes <= MAX_NUMBERED;
  const share = all === 0 ? "" : ` (${(100 * right / all).toFixed(2)} %)`;
  const side = numbered ? 48 * Math.max(classes, 4) : 720;

  return {
    data: [{
      type: "heatmap",
      x: labels,
      y: labels,
      z: matrix.map((row) => [...row]),
      zmin: 0,
      zmax: max,
      colorscale: SCALE,
      showscale: false,
      xgap: numbered ? 1 : 0,
      ygap: numbered ? 1 : 0,
      hovertemplate: "%{y} taken for %{x}: %{z}<extra></extra>",
    }],
    layout: baseLayout(
      title ?? `Confusion matrix: ${thousands(right)} of ${thousands(all)} right${share}`,
      side + 120,
      {
        width: side + 120,
        margin: { l: 84, r: 36, t: 56, b: 64 },
        xaxis: axis("predicted class", {
          automargin: true,
          constrain: "domain",
          gridcolor: "#FFFFFF", // unseen in the gaps between the cells
          type: "category",
        }),
        yaxis: axis("true class", {
          automargin: true,
          gridcolor: "#FFFFFF", // unseen in the gaps between the cells
          type: "category",
          autorange: "reversed",
          scaleanchor: "x",
          constrain: "domain",
        }),
        annotations: !numbered ? [] : matrix.flatMap((row, t) =>
          row.map((count, p) => ({
            text: String(count),
            x: p,
            y: t,
            showarrow: false,
            font: {
              size: 12,
              // white on blue, also on a dark page
              color: count === 0 ? "#BBBBBB" : count / max > .15 ? "#FFFFFE" : "#222222",
            },
          }))
        ),
      },
    ),
  };
}
