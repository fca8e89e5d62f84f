/**
 * Images and labels, split as in the 2015 notebook: the first 5,000 training images are for
 * validation. batches.ts iterates over the others.
 */
import { type Check, integer, isObject, optionsOf, refusal, text } from "../validate.ts";
import { type Idx, shapeText } from "./idx.ts";

/** Images and labels, as views on the bytes of the file. */
export interface Split {
  /** [count, height·width], 0 to 255 */
  readonly images: Uint8Array;
  /** [count], 0 to classes − 1 */
  readonly labels: Uint8Array;
  /** Number of images. */
  readonly count: number;
  /**
   * Augments the images of training batch `iter`, [size, height·width], such as by a shift. Default:
   * no augmentation.
   */
  readonly augment?: (images: Uint8Array, iter: number) => Uint8Array<ArrayBuffer>;
}

/** Three splits of images of one size, and their source. */
export interface Dataset {
  /** "MNIST" if all four files are genuine, "drawn digits", or the name of the directory. */
  readonly name: string;
  /** Where the files are, or how they were made, in plain words. */
  readonly source: string;
  /** Height of an image in pixels. */
  readonly height: number;
  /** Width of an image in pixels. */
  readonly width: number;
  /** height·width */
  readonly inputs: number;
  /** Highest training label + 1. */
  readonly classes: number;
  /** Training set. */
  readonly train: Split;
  /** Validation set, held out of the training images. */
  readonly validation: Split;
  /** Test set. */
  readonly test: Split;
}

const anyText: Check<string> = (value, path) => value === "" ? "" : text(value, path);

const anIdx: Check<Idx> = (value, path) => {
  const { type, shape, data } = isObject(value) ? value : {};
  if (typeof type === "string" && Array.isArray(shape) && ArrayBuffer.isView(data)) {
    return value as Idx;
  }
  throw refusal(path, "an IDX array, as parseIdx gives", value);
};

/** Options of {@linkcode makeDataset}. */
export interface DatasetFiles {
  /** Name of the data set. */
  readonly name: string;
  /** Where the files are, or how they were made, in plain words. */
  readonly source: string;
  /** uint8 [count, height, width] */
  readonly trainImages: Idx;
  /** uint8 [count] */
  readonly trainLabels: Idx;
  /** uint8 [count, height, width], of the same height and width */
  readonly testImages: Idx;
  /** uint8 [count] */
  readonly testLabels: Idx;
  /** Number of training images to hold out for validation, from the first. Default 5,000. */
  readonly validation?: number;
}

/**
 * Splits four IDX files into train, validation and test: of MNIST's 60,000 training images the
 * first 5,000 are for validation and the other 55,000 for training. Copies no bytes.
 *
 * @throws {TypeError} if images are not uint8 of rank 3 or labels not uint8 of rank 1
 * @throws {RangeError} if counts or image sizes disagree, a split would be empty, or a test label
 * does not occur in training
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { makeDataset } from "gradnets/data/dataset.ts";
 *
 * const images = { type: "uint8", shape: [4, 1, 2], data: new Uint8Array(8) } as const;
 * const labels = { type: "uint8", shape: [4], data: new Uint8Array([0, 1, 2, 1]) } as const;
 * const data = makeDataset({ name: "mine", source: "here", validation: 1,
 *   trainImages: images, trainLabels: labels, testImages: images, testLabels: labels });
 * assertEquals([data.train.count, data.validation.count, data.test.count], [3, 1, 4]);
 * assertEquals([data.inputs, data.classes], [2, 3]);
 * ```
 */
export function makeDataset(files: DatasetFiles): Dataset {
  const { name, source, validation } = optionsOf<Required<DatasetFiles>>(
    "make a data set",
    "DatasetFiles",
    {
      name: [text],
      source: [anyText],
      trainImages: [anIdx],
      trainLabels: [anIdx],
      testImages: [anIdx],
      testLabels: [anIdx],
      validation: [integer(0), 5000],
    },
    files,
  );
  const train = pair(name, "training", files.trainImages, files.trainLabels);
  const test = pair(name, "test", files.testImages, files.testLabels);
  const { height, width, count } = train;
  if (test.height !== height || test.width !== width) {
    throw new RangeError(
      `Cannot use ${name}: its training images are ${height}×${width}, ` +
        `its test images ${test.height}×${test.width}`,
    );
  }
  if (validation >= count) {
    throw new RangeError(
      `Cannot keep ${validation} of the ${count} training images of ${name} for validation: none ` +
        `would be left to train on. Set the option validation lower, such as ${
          Math.floor(count / 12)
        }`,
    );
  }
  const classes = highest(train.labels) + 1;
  checkLabels(test.labels, classes, `the test set of ${name}`);
  return {
    name,
    source,
    height,
    width,
    inputs: height * width,
    classes,
    train: part(train, validation, count),
    validation: part(train, 0, validation),
    test: part(test, 0, test.count),
  };
}

interface Pair extends Split {
  readonly height: number;
  readonly width: number;
}

function pair(name: string, which: string, images: Idx, labels: Idx): Pair {
  if (images.type !== "uint8" || images.shape.length !== 3) {
    throw new TypeError(
      `Cannot use the ${which} images of ${name}: expected uint8 of rank 3 (count×height×width), ` +
        `found ${images.type} ${shapeText(images.shape)}`,
    );
  }
  if (labels.type !== "uint8" || labels.shape.length !== 1) {
    throw new TypeError(
      `Cannot use the ${which} labels of ${name}: expected uint8 of rank 1 (count), ` +
        `found ${labels.type} ${shapeText(labels.shape)}`,
    );
  }
  const [count, height, width] = images.shape as [number, number, number];
  if (labels.shape[0] !== count) {
    throw new RangeError(
      `Cannot use the ${which} set of ${name}: it has ${count} images but ${
        labels.shape[0]
      } labels`,
    );
  }
  if (images.data.length === 0) {
    throw new RangeError(
      `Cannot use the ${which} images of ${name}: there are no pixels in ${
        shapeText(images.shape)
      }`,
    );
  }
  return { images: images.data, labels: labels.data, count, height, width };
}

function part(from: Pair, start: number, end: number): Split {
  const inputs = from.height * from.width;
  return {
    images: from.images.subarray(start * inputs, end * inputs),
    labels: from.labels.subarray(start, end),
    count: end - start,
  };
}

/**
 * Refuses labels from `classes` up, which a network has no output for.
 *
 * @param labels [count]
 * @param where owner of the labels, for the message
 * @throws {RangeError} if a label is not below `classes`; the message has the first and its index
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkLabels } from "gradnets/data/dataset.ts";
 *
 * checkLabels(new Uint8Array([0, 9]), 10);
 * assertThrows(() => checkLabels(new Uint8Array([0, 9]), 9), RangeError, "label 9 of image 1");
 * ```
 */
export function checkLabels(labels: Uint8Array, classes: number, where = "this split"): void {
  const at = labels.findIndex((label) => label >= classes);
  if (at === -1) return;
  throw new RangeError(
    `Cannot use label ${labels[at]} of image ${at} of ${where}: expected 0 to ${classes - 1}`,
  );
}

const highest = (labels: Uint8Array) => labels.reduce((a, b) => Math.max(a, b), 0);
