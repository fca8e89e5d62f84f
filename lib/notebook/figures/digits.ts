/** Draws images: a grid of digits, and misclassified ones with what they were taken for. */
import {
  type Check,
  finite,
  integer,
  list,
  optional,
  optionsOf,
  parseFields,
  positive,
  refusal,
  text,
} from "../../validate.ts";
import { baseLayout, type Figure, type Json, palette, plain, thousands, WIDTH } from "./figure.ts";

/** A part of an image: its edges in pixels from the image's top left corner; fractions allowed. */
export interface Box {
  /** Its first row. */
  readonly top: number;
  /** Its first column. */
  readonly left: number;
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
}

/** Options of {@linkcode digitsFigure}. */
export interface DigitsFigureOptions {
  /** Height of an image in pixels. */
  readonly height: number;
  /** Width of an image in pixels. */
  readonly width: number;
  /** A short text above each image, such as its label; may contain line breaks. */
  readonly titles?: readonly (string | number)[];
  /** A box to draw over each image, which then gets a frame, too. */
  readonly boxes?: readonly Box[];
  /** Images in a row. Default 10. */
  readonly columns?: number;
  /** Above the figure. */
  readonly title?: string;
}

const MARGIN = { l: 12, r: 12, t: 44, b: 12 };
const GAP = 4; // between images, in their pixels
const LARGEST = 4; // CSS pixels per image pixel: beyond that it looks like bricks
const LINE = 15; // height of a line of text above an image, in CSS pixels
const SIDE = integer(1, 2 ** 16);

const caption: Check<string | number> = (value, path) => {
  if (typeof value === "string" || typeof value === "number") return value;
  throw refusal(path, "a text or a number", value);
};

const EDGES = { top: [finite], left: [finite], height: [positive], width: [positive] } as const;
const box: Check<Box> = (value, path) => parseFields<Box>(EDGES, value, path);

/**
 * Draws images in a grid, row by row, dark ink on white. It is one heatmap of the pixels (0..255)
 * with white between the images.
 *
 * @param images [height·width] each, or all of them in one array [count, height·width]
 * @throws {RangeError} if an image has not height·width pixels, or titles or boxes are not as
 *   many as the images
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { digitsFigure } from "gradnets/notebook/figures.ts";
 *
 * const dot = new Uint8Array([0, 255, 0, 0]);
 * const figure = digitsFigure([dot, dot], { height: 2, width: 2, titles: [7, "a dot"] });
 * const pixels = (figure.data[0]!.z as number[][]).flat();
 * assertEquals(pixels.filter((pixel) => pixel === 255).length, 2);
 * ```
 */
export function digitsFigure(
  images: Uint8Array | readonly Uint8Array[],
  options: DigitsFigureOptions,
): Figure {
  const { height, width, titles, boxes, columns, title } = optionsOf(
    "draw images",
    "DigitsFigureOptions",
    {
      height: [SIDE],
      width: [SIDE],
      titles: [optional(list(caption))],
      boxes: [optional(list(box))],
      columns: [integer(1), 10],
      title: [text, "Digits"],
    },
    options,
  );
  const pixels = height * width;
  const cutOut = images instanceof Uint8Array ? cut(images, pixels) : images;
  cutOut.forEach((image, i) => {
    if (image.length !== pixels) {
      throw new RangeError(
        `Cannot draw image ${i}: expected ${height} x ${width} = ${pixels} pixels, found ${image.length}`,
      );
    }
  });
  if (titles && titles.length !== cutOut.length) {
    throw new RangeError(
      `Cannot title the images: expected ${cutOut.length} titles, one an image, found ${titles.length}`,
    );
  }
  if (boxes && boxes.length !== cutOut.length) {
    throw new RangeError(
      `Cannot draw boxes: expected ${cutOut.length}, one an image, found ${boxes.length}`,
    );
  }

  const across = Math.max(1, Math.min(columns, cutOut.length));
  const rows = Math.max(1, Math.ceil(cutOut.length / across));
  const unit = Math.min(LARGEST, (WIDTH - MARGIN.l - MARGIN.r) / (across * (width + GAP) - GAP));
  const texts = (titles ?? []).map((text) => plain(String(text)).replaceAll("\n", "<br>"));
  const lines = Math.max(1, ...texts.map((text) => text.split("<br>").length));
  const head = titles ? Math.ceil((LINE * lines + 5) / unit) : GAP;
  const columnStep = width + GAP;
  const rowStep = height + head;
  const total = { columns: across * columnStep - GAP, rows: rows * rowStep };

  const corner = (i: number) => ({
    top: Math.floor(i / across) * rowStep + head,
    left: (i % across) * columnStep,
  });

  const z = Array.from(
    { length: total.rows },
    () => new Array<number>(total.columns).fill(0),
  );
  cutOut.forEach((image, i) => {
    const { top, left } = corner(i);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) z[top + y]![left + x] = image[y * width + x]!;
    }
  });

  return {
    data: [{
      type: "heatmap",
      z,
      zmin: 0,
      zmax: 255,
      colorscale: [[0, "#FFFFFF"], [1, "#000000"]],
      showscale: false,
      hovertemplate: "pixel %{z} of 255<extra></extra>",
    }],
    layout: baseLayout(title, Math.round(total.rows * unit) + MARGIN.t + MARGIN.b, {
      width: Math.max(Math.round(total.columns * unit) + MARGIN.l + MARGIN.r, 360),
      margin: MARGIN,
      xaxis: { visible: false, range: [-.5, total.columns - .5], constrain: "domain" },
      yaxis: {
        visible: false,
        range: [total.rows - .5, -.5],
        scaleanchor: "x",
        constrain: "domain",
      },
      annotations: texts.map((text, i) => ({
        text,
        x: corner(i).left + (width - 1) / 2,
        y: corner(i).top - .5,
        xanchor: "center",
        yanchor: "bottom",
        yshift: 0,
        showarrow: false,
        font: { size: 12 },
      })),
      ...(boxes && {
        shapes: boxes.flatMap((box, i) => [
          outline({ top: 0, left: 0, height, width }, corner(i), { color: "#AAAAAA", width: 1 }),
          outline(box, corner(i), { color: palette.vermillion, width: 2 }),
        ]),
      }),
    }),
  };
}

/** Outline of a box. Pixel centres have integer coordinates, so edges are half a pixel before. */
function outline(
  box: Box,
  { top, left }: { readonly top: number; readonly left: number },
  line: { readonly color: string; readonly width: number },
): Record<string, Json> {
  const x = left + box.left - .5, y = top + box.top - .5;
  return { type: "rect", x0: x, x1: x + box.width, y0: y, y1: y + box.height, line };
}

/** Labelled images of one size with their predictions, for {@linkcode mistakesFigure}. */
export interface Classified {
  /** [count, height·width], 0..255. */
  readonly images: Uint8Array;
  /** [count]: true classes. */
  readonly labels: ArrayLike<number>;
  /** [count]: predicted classes. */
  readonly predictions: ArrayLike<number>;
}

/** Options of {@linkcode mistakesFigure}. */
export interface MistakesFigureOptions {
  /** Pixels in a column. */
  readonly height: number;
  /** Pixels in a row. */
  readonly width: number;
  /** Maximum number of mistakes to show, in the order of the images. Default 30. */
  readonly max?: number;
  /** Images in a row. Default 10, or 8 where the classes have names. */
  readonly columns?: number;
  /** Names of the classes. Default: their numbers. */
  readonly names?: readonly string[];
  /** Above the figure. Default: how many mistakes there are. */
  readonly title?: string;
}

/**
 * Draws the first misclassified images, each under "true → predicted".
 *
 * @throws {RangeError} if there are not as many labels as predictions and images
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mistakesFigure } from "gradnets/notebook/figures.ts";
 *
 * const figure = mistakesFigure(
 *   { images: new Uint8Array(3 * 4), labels: [4, 1, 7], predictions: [9, 1, 7] },
 *   { height: 2, width: 2 },
 * );
 * assertEquals((figure.layout.annotations as { text: string }[])[0]!.text, "4 → 9");
 * ```
 */
export function mistakesFigure(
  { images, labels, predictions }: Classified,
  options: MistakesFigureOptions,
): Figure {
  const { height, width, max, names, ...asked } = optionsOf(
    "show mistakes",
    "MistakesFigureOptions",
    {
      height: [SIDE],
      width: [SIDE],
      max: [integer(0), 30],
      columns: [optional(integer(1))],
      names: [optional(list(text))],
      title: [optional(text)],
    },
    options,
  );
  const { columns = names ? 8 : 10 } = asked;
  const count = images.length / (height * width);
  if (labels.length !== count || predictions.length !== count) {
    throw new RangeError(
      `Cannot show mistakes: ${count} images, ${labels.length} labels and ${predictions.length} ` +
        "predictions, expected as many of each",
    );
  }
  const wrong = Array.from(labels, (_, i) => i).filter((i) => labels[i] !== predictions[i]);
  const shown = wrong.slice(0, max);
  const name = (i: number | undefined) => names?.[i!] ?? String(i);
  const counted = wrong.length === 0
    ? `No mistakes on ${thousands(count)} images`
    : `${shown.length < wrong.length ? `The first ${shown.length} of ` : ""}` +
      `${thousands(wrong.length)} ${wrong.length === 1 ? "mistake" : "mistakes"} on ` +
      `${thousands(count)} images (true → predicted)`;
  return digitsFigure(
    shown.map((i) => images.subarray(i * height * width, (i + 1) * height * width)),
    {
      height,
      width,
      columns,
      title: asked.title ?? counted,
      titles: shown.map((i) => `${name(labels[i])} →${names ? "\n" : " "}${name(predictions[i])}`),
    },
  );
}

/** Cuts an array of images into views of one image each. */
function cut(images: Uint8Array, pixels: number): readonly Uint8Array[] {
  if (images.length % pixels !== 0) {
    throw new RangeError(
      `Cannot draw images: expected a multiple of ${pixels} pixels, found ${images.length}`,
    );
  }
  return Array.from(
    { length: images.length / pixels },
    (_, i) => images.subarray(i * pixels, (i + 1) * pixels),
  );
}
