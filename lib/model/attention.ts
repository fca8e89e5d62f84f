/** Differentiable attention: reads a window of an image by matrix products. */

import * as tf from "../tf.ts";

/** Options of {@linkcode readingMatrix}. */
export interface ReadingOptions {
  /** Pixels of the image along this axis. */
  readonly pixels: number;
  /** Points to read along this axis, one pixel apart. */
  readonly points: number;
}

/**
 * A[i, h] = max(0, 1 − |h − p_i|) with p_i = centre + i − (points−1)/2: row i interpolates
 * linearly between the two pixels next to p_i. Pixels are counted from 0; beyond the image is 0.
 *
 * It is the bilinear kernel of spatial transformers (Jaderberg et al., arXiv 1506.02025, eq. 5)
 * as a matrix for one axis.
 *
 * @param centre [batch], middle of the window in pixels
 * @returns [batch, points, pixels]
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { readingMatrix } from "gradnets/model/attention.ts";
 *
 * const A = tf.tidy(() => readingMatrix(tf.tensor1d([1.75]), { pixels: 4, points: 2 }).arraySync());
 * assertEquals(A, [[[0, 0.75, 0.25, 0], [0, 0, 0.75, 0.25]]]); // reads at 1.25 and 2.25
 * ```
 */
export function readingMatrix(
  centre: tf.Tensor1D,
  { pixels, points }: ReadingOptions,
): tf.Tensor3D {
  const p = tf.add(tf.reshape(centre, [-1, 1, 1]), offsets(points));
  const h = tf.reshape(tf.range(0, pixels), [1, 1, pixels]);
  return tf.relu(tf.sub(1, tf.abs(tf.sub(h, p))));
}

/** [1, points, 1]: …, −1, 0, 1, … */
function offsets(points: number): tf.Tensor3D {
  return tf.reshape(tf.sub(tf.range(0, points), (points - 1) / 2), [1, points, 1]);
}

/**
 * Reads a window of each image: A_y · image · A_xᵀ. Differentiable in the centre, so that a net can
 * learn where to look.
 *
 * @param images [batch, height, width]
 * @param centres [batch, 2], row and column of the window's middle in pixels
 * @param points height and width of the window
 * @returns [batch, points, points]
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { glimpse } from "gradnets/model/attention.ts";
 *
 * const image = tf.tensor3d([[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]);
 * const seen = tf.tidy(() => glimpse(image, tf.tensor2d([[0.5, 1.5]]), 2).arraySync());
 * assertEquals(seen, [[[2, 3], [5, 6]]]); // whole pixels: the window as it is
 * image.dispose();
 * ```
 */
export function glimpse(
  images: tf.Tensor3D,
  centres: tf.Tensor2D,
  points: number,
): tf.Tensor3D {
  const [, height, width] = images.shape;
  const [row, column] = tf.unstack(centres, 1) as [tf.Tensor1D, tf.Tensor1D];
  const Ay = readingMatrix(row, { pixels: height, points });
  const Ax = readingMatrix(column, { pixels: width, points });
  return tf.matMul(tf.matMul(Ay, images), Ax, false, true);
}

/**
 * Averages squares of pixels: the whole image at a lower resolution.
 *
 * @param images [batch, height, width]
 * @param factor height and width of a square
 * @returns [batch, height/factor, width/factor]
 * @throws {RangeError} if the squares do not fill the image
 */
export function downsample(images: tf.Tensor3D, factor: number): tf.Tensor3D {
  const [batch, height, width] = images.shape;
  if (height % factor !== 0 || width % factor !== 0) {
    throw new RangeError(
      `Cannot downsample ${height}×${width} images by ${factor}: expected whole squares`,
    );
  }
  const grey = tf.reshape<tf.Rank.R4>(images, [batch, height, width, 1]);
  const pooled = tf.avgPool(grey, factor, factor, "valid");
  return tf.reshape(pooled, [batch, height / factor, width / factor]);
}
