import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { Random, startBackend } from "gradnets";
import { downsample, glimpse, readingMatrix } from "gradnets/model/attention.ts";
import { assertClose, values, withoutLeak } from "../helpers/close.ts";
import { centralDifferences } from "../helpers/float64.ts";

await startBackend();

/** The pixel of image [height, width] at a place between pixels, the textbook way, in float64. */
function bilinear(image: ArrayLike<number>, height: number, width: number, y: number, x: number) {
  const pixel = (row: number, column: number) =>
    row >= 0 && row < height && column >= 0 && column < width ? image[row * width + column]! : 0;
  const top = Math.floor(y), left = Math.floor(x), dy = y - top, dx = x - left;
  return (1 - dy) * ((1 - dx) * pixel(top, left) + dx * pixel(top, left + 1)) +
    dy * ((1 - dx) * pixel(top + 1, left) + dx * pixel(top + 1, left + 1));
}

function window(image: ArrayLike<number>, [h, w]: [number, number], c: Float64Array, n: number) {
  return Array.from(
    { length: n * n },
    (_, i) =>
      bilinear(image, h, w, c[0]! + Math.floor(i / n) - (n - 1) / 2, c[1]! + i % n - (n - 1) / 2),
  );
}

Deno.test("readingMatrix() with its middle on whole pixels is the identity, shifted", () => {
  const A = tf.tidy(() => readingMatrix(tf.tensor1d([2, 3]), { pixels: 5, points: 3 }).arraySync());
  assertEquals(A, [
    [[0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0]],
    [[0, 0, 1, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1]],
  ]);
});

Deno.test("readingMatrix() weighs add up to 1 inside the image, and fade to 0 beyond it", () => {
  const sums = (centre: number) =>
    tf.tidy(() =>
      values(tf.sum(readingMatrix(tf.tensor1d([centre]), { pixels: 6, points: 1 }), 2))
    );
  assertClose([0, 0.3, 2.71, 5].map((c) => sums(c)[0]!), [1, 1, 1, 1], { rel: 1e-6 });
  assertClose([-0.25, 5.75, 9, -1].map((c) => sums(c)[0]!), [0.75, 0.25, 0, 0], { rel: 1e-6 });
});

Deno.test("glimpse() reads each image at its own place, as bilinear interpolation does", async () => {
  const H = 7, W = 9, N = 4;
  const random = new Random(3);
  const images = Float64Array.from({ length: 2 * H * W }, () => Math.fround(random.uniform()));
  // the second window hangs over the lower right corner
  const centres = [Float64Array.of(2.3, 4.9), Float64Array.of(5.6, 7.45)];
  const dy = Float64Array.from({ length: 2 * N * N }, () => Math.fround(random.normal()));
  const of = (n: number) => images.subarray(n * H * W, (n + 1) * H * W);
  await withoutLeak(() => {
    const c = tf.tidy(() => tf.variable(tf.tensor2d([...centres[0]!, ...centres[1]!], [2, 2])));
    tf.tidy(() => {
      const x = tf.tensor3d(Float32Array.from(images), [2, H, W]);
      const expected = centres.flatMap((c, n) => window(of(n), [H, W], c, N));
      assertClose(values(glimpse(x, c, N)), expected, { rel: 1e-5, what: "glimpse" });

      const weigh = tf.tensor3d(Float32Array.from(dy), [2, N, N]);
      const { grads } = tf.variableGrads(
        () => tf.sum(tf.mul(weigh, glimpse(x, c, N))) as tf.Scalar,
        [c],
      );
      const differences = centres.flatMap((c, n) => [
        ...centralDifferences(
          c,
          () => window(of(n), [H, W], c, N).reduce((sum, y, i) => sum + y * dy[n * N * N + i]!, 0),
        ),
      ]);
      assertClose(values(grads[c.name]!), differences, { rel: 1e-4, what: "gradient" });
    });
    c.dispose();
  });
});

Deno.test("glimpse() of a whole-pixel window is that part of the image, exactly", () => {
  const image = Float32Array.from({ length: 36 }, (_, i) => i);
  const seen = tf.tidy(() =>
    values(glimpse(tf.tensor3d(image, [1, 6, 6]), tf.tensor2d([[2, 3]]), 3))
  );
  assertEquals([...seen], [8, 9, 10, 14, 15, 16, 20, 21, 22]);
});

Deno.test("downsample() takes means of squares, and refuses squares that do not fit", () => {
  const image = tf.tensor3d([[[1, 3, 0, 0], [5, 7, 0, 4]]]);
  assertEquals(tf.tidy(() => downsample(image, 2).arraySync()), [[[4, 1]]]);
  assertThrows(() => downsample(image, 3), RangeError, "2×4 images by 3");
  image.dispose();
});
