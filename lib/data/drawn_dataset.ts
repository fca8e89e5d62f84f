/** A data set of drawn digits, as small as a quick try needs. */

import { type Dataset, makeDataset } from "./dataset.ts";
import { drawDigits } from "./drawn.ts";
import { SIZE } from "./ink.ts";
import { integer, optionsOf } from "../validate.ts";

/** As many images of 28×28 as fit in 1 GiB. */
const MAX_DIGITS = 1_000_000;

/** Options of {@linkcode drawnDataset}. */
export interface DrawnDatasetOptions {
  /** Training images. Default 5,000. */
  readonly train?: number;
  /** Validation images. Default 500. */
  readonly validation?: number;
  /** Test images. Default 1,000. */
  readonly test?: number;
  /** Seed of the digits. Default 0. */
  readonly seed?: number;
}

/**
 * Makes a small data set of drawn digits, for quick experiments without MNIST.
 *
 * @throws {RangeError} if a count is not an integer, or a split is empty
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { drawnDataset } from "gradnets/core";
 *
 * const { name, train, test } = drawnDataset({ train: 200, validation: 10, test: 50 });
 * assertEquals([name, train.count, test.count], ["drawn digits", 200, 50]);
 * ```
 */
export function drawnDataset(options: DrawnDatasetOptions = {}): Dataset {
  const { train, validation, test, seed } = optionsOf<Required<DrawnDatasetOptions>>(
    "draw a data set",
    "DrawnDatasetOptions",
    {
      train: [integer(1, MAX_DIGITS), 5000],
      validation: [integer(0, MAX_DIGITS), 500],
      test: [integer(1, MAX_DIGITS), 1000],
      seed: [integer(0, 2 ** 32 - 1), 0],
    },
    options,
  );
  const pair = (count: number, offset: number) => {
    const { images, labels } = drawDigits({ count, seed, offset });
    return [
      { type: "uint8", shape: [count, SIZE, SIZE], data: images },
      { type: "uint8", shape: [count], data: labels },
    ] as const;
  };
  const [trainImages, trainLabels] = pair(train + validation, 0);
  const [testImages, testLabels] = pair(test, train + validation);
  return makeDataset({
    name: "drawn digits",
    source: `drawn by this program, seed ${seed}`,
    trainImages,
    trainLabels,
    testImages,
    testLabels,
    validation,
  });
}
