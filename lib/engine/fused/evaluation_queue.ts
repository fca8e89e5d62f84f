/**
 * Shares the chunks of an evaluation between two threads. The first thread takes chunks of images
 * from the front, the second one from the end, until they meet. The first takes back chunks that the
 * second does not finish soon, so neither depends on the other.
 *
 * Every chunk has a word `4·number + state` in shared memory, changed only by compare-and-exchange.
 * Evaluations are numbered, so a thread that wakes up late cannot change a later evaluation.
 */

// Words before those of the chunks: the number of the latest evaluation, and of its images.
const NUMBER = 0, IMAGES = 1, HEADER = 2;

// States of a chunk.
const TAKEN_BY_SECOND = 1, DONE_BY_SECOND = 2, TAKEN_BY_FIRST = 3;

const STOP = -1; // in place of the number

/** A pending evaluation. */
export interface Evaluation {
  /** From 1. */
  readonly number: number;
  readonly images: number;
}

/** The chunks of an evaluation, seen from either thread. */
export class EvaluationQueue {
  /** Buffer of the queue, for the second thread. */
  readonly shared: SharedArrayBuffer;
  /** Classes that the second thread found, one for each image. */
  readonly predictions: Uint8Array;
  readonly #size: number;
  readonly #words: Int32Array;

  /**
   * @param capacity most images of an evaluation
   * @param size images of a chunk; the last one may have less
   * @param shared what the first thread's queue has; none: new
   */
  constructor(capacity: number, size: number, shared?: SharedArrayBuffer) {
    const words = HEADER + Math.ceil(capacity / size);
    this.#size = size;
    this.shared = shared ?? new SharedArrayBuffer(words * 4 + capacity);
    this.#words = new Int32Array(this.shared, 0, words);
    this.predictions = new Uint8Array(this.shared, words * 4, capacity);
  }

  /** How many chunks so many images are. */
  chunks(images: number): number {
    return Math.ceil(images / this.#size);
  }

  /**
   * Does the first thread's part of an evaluation: calls `classify` with the chunks that it has to
   * do. Then all is done, here or, those that `take` is called with, there.
   */
  share(images: number, classify: (chunk: number) => void, take: (chunk: number) => void): void {
    const number = Atomics.load(this.#words, NUMBER) + 1, count = this.chunks(images);
    Atomics.store(this.#words, IMAGES, images); // first: who sees the number must see it
    Atomics.store(this.#words, NUMBER, number);
    Atomics.notify(this.#words, NUMBER);
    const start = performance.now();
    let chunk = 0;
    while (chunk < count && this.#claim(chunk, number, TAKEN_BY_FIRST)) classify(chunk++);
    // Twice what one takes here: in that time it could as well be done again.
    const patience = chunk ? 2 * (performance.now() - start) / chunk : 10;
    for (; chunk < count; chunk++) {
      if (this.#isDone(chunk, number, patience)) take(chunk);
      else classify(chunk);
    }
  }

  /** Waits for an evaluation after `last`; undefined: there will be none. Of the second thread. */
  next(last: number): Evaluation | undefined {
    Atomics.wait(this.#words, NUMBER, last);
    const number = Atomics.load(this.#words, NUMBER);
    if (number === STOP) return undefined;
    return { number, images: Atomics.load(this.#words, IMAGES) };
  }

  /** Takes the last chunk that is still free; −1: there is none. Of the second thread. */
  takeLast({ number, images }: Evaluation): number {
    for (let chunk = this.chunks(images) - 1; chunk >= 0; chunk--) {
      if (this.#claim(chunk, number, TAKEN_BY_SECOND)) return chunk;
      if (Atomics.load(this.#words, HEADER + chunk) !== number * 4 + DONE_BY_SECOND) break;
    }
    return -1;
  }

  /** Gives a chunk back, its part of {@linkcode predictions} being filled. Of the second thread. */
  finish({ number }: Evaluation, chunk: number): void {
    const at = HEADER + chunk;
    const [taken, done] = [number * 4 + TAKEN_BY_SECOND, number * 4 + DONE_BY_SECOND];
    Atomics.compareExchange(this.#words, at, taken, done);
    Atomics.notify(this.#words, at);
  }

  /** Tells the second thread to end. */
  stop(): void {
    Atomics.store(this.#words, NUMBER, STOP);
    Atomics.notify(this.#words, NUMBER);
  }

  #claim(chunk: number, number: number, state: number): boolean {
    const at = HEADER + chunk;
    for (;;) {
      const seen = Atomics.load(this.#words, at);
      if (seen >> 2 >= number) return false;
      const word = number * 4 + state;
      if (Atomics.compareExchange(this.#words, at, seen, word) === seen) return true;
    }
  }

  /** Waits for a chunk that the second thread took; false: too long, it is the first thread's now. */
  #isDone(chunk: number, number: number, patience: number): boolean {
    const at = HEADER + chunk, taken = number * 4 + TAKEN_BY_SECOND;
    if (Atomics.load(this.#words, at) === taken) Atomics.wait(this.#words, at, taken, patience);
    const back = number * 4 + TAKEN_BY_FIRST;
    return Atomics.compareExchange(this.#words, at, taken, back) !== taken;
  }
}
