/** Digits at random places of a larger canvas. */

import type { Random } from "../random.ts";

/** Digits, and where on their canvases they are. */
export interface Placed {
  /** [count, canvas·canvas], of the pixels as they were given, 0 around them. */
  readonly images: Float32Array<ArrayBuffer>;
  /** [count, 2]: row and column of each digit's own top left pixel. */
  readonly corners: Int32Array<ArrayBuffer>;
}

/** Options of {@linkcode placeDigits}. */
export interface PlaceOptions {
  /** Height of an image, and its width. Default 28. */
  readonly size?: number;
  /** Height of a canvas, and its width. Default 60. */
  readonly canvas?: number;
  /** Two numbers an image are drawn from it. */
  readonly random: Random;
}

/**
 * Puts each image at a place of its own on an empty canvas; every place is as likely.
 *
 * @param images [count, size·size]
 * @throws {RangeError} if the images are not whole, or larger than a canvas
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "gradnets";
 * import { placeDigits } from "gradnets/data/canvas.ts";
 *
 * const dot = new Float32Array([1]);
 * const { images, corners } = placeDigits(dot, { size: 1, canvas: 3, random: new Random(0) });
 * assertEquals(images.indexOf(1), 3 * corners[0]! + corners[1]!);
 * ```
 */
export function placeDigits(
  images: Float32Array,
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
  const placed = new Float32Array(count * canvas * canvas);
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
