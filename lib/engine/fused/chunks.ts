/**
 * Who of two threads does which part of an evaluation. The main thread takes chunks of images from
 * the front, the other one from the end, until they meet. Neither needs the other: what the other
 * thread took but does not finish soon, the main thread takes back and does itself.
 *
 * Every chunk has a word `4·job + state` in shared memory, that only ever changes by
 * compare-and-exchange. A job has a number, so whoever wakes up late, in the middle of a job that
 * is long over, finds that nothing it does counts any more.
 */

const JOB = 0, WORDS = 1; // where its number stands, and how many words are before the chunks'
const THEIRS = 1, DONE = 2, OURS = 3; // states: being done there, done there, done here
const STOP = -1;

/** What there is to do. */
export interface Job {
  readonly job: number;
}

/** The chunks of an evaluation, seen from either thread. */
export class Chunks {
  /** For the other thread to make its `Chunks` of. */
  readonly shared: SharedArrayBuffer;
  /** How many there are. */
  readonly count: number;
  /** What the other thread found, one class an image. */
  readonly predictions: Uint8Array;
  readonly #words: Int32Array;

  /**
   * @param images how many there are
   * @param size of a chunk; the last one may have less
   * @param shared what the other thread has; none: new
   */
  constructor(readonly images: number, readonly size: number, shared?: SharedArrayBuffer) {
    this.count = Math.ceil(images / size);
    const words = WORDS + this.count;
    this.shared = shared ?? new SharedArrayBuffer(words * 4 + images);
    this.#words = new Int32Array(this.shared, 0, words);
    this.predictions = new Uint8Array(this.shared, words * 4, images);
  }

  /** First image of a chunk, and the one after its last. */
  range(chunk: number): [from: number, to: number] {
    return [chunk * this.size, Math.min((chunk + 1) * this.size, this.images)];
  }

  /**
   * The main thread's part of a job: `classify` is called with the chunks that it has to do. Then
   * all is done, here or, in `take`, there.
   */
  share(classify: (chunk: number) => void, take: (chunk: number) => void): void {
    const job = Atomics.load(this.#words, JOB) + 1;
    Atomics.store(this.#words, JOB, job);
    Atomics.notify(this.#words, JOB);
    const start = performance.now();
    let chunk = 0;
    while (chunk < this.count && this.#claim(chunk, job, OURS)) classify(chunk++);
    // Twice what one takes here: in that time it could as well be done again.
    const patience = chunk ? 2 * (performance.now() - start) / chunk : 10;
    for (; chunk < this.count; chunk++) {
      if (this.#isDone(chunk, job, patience)) take(chunk);
      else classify(chunk);
    }
  }

  /** Waits for a job after number `last`; undefined: there will be none. For the other thread. */
  next(last: number): Job | undefined {
    Atomics.wait(this.#words, JOB, last);
    const job = Atomics.load(this.#words, JOB);
    return job === STOP ? undefined : { job };
  }

  /** Takes the last chunk that is still free; −1: there is none. For the other thread. */
  takeLast({ job }: Job): number {
    for (let chunk = this.count - 1; chunk >= 0; chunk--) {
      if (this.#claim(chunk, job, THEIRS)) return chunk;
      if (Atomics.load(this.#words, WORDS + chunk) !== job * 4 + DONE) break;
    }
    return -1;
  }

  /** Gives a chunk back, its part of {@linkcode predictions} being filled. For the other thread. */
  finish({ job }: Job, chunk: number): void {
    const at = WORDS + chunk;
    Atomics.compareExchange(this.#words, at, job * 4 + THEIRS, job * 4 + DONE);
    Atomics.notify(this.#words, at);
  }

  /** Tells the other thread to end. */
  stop(): void {
    Atomics.store(this.#words, JOB, STOP);
    Atomics.notify(this.#words, JOB);
  }

  #claim(chunk: number, job: number, state: number): boolean {
    const at = WORDS + chunk;
    for (;;) {
      const seen = Atomics.load(this.#words, at);
      if (seen >> 2 >= job) return false;
      if (Atomics.compareExchange(this.#words, at, seen, job * 4 + state) === seen) return true;
    }
  }

  /** Whether a chunk that the other thread took is done in time; if not, it is ours from now on. */
  #isDone(chunk: number, job: number, patience: number): boolean {
    const at = WORDS + chunk, theirs = job * 4 + THEIRS;
    if (Atomics.load(this.#words, at) === theirs) Atomics.wait(this.#words, at, theirs, patience);
    return Atomics.compareExchange(this.#words, at, theirs, job * 4 + OURS) !== theirs;
  }
}
