/** Watches a training at its measurements, and tells while it happens what goes wrong. */

import type { Batch } from "../data/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import { FLOAT32_MIN, type Inspection } from "../engine/failure.ts";
import { commonest } from "./accuracy.ts";
import { formatG } from "./lines.ts";
import type { Point } from "./metrics.ts";

/**
 * Trouble that a training can be in.
 *
 * - "overflow": numbers whose squares, which Adam takes, do not fit float32
 * - "underflow": numbers too small for float32, which lose their digits and slow processors down
 * - "dead": the network's outputs or its hidden weights' gradient no longer depend on the images
 * - "chance": for an epoch, no better than the commonest class as constant answer
 */
export type Trouble = "overflow" | "underflow" | "dead" | "chance";

/** A warning of {@linkcode Watch}. */
export interface Warning {
  /** Kind of trouble. */
  readonly kind: Trouble;
  /** Iteration of the measurement that found it. */
  readonly iter: number;
  /** What was found and what to do, in plain words. */
  readonly why: string;
}

/** Options of {@linkcode Watch}. */
export interface WatchOptions {
  readonly data: Dataset;
  /** Images per batch. */
  readonly batchSize: number;
  /** Is told of each kind of trouble once. */
  readonly warn: (text: string) => void;
}

/** From here a square does not fit float32, whose largest is 3.4e38. */
const HUGE = 1.8e19;
/** Within a factor of this many, it is near. */
const NEAR = 1e6;
/** Share of a parameter's values that may be too small before it counts. */
const FEW = 0.01;
/** exp(−x) is 0 in float32 from here on. */
const SATURATED = 104;

/**
 * Looks at measurements, and says each kind of trouble once.
 *
 * @example
 * ```ts
 * import { assertEquals, assertMatch } from "@std/assert";
 * import { Architecture, drawnDataset, FusedEngine, Trainer } from "gradnets/core";
 *
 * const said: string[] = [], warn = (text: string) => void said.push(text);
 * const net = new Architecture({ width: 8, depth: 5, layer: "plain", bias: -9 }); // all dead
 * const data = drawnDataset({ train: 100, validation: 10, test: 50 });
 * const trainer = new Trainer({ net, data, warn, engine: (options) => new FusedEngine(options) });
 * trainer.measure();
 * assertEquals(trainer.warnings.map(({ kind, iter }) => [kind, iter]), [["dead", 0]]);
 * assertMatch(said.join(), /^Warning at iteration 0: the outputs are the same for every image/);
 * trainer.dispose();
 * ```
 */
export class Watch {
  readonly #options: WatchOptions;
  readonly #chance: number;
  readonly #found = new Map<Trouble, Warning>();

  /** @param options what is watched, and who is told */
  constructor(options: WatchOptions) {
    this.#options = options;
    this.#chance = commonest(options.data.test.labels);
  }

  /** All warnings so far, one for each kind. */
  get warnings(): readonly Warning[] {
    return [...this.#found.values()];
  }

  /** Forgets what was found at an iteration or after it: the training goes on from there. */
  rewind(iter: number): void {
    for (const warning of this.warnings) {
      if (warning.iter >= iter) this.#found.delete(warning.kind);
    }
  }

  /**
   * Looks at the last of the measurements.
   *
   * @param batch its batch
   * @param inspect shows what is inside the engine
   */
  look(points: readonly Point[], batch: Batch, inspect: () => Inspection): void {
    const point = points.at(-1);
    if (!point) return;
    const inside = inspect(), logits = inside.logits();
    const found = {
      overflow: overflow(point, inside, logits),
      underflow: underflow(point, inside),
      dead: dead(point, batch, logits),
      chance: this.#atChance(point, points),
    };
    for (const [kind, why] of Object.entries(found) as [Trouble, string | undefined][]) {
      if (why === undefined || this.#found.has(kind)) continue;
      const { iter } = point;
      this.#found.set(kind, { kind, iter, why });
      this.#options.warn(`Warning at iteration ${iter}: ${why}`);
    }
  }

  #atChance({ epoch }: Point, points: readonly Point[]): string | undefined {
    const above = points.findLastIndex(({ testAccuracy }) => testAccuracy > this.#chance);
    const since = points[above + 1]?.epoch ?? epoch;
    if (epoch - since < 1) return;
    return `for an epoch, the test accuracy has been no better than ${
      formatG(this.#chance)
    }, that ` +
      "of answering the commonest class always. The net does not learn: try fewer layers, another " +
      "kind of layer or start, or a lower learning rate.";
  }
}

function overflow(
  { loss, gradientNorm }: Point,
  { parameters }: Inspection,
  logits: Float32Array,
): string | undefined {
  const suspects = [["the logits", logits], ...parameters] as const;
  const sizes = suspects.map(([name, values]) => [name, largest(values)] as const);
  for (
    const [name, size] of [...sizes, ["the loss", loss], ["the gradient", gradientNorm]] as const
  ) {
    if (size < HUGE / NEAR) continue;
    return `${name} reached ${formatG(size)}, and squares of numbers from ${
      formatG(HUGE)
    } up do not ` +
      "fit float32: the loss is about to become NaN or Infinity. Try a lower learning rate.";
  }
}

function underflow({ gradientNorm }: Point, { parameters }: Inspection): string | undefined {
  const consequence =
    "too small for float32 (below 1.2e-38): they lose their digits, and computing " +
    "with them is slow. Try fewer layers, or larger initial weights.";
  for (const [name, values] of parameters) {
    const count = values.reduce((sum, value) => sum + Number(isTiny(value)), 0);
    if (count < values.length * FEW) continue;
    return `${count} of the ${values.length} values of ${name} are ${consequence}`;
  }
  if (!isTiny(gradientNorm)) return;
  return `the gradients of the hidden weights, ${
    formatG(gradientNorm)
  } on average, are ${consequence}`;
}

const isTiny = (value: number) => value !== 0 && Math.abs(value) < FLOAT32_MIN;

function dead(
  { g, gradientNorm, crossEntropy, trainAccuracy }: Point,
  { pixels, labels }: Batch,
  logits: Float32Array,
): string | undefined {
  const remedy =
    "probe() of gradnets tells in which layer. Try fewer layers, another kind of layer, " +
    "or a lower learning rate.";
  if (rowsAreEqual(logits, labels.length) && !rowsAreEqual(pixels, labels.length)) {
    return "the outputs are the same for every image of the batch: all units of a layer are dead, or " +
      `the signal gets too small on its way. ${remedy}`;
  }
  // At g = 0 the hidden weights may have no part in the outputs; all right, there is nothing to learn.
  if (gradientNorm !== 0 || g === 0 || trainAccuracy === 1 || crossEntropy === 0) return;
  const what = `the gradient of the hidden weights is exactly 0 at g = ${formatG(g)}`;
  const size = largest(logits);
  if (size > SATURATED) {
    return `${what}: the outputs reach ${
      formatG(size)
    }, and probabilities are exactly 0 and 1. Try a ` +
      "lower learning rate.";
  }
  return `${what}: all units of a layer are dead, or the gradient gets too small on its way. ${remedy}`;
}

function rowsAreEqual(values: ArrayLike<number>, rows: number): boolean {
  const columns = values.length / rows;
  for (let i = columns; i < values.length; i++) if (values[i] !== values[i - columns]) return false;
  return rows > 1;
}

function largest(values: Float32Array): number {
  let size = 0;
  for (const value of values) size = Math.max(size, Math.abs(value));
  return size;
}
