/**
 * Reads a split as floats: whole, or in batches whose order depends only on seed and epoch.
 */
import { at } from "../at.ts";
import { Random, streams } from "../random.ts";
import { checkLabels, type Split } from "./dataset.ts";
import { flag, integer, shown } from "../validate.ts";

/** A batch of images and labels. */
export interface Batch {
  /** [size, inputs], 0 to 255. A new array for every batch. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** Inputs of a network, pixel / 255, in [0, 1]. Computed on first access. */
  readonly images: Float32Array<ArrayBuffer>;
  /** [size] */
  readonly labels: Uint8Array<ArrayBuffer>;
  /** Index of the batch, from 0, over all epochs. */
  readonly iter: number;
  /** Epoch of the batch: ⌊iter / batches per epoch⌋. */
  readonly epoch: number;
}

/** Options of {@linkcode Batches}. */
export interface BatchesOptions {
  /** Images per batch, at most {@linkcode Split.count}. */
  readonly batchSize: number;
  /** Integer in [0, 2³²). */
  readonly seed: number;
  /** Shuffle epoch 0 too; the original leaves it in file order. */
  readonly shuffleFirstEpoch?: boolean;
  /** Number of classes, to refuse labels beyond. Default: no check. */
  readonly classes?: number;
  /** Index of the first batch; see {@linkcode Batches.seek}. Default 0. */
  readonly iter?: number;
}

/** Table of pixel / 255 in float32: faster than a division. */
const PIXEL = Float32Array.from({ length: 256 }, (_, pixel) => pixel / 255);

/**
 * Converts the images `start` to `end` − 1 to inputs of a network: pixel / 255, in [0, 1].
 *
 * @returns a new array [end − start, inputs]
 * @throws {RangeError} if `start` and `end` are not whole numbers in order, from 0 to `split.count`
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { splitImages } from "gradnets/data/batches.ts";
 *
 * const split = { images: new Uint8Array([0, 255, 51, 0]), labels: new Uint8Array(2), count: 2 };
 * assertEquals(splitImages(split), new Float32Array([0, 1, 0.2, 0]));
 * assertEquals(splitImages(split, 1, 2), new Float32Array([0.2, 0]));
 * ```
 */
export function splitImages(split: Split, start = 0, end = split.count): Float32Array<ArrayBuffer> {
  const whole = Number.isInteger(start) && Number.isInteger(end);
  if (!whole || start < 0 || end < start || end > split.count) {
    throw new RangeError(
      `Cannot take images of a split of ${split.count}: start and end must be whole numbers in ` +
        `order, within it, but are ${shown(start)} and ${shown(end)}`,
    );
  }
  const inputs = split.count === 0 ? 0 : split.images.length / split.count;
  return toFloats(split.images.subarray(start * inputs, end * inputs));
}

function toFloats(pixels: Uint8Array): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(pixels.length);
  for (let i = 0; i < floats.length; i++) floats[i] = PIXEL[pixels[i] ?? 0] ?? NaN;
  return floats;
}

/**
 * An endless sequence of batches: epoch after epoch, each image at most once per epoch.
 *
 * Epoch 0 is in file order, as in the original; later ones are shuffled. The order depends only on
 * seed and epoch, so that a training can be resumed anywhere. No batch spans two epochs: the last
 * count mod batchSize images of an epoch are dropped (none for 55,000 in batches of 50).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Batches } from "gradnets/data/batches.ts";
 *
 * const split = { images: new Uint8Array([0, 255, 51]), labels: new Uint8Array([7, 8, 9]), count: 3 };
 * const batches = new Batches(split, { batchSize: 2, seed: 1 });
 * assertEquals(batches.perEpoch, 1);
 * assertEquals(batches.next(), {
 *   pixels: new Uint8Array([0, 255]), images: new Float32Array([0, 1]),
 *   labels: new Uint8Array([7, 8]), iter: 0, epoch: 0 });
 * assertEquals(batches.next().epoch, 1);
 * ```
 */
export class Batches {
  /** Batches per epoch: ⌊count / batchSize⌋. */
  readonly perEpoch: number;
  readonly #split: Split;
  readonly #batchSize: number;
  readonly #seed: number;
  readonly #shuffleFirstEpoch: boolean;
  readonly #order: Uint32Array;
  #epoch = -1; // epoch of #order
  #iter = 0;

  /**
   * Starts at the first batch, or at batch `iter`.
   *
   * @throws {RangeError} if `batchSize` is not a whole number from 1 to the split's count, `seed`
   * or `iter` is out of range, or a label is beyond `classes`
   */
  constructor(split: Split, options: BatchesOptions) {
    const { batchSize, seed, shuffleFirstEpoch = false, classes = Infinity, iter = 0 } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > split.count) {
      throw new RangeError(
        `Cannot cut ${split.count} images into batches: batchSize must be a whole number from 1 to ` +
          `${split.count}, but is ${shown(batchSize)}`,
      );
    }
    new Random(seed); // throws now, not at the first shuffle
    flag(shuffleFirstEpoch, "Cannot make batches: shuffleFirstEpoch");
    if (classes !== Infinity) integer(1)(classes, "Cannot make batches: classes");
    checkLabels(split.labels, classes);
    this.perEpoch = Math.floor(split.count / batchSize);
    this.#split = split;
    this.#batchSize = batchSize;
    this.#seed = seed;
    this.#shuffleFirstEpoch = shuffleFirstEpoch;
    this.#order = new Uint32Array(split.count);
    this.seek(iter);
  }

  /** Index of the next batch. */
  get iter(): number {
    return this.#iter;
  }

  /**
   * Moves to batch `iter`, forwards or backwards.
   *
   * @throws {RangeError} if `iter` is not a whole number from 0 on
   */
  seek(iter: number): void {
    if (!Number.isSafeInteger(iter) || iter < 0) {
      throw new RangeError(
        `Cannot go to a batch: iter must be a whole number from 0 on, but is ${shown(iter)}`,
      );
    }
    this.#iter = iter;
  }

  /** Returns the next batch. */
  next(): Batch {
    const iter = this.#iter;
    const epoch = Math.floor(iter / this.perEpoch);
    if (epoch !== this.#epoch) this.#shuffle(epoch);
    const size = this.#batchSize;
    const inputs = this.#split.images.length / this.#split.count;
    const drawn = new Uint8Array(size * inputs);
    const labels = new Uint8Array(size);
    const start = (iter % this.perEpoch) * size;
    for (let row = 0; row < size; row++) {
      const index = at(this.#order, start + row);
      labels[row] = at(this.#split.labels, index);
      drawn.set(this.#split.images.subarray(index * inputs, (index + 1) * inputs), row * inputs);
    }
    this.#iter = iter + 1;
    const pixels = this.#split.augment?.(drawn, iter) ?? drawn;
    let images: Batch["images"] | undefined;
    return {
      pixels,
      get images() {
        return images ??= toFloats(pixels);
      },
      labels,
      iter,
      epoch,
    };
  }

  #shuffle(epoch: number): void {
    for (let i = 0; i < this.#order.length; i++) this.#order[i] = i;
    if (epoch > 0 || this.#shuffleFirstEpoch) {
      new Random(this.#seed, streams.shuffle + epoch).shuffle(this.#order);
    }
    this.#epoch = epoch;
  }
}
