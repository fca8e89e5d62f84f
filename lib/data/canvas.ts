/** Places digits at random positions on a larger canvas. */

import { Random } from "../random.ts";
import type { Dataset, Split } from "./dataset.ts";
import { integer, optionsOf } from "../validate.ts";

/** Digits on canvases, and their positions. */
export interface Placed {
  /** [count, canvas·canvas], the given pixels, padded with 0. */
  readonly images: Uint8Array<ArrayBuffer>;
  /** [count, 2], row and column of each digit's top left pixel. */
  readonly corners: Int32Array<ArrayBuffer>;
}

/** Options of {@linkcode placeDigits}. */
export interface PlaceOptions {
  /** Height and width of an image. Default 28. */
  readonly size?: number;
  /** Height and width of a canvas. Default 60. */
  readonly canvas?: number;
  /** Source of the positions: two numbers per image. */
  readonly random: Random;
}

/**
 * Puts each image at a uniformly random position on an empty canvas.
 *
 * @param images [count, size·size]
 * @throws {RangeError} if an image is incomplete, or larger than a canvas
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "gradnets";
 * import { placeDigits } from "gradnets/data/canvas.ts";
 *
 * const dot = new Uint8Array([1]);
 * const { images, corners } = placeDigits(dot, { size: 1, canvas: 3, random: new Random(0) });
 * assertEquals(images.indexOf(1), 3 * corners[0]! + corners[1]!);
 * ```
 */
export function placeDigits(
  images: Uint8Array,
  { size = 28, canvas = 60, random }: PlaceOptions,
): Placed {
  const count = images.length / (size * size);
  if (!Number.isInteger(count)) {
    throw new RangeError(
      `Cannot place images of ${size}×${size}: ${images.length} pixels are no whole number of them`,
    );
  }
  if (!(canvas >= size)) {
    throw new RangeError(`Cannot place images of ${size}×${size} on ${canvas}×${canvas}`);
  }
  const placed = new Uint8Array(count * canvas * canvas);
  const corners = new Int32Array(count * 2);
  for (let n = 0; n < count; n++) {
    const top = random.below(canvas - size + 1), left = random.below(canvas - size + 1);
    corners.set([top, left], 2 * n);
    for (let row = 0; row < size; row++) {
      const from = (n * size + row) * size;
      placed.set(images.subarray(from, from + size), (n * canvas + top + row) * canvas + left);
    }
  }
  return { images: placed, corners };
}

/** A data set on canvases, and the positions of its test digits. */
export interface PlacedDataset extends Dataset {
  /** [test.count, 2], row and column of each test digit's top left pixel. */
  readonly corners: Int32Array;
}

/** Options of {@linkcode placeOnCanvas}. */
export interface CanvasOptions {
  /** Height and width of a canvas. Default 60. */
  readonly canvas?: number;
  /** Seed of the positions. Default 1. */
  readonly seed?: number;
}

// Random streams: one per iteration for training digits, and one per TOGETHER images for test and
// validation digits.
const TRAIN = 0x3000_0000, TEST = 0x6000_0000, VALIDATION = 0x7000_0000, TOGETHER = 250;

/**
 * Places the images on larger canvases. Test and validation digits keep their positions; training
 * digits get new ones in every batch.
 *
 * @throws {RangeError} if the images are not square, or larger than a canvas
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { drawnDataset } from "gradnets";
 * import { placeOnCanvas } from "gradnets/data/canvas.ts";
 *
 * const digits = drawnDataset({ train: 20, validation: 5, test: 10 });
 * const placed = placeOnCanvas(digits, { canvas: 40 });
 * assertEquals([placed.inputs, placed.test.images.length], [1600, 16_000]);
 * ```
 */
export function placeOnCanvas(
  data: Dataset,
  options: CanvasOptions = {},
): PlacedDataset {
  const { canvas, seed } = optionsOf<Required<CanvasOptions>>(
    "place on canvases",
    "CanvasOptions",
    {
      canvas: [integer(1, 1024), 60],
      seed: [integer(0, 2 ** 32 - 1), 1],
    },
    options,
  );
  const { height: size } = data;
  if (size !== data.width) {
    throw new RangeError(`Cannot place images of ${size}×${data.width}: expected squares`);
  }
  const place = (images: Uint8Array, stream: number) =>
    placeDigits(images, { size, canvas, random: new Random(seed, stream) });
  const whole = ({ images, labels, count }: Split, stream: number) => {
    const parts = Array.from({ length: Math.ceil(count / TOGETHER) }, (_, i) => i * TOGETHER)
      .map((from) => {
        const end = (from + TOGETHER) * data.inputs;
        return place(images.subarray(from * data.inputs, end), stream + from);
      });
    const placed = new Uint8Array(count * canvas * canvas), corners = new Int32Array(count * 2);
    parts.forEach((part, i) => {
      placed.set(part.images, i * TOGETHER * canvas * canvas);
      corners.set(part.corners, i * TOGETHER * 2);
    });
    return { split: { images: placed, labels, count }, corners };
  };
  const test = whole(data.test, TEST);
  return {
    ...data,
    height: canvas,
    width: canvas,
    inputs: canvas * canvas,
    train: { ...data.train, augment: (images, iter) => place(images, TRAIN + iter).images },
    validation: whole(data.validation, VALIDATION).split,
    test: test.split,
    corners: test.corners,
  };
}
