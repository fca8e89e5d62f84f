/**
 * One seeded generator for all randomness: initial weights, shuffles, dropout masks, drawn digits.
 * It is counter-based: number `i` of a stream is a hash of (seed, stream, i), so its state is three
 * integers, any number can be computed without those before it, and the same arithmetic runs in
 * SIMD lanes.
 *
 * Hash: the 32-bit finaliser of MurmurHash3 (Austin Appleby, public domain) over a Weyl sequence,
 * with a second key added between its two multiplications so that two streams are not shifted
 * copies of one another.
 */

import { shown } from "./validate.ts";

/** State of a {@linkcode Random} in plain numbers, so that it can be saved as JSON. */
export interface RandomState {
  /** Whole number in [0, 2³²). */
  readonly seed: number;
  /** Which of the seed's independent sequences. */
  readonly stream: number;
  /** How many numbers were drawn. */
  readonly count: number;
}

/**
 * First stream of each use, so that no two share numbers under one seed: weights take one, shuffles
 * one per epoch, dropout one per iteration.
 */
export const streams = {
  weights: 0,
  shuffle: 0x1000_0000,
  dropout: 0x2000_0000,
} as const;

const GOLDEN = 0x9e3779b9; // 2³² / golden ratio: the Weyl step of splitmix

/** Mixes 32 bits (MurmurHash3's finaliser): every bit of `h` affects every bit of the result. */
export function mix32(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Generates seeded random numbers. Same seed and stream, same numbers; 0 is a seed like any other.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "gradnets/random.ts";
 *
 * const random = new Random(0);
 * const saved = random.state;
 * const a = [random.uniform(), random.normal()];
 * const again = Random.from(saved);
 * assertEquals([again.uniform(), again.normal()], a);
 * ```
 */
export class Random {
  readonly #seed: number;
  readonly #stream: number;
  readonly #key1: number;
  readonly #key2: number;
  #count: number;

  /**
   * Stands before the first number.
   *
   * @param seed whole number in [0, 2³²)
   * @param stream whole number in [0, 2³²): an independent sequence under the same seed
   * @throws {RangeError} if either is not such a number
   */
  constructor(seed: number, stream = 0) {
    for (const [name, value] of [["seed", seed], ["stream", stream]] as const) {
      if (!Number.isInteger(value) || value < 0 || value >= 2 ** 32) {
        throw new RangeError(
          `Random needs a whole number from 0 to 2^32 - 1 as its ${name}: current value is ${
            shown(value)
          }`,
        );
      }
    }
    this.#seed = seed;
    this.#stream = stream;
    this.#key1 = mix32(seed + GOLDEN);
    this.#key2 = mix32(mix32(stream ^ this.#key1) + seed);
    this.#count = 0;
  }

  /** Restores a generator from its {@linkcode Random.state}. */
  static from(state: RandomState): Random {
    const random = new Random(state.seed, state.stream);
    random.#count = state.count;
    return random;
  }

  /** Seed, stream and the count of numbers drawn. */
  get state(): RandomState {
    return { seed: this.#seed, stream: this.#stream, count: this.#count };
  }

  /** Draws a whole number, uniform in [0, 2³²). */
  uint32(): number {
    let h = Math.imul(this.#count++, GOLDEN) + this.#key1;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b) + this.#key2;
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (h ^ (h >>> 16)) >>> 0;
  }

  /** Draws a number uniform in [0, 1). */
  uniform(): number {
    return this.uint32() / 2 ** 32;
  }

  /** Draws a whole number, uniform in [0, n). */
  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Draws a standard normal number, by Box and Muller: √(−2 ln u)·cos(2πv). */
  normal(): number {
    const u = 1 - this.uniform(); // (0, 1], so that the logarithm is finite
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.uniform());
  }

  /**
   * Draws a normal number with mean 0 and the given `stddev`, redrawing beyond two of them, as
   * TensorFlow's `truncated_normal`. The result has a standard deviation of 0.880·stddev.
   */
  truncatedNormal(stddev: number): number {
    let x = this.normal();
    while (Math.abs(x) > 2) x = this.normal();
    return x * stddev;
  }

  /** Shuffles `items` in place (Fisher and Yates, back to front) and returns them. */
  shuffle<T extends unknown[] | Uint32Array>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = items[i]!;
      items[i] = items[j]!;
      items[j] = kept;
    }
    return items;
  }

  /**
   * Fills `mask` for dropout: 1/keep with probability `keep`, else 0. Takes one number per element.
   */
  dropoutMask(mask: Float32Array, keep: number): Float32Array {
    const below = keep * 2 ** 32;
    const scale = 1 / keep;
    for (let i = 0; i < mask.length; i++) mask[i] = this.uint32() < below ? scale : 0;
    return mask;
  }
}
