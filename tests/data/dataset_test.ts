/** Splits and batches, on images whose pixels say which image they are. */
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { type Batch, Batches, splitImages } from "gradnets/data/batches.ts";
import { type DatasetFiles, makeDataset, type Split } from "gradnets/data/dataset.ts";
import type { Idx } from "gradnets/data/idx.ts";

const uint8 = (shape: number[], data: number[]): Idx => ({
  type: "uint8",
  shape,
  data: new Uint8Array(data),
});

/** Five training images of 1×2 pixels (10, 11), (20, 21) … and two test images. */
function files(other: Partial<DatasetFiles> = {}): DatasetFiles {
  return {
    name: "mine",
    source: "here",
    trainImages: uint8([5, 1, 2], [10, 11, 20, 21, 30, 31, 40, 41, 50, 51]),
    trainLabels: uint8([5], [1, 2, 0, 3, 0]),
    testImages: uint8([2, 1, 2], [60, 61, 70, 71]),
    testLabels: uint8([2], [3, 0]),
    validation: 2,
    ...other,
  };
}

Deno.test("makeDataset() keeps the first images for validation, as the original does", () => {
  const data = makeDataset(files());
  assertEquals(data, {
    name: "mine",
    source: "here",
    height: 1,
    width: 2,
    inputs: 2,
    classes: 4,
    validation: {
      images: new Uint8Array([10, 11, 20, 21]),
      labels: new Uint8Array([1, 2]),
      count: 2,
    },
    train: {
      images: new Uint8Array([30, 31, 40, 41, 50, 51]),
      labels: new Uint8Array([0, 3, 0]),
      count: 3,
    },
    test: { images: new Uint8Array([60, 61, 70, 71]), labels: new Uint8Array([3, 0]), count: 2 },
  });
});

Deno.test("makeDataset() copies nothing", () => {
  const given = files();
  const data = makeDataset(given);
  assertStrictEquals(data.train.images.buffer, given.trainImages.data.buffer);
  assertStrictEquals(data.validation.labels.buffer, given.trainLabels.data.buffer);
  assertStrictEquals(data.test.images.buffer, given.testImages.data.buffer);
});

Deno.test("makeDataset() takes 5,000 for validation if it is not told, or as many as it is", () => {
  const count = 5003;
  const { validation: _, ...rest } = files({
    trainImages: uint8([count, 1, 1], Array(count).fill(7)),
    trainLabels: uint8([count], Array(count).fill(3)),
    testImages: uint8([2, 1, 1], [1, 2]),
  });
  const data = makeDataset(rest);
  assertEquals([data.validation.count, data.train.count], [5000, 3]);
  const none = makeDataset(files({ validation: 0 }));
  assertEquals([none.validation.count, none.train.count], [0, 5]);
  assertEquals(splitImages(none.validation), new Float32Array(0));
});

Deno.test("makeDataset() refuses too few images for validation and says what to do", () => {
  const { validation: _, ...rest } = files();
  const error = assertThrows(() => makeDataset(rest), RangeError);
  assertStringIncludes(error.message, "Cannot keep 5000 of the 5 training images of mine");
  assertStringIncludes(error.message, "Set the option validation lower");
  assertThrows(() => makeDataset(files({ validation: 5 })), RangeError, "none");
  for (const validation of [-1, 0.5, NaN]) {
    assertThrows(
      () => makeDataset(files({ validation })),
      RangeError,
      `from 0 up, but is ${validation}`,
    );
  }
});

const REFUSED: {
  name: string;
  other: Partial<DatasetFiles>;
  error: typeof TypeError | typeof RangeError;
  says: string;
}[] = [
  {
    name: "images of another type",
    other: { trainImages: { type: "int8", shape: [5, 1, 2], data: new Int8Array(10) } },
    error: TypeError,
    says:
      "training images of mine: expected uint8 of rank 3 (count×height×width), found int8 5×1×2",
  },
  {
    name: "images of another rank",
    other: { testImages: uint8([2, 2], [1, 2, 3, 4]) },
    error: TypeError,
    says: "test images of mine: expected uint8 of rank 3 (count×height×width), found uint8 2×2",
  },
  {
    name: "labels of another type",
    other: { testLabels: { type: "int32", shape: [2], data: new Int32Array(2) } },
    error: TypeError,
    says: "test labels of mine: expected uint8 of rank 1 (count), found int32 2",
  },
  {
    name: "labels of another rank",
    other: { trainLabels: uint8([5, 1], [1, 2, 0, 3, 0]) },
    error: TypeError,
    says: "training labels of mine: expected uint8 of rank 1 (count), found uint8 5×1",
  },
  {
    name: "fewer training labels than images",
    other: { trainLabels: uint8([4], [0, 1, 2, 3]) },
    error: RangeError,
    says: "training set of mine: it has 5 images but 4 labels",
  },
  {
    name: "more test labels than images",
    other: { testLabels: uint8([3], [0, 1, 2]) },
    error: RangeError,
    says: "test set of mine: it has 2 images but 3 labels",
  },
  {
    name: "test images of another size",
    other: { testImages: uint8([2, 2, 1], [1, 2, 3, 4]) },
    error: RangeError,
    says: "training images are 1×2, its test images 2×1",
  },
  {
    name: "a label that occurs in the test set only",
    other: { testLabels: uint8([2], [4, 0]) },
    error: RangeError,
    says: "label 4 of image 0 of the test set of mine: expected 0 to 3",
  },
  {
    name: "an empty test set",
    other: { testImages: uint8([0, 1, 2], []), testLabels: uint8([0], []) },
    error: RangeError,
    says: "test images of mine: there are no pixels in 0×1×2",
  },
  {
    name: "images without pixels",
    other: { trainImages: uint8([5, 0, 2], []) },
    error: RangeError,
    says: "training images of mine: there are no pixels in 5×0×2",
  },
];

for (const { name, other, error, says } of REFUSED) {
  Deno.test(`makeDataset() refuses ${name}`, () => {
    assertThrows(() => makeDataset(files(other)), error, says);
  });
}

Deno.test("splitImages() is pixel / 255 as float32, for every pixel", () => {
  const images = Uint8Array.from({ length: 256 }, (_, i) => i);
  const split: Split = { images, labels: new Uint8Array(64), count: 64 };
  const floats = splitImages(split);
  for (let i = 0; i < 256; i++) assertEquals(floats[i], Math.fround(i / 255));
  assertEquals(splitImages(split, 63), floats.subarray(252));
  assertEquals(splitImages(split, 5, 5), new Float32Array(0));
  for (const [start, end] of [[-1, 2], [3, 2], [0, 65], [0.5, 2], [0, NaN]]) {
    assertThrows(() => splitImages(split, start, end), RangeError, `but are ${start} and ${end}`);
  }
});

/** `count` images of 3 pixels, all of them the image's index, whose label is 255 − index. */
function numbered(count: number): Split {
  const images = Uint8Array.from({ length: 3 * count }, (_, i) => Math.floor(i / 3));
  return { images, labels: Uint8Array.from({ length: count }, (_, i) => 255 - i), count };
}

/** Indices of a batch's images; fails if image, pixels and label do not belong together. */
function indices({ images, pixels, labels }: Batch): number[] {
  assertEquals([images.length, pixels.length], [3 * labels.length, 3 * labels.length]);
  return Array.from(labels, (label, row) => {
    const index = 255 - label;
    for (let i = 0; i < 3; i++) {
      assertEquals(pixels[3 * row + i], index);
      assertEquals(images[3 * row + i], Math.fround(index / 255));
    }
    return index;
  });
}

function epoch(batches: Batches): number[] {
  return Array.from({ length: batches.perEpoch }, () => indices(batches.next())).flat();
}

const FILE_ORDER = Array.from({ length: 100 }, (_, i) => i);
const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b);

Deno.test("Batches runs through the first epoch in file order, then shuffles each anew", () => {
  const batches = new Batches(numbered(100), { batchSize: 20, seed: 0 });
  assertEquals(batches.perEpoch, 5);
  assertEquals(epoch(batches), FILE_ORDER);
  const later = [epoch(batches), epoch(batches), epoch(batches)];
  for (const order of later) {
    assertEquals(sorted(order), FILE_ORDER); // each image exactly once
    assertNotEquals(order, FILE_ORDER);
  }
  assertNotEquals(later[0], later[1]);
  assertNotEquals(later[1], later[2]);
});

Deno.test("Batches shuffles the first epoch too if it is asked", () => {
  const plain = new Batches(numbered(100), { batchSize: 20, seed: 1 });
  const shuffled = new Batches(numbered(100), { batchSize: 20, seed: 1, shuffleFirstEpoch: true });
  const first = epoch(shuffled);
  assertEquals(sorted(first), FILE_ORDER);
  assertNotEquals(first, FILE_ORDER);
  epoch(plain);
  assertEquals(epoch(shuffled), epoch(plain)); // later epochs do not depend on the option
});

Deno.test("Batches of one seed are the same, of another seed others; seed 0 is a seed", () => {
  const order = (seed: number) => {
    const batches = new Batches(numbered(100), { batchSize: 50, seed, iter: 2 });
    return epoch(batches);
  };
  assertEquals(order(0), order(0));
  assertEquals(order(3), order(3));
  assertNotEquals(order(0), order(1));
  assertNotEquals(order(1), order(3));
});

Deno.test("Batches says which iteration and epoch a batch belongs to", () => {
  const batches = new Batches(numbered(6), { batchSize: 2, seed: 1 });
  const at = Array.from({ length: 7 }, () => batches.next()).map((
    { iter, epoch },
  ) => [iter, epoch]);
  assertEquals(at, [[0, 0], [1, 0], [2, 0], [3, 1], [4, 1], [5, 1], [6, 2]]);
  assertEquals(batches.iter, 7);
});

Deno.test("Batches.seek() goes anywhere, with the batch that a run from the start gives", () => {
  const options = { batchSize: 7, seed: 5 };
  const run = new Batches(numbered(50), options); // 7 batches an epoch
  const all = Array.from({ length: 30 }, () => run.next());
  for (const iter of [29, 0, 8, 7, 6, 15]) { // backwards, across epochs and within one
    run.seek(iter);
    assertEquals(run.next(), all[iter]);
    assertEquals(new Batches(numbered(50), { ...options, iter }).next(), all[iter]);
  }
  for (const iter of [-1, 0.5, NaN, Infinity]) {
    assertThrows(() => run.seek(iter), RangeError, `but is ${iter}`);
    assertThrows(() => new Batches(numbered(50), { ...options, iter }), RangeError);
  }
  assertEquals(run.iter, 16); // a refusal changes nothing
});

Deno.test("Batches leaves out what does not fill a batch, and no batch crosses epochs", () => {
  const batches = new Batches(numbered(10), { batchSize: 4, seed: 2 });
  assertEquals(batches.perEpoch, 2);
  assertEquals(epoch(batches), [0, 1, 2, 3, 4, 5, 6, 7]);
  const seen = new Set<number>();
  for (let i = 0; i < 20; i++) {
    const order = epoch(batches);
    assertEquals(new Set(order).size, 8); // none twice
    order.forEach((index) => seen.add(index));
  }
  assertEquals(seen.size, 10); // it is not always the same that are left out
});

Deno.test("Batches gives new arrays, so that a batch can be kept", () => {
  const batches = new Batches(numbered(4), { batchSize: 2, seed: 1 });
  const first = batches.next();
  const copy = structuredClone(first);
  const second = batches.next();
  assert(first.images.buffer !== second.images.buffer);
  assert(first.pixels.buffer !== second.pixels.buffer);
  assertStrictEquals(first.images, first.images); // made once
  assertEquals(first, copy);
});

Deno.test("Batches refuses labels beyond the classes, before a batch is taken", () => {
  const split = { images: new Uint8Array(2), labels: new Uint8Array([1, 2]), count: 2 };
  const options = { batchSize: 1, seed: 1 };
  assertEquals(new Batches(split, { ...options, classes: 3 }).perEpoch, 2);
  assertThrows(
    () => new Batches(split, { ...options, classes: 2 }),
    RangeError,
    "label 2 of image 1 of this split: expected 0 to 1",
  );
});

Deno.test("Batches refuses a batch that cannot be filled, and bad seeds at once", () => {
  const split = numbered(10);
  for (const batchSize of [11, 0, -1, 2.5, NaN]) {
    const error = assertThrows(() => new Batches(split, { batchSize, seed: 1 }), RangeError);
    assertStringIncludes(error.message, `Cannot cut 10 images into batches: batchSize must be`);
    assertStringIncludes(error.message, "from 1 to 10");
  }
  assertEquals(new Batches(split, { batchSize: 10, seed: 1 }).perEpoch, 1);
  assertThrows(() => new Batches(split, { batchSize: 1, seed: -1 }), RangeError, "seed");
  assertThrows(
    () => new Batches(numbered(0), { batchSize: 1, seed: 1 }),
    RangeError,
    "Cannot cut 0",
  );
});
