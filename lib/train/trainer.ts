/** Trains a network one batch at a time, so that it can be stopped, inspected and continued. */

import { type Batch, Batches } from "../data/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Engine, Found, PassOptions } from "../engine/engine.ts";
import { whyNotFinite } from "../engine/failure.ts";
import type { Progress } from "../engine/progress.ts";
import type { Network } from "../model/model.ts";
import { type G, meanG } from "../model/g.ts";
import { type Check, integer, oneOf, optional, optionsOf, refusal } from "../validate.ts";
import { accuracy, evaluateAt, type Evaluation } from "./accuracy.ts";
import {
  type Checkpoint,
  type Identity,
  identityOf,
  refuseForeign,
  refuseShapeless,
} from "./checkpoint.ts";
import { Diverged } from "./diverged.ts";
import type { Point, Step } from "./metrics.ts";
import { byHand, refuseUnset, setByHand } from "./manual.ts";
import { type Settings, type TrainerOptions, withDefaults } from "./options.ts";
import { Position } from "./position.ts";
import { Running } from "./running.ts";
import { checkedG, gAt, type Scheduled, scheduledAt, type Schedules } from "./scheduled.ts";
import { type Warning, Watch } from "./watch.ts";

export type { Warning } from "./watch.ts";
export type { TrainerOptions } from "./options.ts";
export type { Scheduled } from "./scheduled.ts";

/** Options of {@linkcode Trainer.evaluate}. */
export interface EvaluateOptions {
  /** Images to classify. Default "test". */
  readonly split?: "test" | "validation" | "train";
  /**
   * Share of the late architecture, or a list of shares, each a number or one for each hidden layer.
   * Default: that of the next iteration.
   */
  readonly g?: number | readonly G[];
}

const SPLITS = ["test", "validation", "train"] as const;

/** Checks no more: which numbers and how many, each of them is checked for. */
const numberOrList: Check<number | readonly G[]> = (value, path) => {
  if (typeof value === "number") return value;
  if (Array.isArray(value)) return value as readonly G[];
  throw refusal(path, "a number or a list of them", value);
};

/** Options of {@linkcode Trainer.rewind}. */
export interface RewindOptions {
  /** Seed of dropout from there on. Default: the checkpoint's. */
  readonly dropoutSeed?: number;
}

/**
 * Trains `net` on `data.train`, to minimize cross-entropy + l1 · weight norm, by default with Adam.
 * Computes on the given engine; with TensorFlow.js, the `Trainer` of `gradnets` chooses one.
 *
 * Same seed, same numbers, however often it is stopped on the way.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Architecture, drawnDataset, FusedEngine, Trainer } from "gradnets/core";
 *
 * const net = new Architecture({ width: 8, depth: 5 });
 * const data = drawnDataset({ train: 100, validation: 10, test: 50 });
 * const trainer = new Trainer({ net, data, engine: (options) => new FusedEngine(options) });
 * const first = trainer.step(); // one batch
 * assertEquals([first.iter, first.g], [0, 0]);
 * for await (const point of trainer.run({ iterations: 4 })) assertEquals(point.iter, 0);
 * assertEquals([trainer.iter, trainer.evaluate().predictions.length], [4, 50]);
 * trainer.dispose();
 * ```
 */
export class Trainer<N extends Network = Network> extends Running {
  /** Network to train. */
  readonly net: N;
  /** Data to train and evaluate on. */
  readonly data: Dataset;
  /** Images per batch. */
  readonly batchSize: number;
  /** Seed of the order of the batches and of dropout. */
  readonly seed: number;
  /** Weight of the norm penalty in the loss. */
  readonly l1: number;
  /** ε in the loss −Σ y·log(p + ε). */
  readonly logEpsilon: number;
  /** Iterations from one measurement to the next. */
  readonly every: number;
  /** Batches per epoch. */
  readonly iterationsPerEpoch: number;
  readonly #options: Settings<N>;
  readonly #computes: Engine;
  readonly #position: Position;
  readonly #watch: Watch;
  #identity: Identity | undefined;
  #disposed = false;

  /**
   * Checks the options and makes the engine.
   *
   * @throws {RangeError} if an option is unknown or invalid, or net and data do not match
   */
  constructor(options: TrainerOptions<N>) {
    super();
    const whole = withDefaults(options);
    const { data, batchSize, seed, shuffleFirstEpoch } = whole;
    this.net = whole.net;
    this.data = data;
    this.batchSize = batchSize;
    this.seed = seed;
    this.l1 = whole.l1;
    this.logEpsilon = whole.logEpsilon;
    this.every = whole.every;
    this.#options = whole;
    const batches = new Batches(data.train, { batchSize, seed, shuffleFirstEpoch });
    this.#position = new Position(batches, seed);
    this.iterationsPerEpoch = batches.perEpoch;
    this.#computes = whole.engine(whole);
    this.#watch = new Watch(whole);
  }

  /** Index of the next iteration, which is the number trained so far. */
  get iter(): number {
    return this.#position.progress.iter;
  }

  /** Fractional epoch: {@linkcode iter} / {@linkcode iterationsPerEpoch}. */
  get epoch(): number {
    return this.#position.progress.epoch;
  }

  /** Batch of the next {@linkcode step}. */
  get batch(): Batch {
    return this.#position.batch;
  }

  /** Metrics of all steps. */
  get steps(): readonly Step[] {
    return this.#position.steps;
  }

  /** All measurements. */
  get points(): readonly Point[] {
    return this.#position.points;
  }

  /** What was found to go wrong, each kind once; see {@linkcode Warning}. */
  get warnings(): readonly Warning[] {
    return this.#watch.warnings;
  }

  /**
   * The kernels in use: "fused (relaxed SIMD)", or "fused (SIMD)" without multiply-add, either
   * followed by "evaluation on 2 threads", or the reason against, if a second thread was asked for;
   * "reference", or "reference: " and the reason, if the fused kernels cannot run. The same seed and
   * kernels give the same numbers.
   */
  get kernels(): string {
    return this.#computes.kernels;
  }

  /** Fraction of units that dropout keeps in the next iteration. */
  get keep(): number {
    return this.schedule().keep;
  }

  /**
   * g, learning rate and keep at an iteration, by default the next.
   *
   * @throws {RangeError} if a schedule gives an invalid value
   */
  schedule(progress: Progress = this.#position.progress): Scheduled {
    return scheduledAt(this.#options, this.net, progress);
  }

  /**
   * Trains on one batch.
   *
   * @throws {Diverged} if the loss is not a finite number; the parameters are then as before the step
   * @throws {RangeError} if a schedule gives an invalid value
   */
  step(): Step {
    const progress = { ...this.#position.progress, ...this.schedule() };
    const { iter, gOfLayers, learningRate, keep } = progress;
    const { batch, dropoutSeed: seed } = this.#position;
    const options = { g: gOfLayers, training: { seed, iter, keep } };
    const step = this.#describe(progress, options, this.#engine.pass(batch, options));
    this.#engine.update(progress, learningRate);
    this.#position.advance(step);
    return step;
  }

  /**
   * Measures like the original every 100 iterations: without dropout, on the batch of the next
   * {@linkcode step} and on the whole test set. Changes nothing, and measures an iteration only once.
   *
   * @throws {Diverged} if the loss is not a finite number
   */
  measure(): Point {
    const last = this.points.at(-1);
    if (last?.iter === this.iter) return last;
    const now = this.#position.progress, gOfLayers = gAt(this.#options, this.net, now);
    const learningRate = this.#options.learningRate(now);
    const progress = {
      ...now,
      gOfLayers,
      g: meanG(gOfLayers),
      learningRate,
      keep: this.#options.keep(now),
    };
    const { batch } = this.#position, options = { g: gOfLayers };
    const found = this.#engine.pass(batch, options);
    const trainAccuracy = accuracy(found.predictions, batch.labels);
    const step = this.#describe(progress, options, found);
    const point = { ...step, trainAccuracy, testAccuracy: this.evaluate().accuracy };
    this.#position.add(point);
    this.#watch.look(this.points, batch, () => this.#engine.inspect(batch, options));
    return point;
  }

  /**
   * Classifies the images of a split, by default the test images, without dropout. Changes nothing,
   * whatever the g.
   *
   * @param options with a list of g, gives an evaluation for each, in order
   * @throws {RangeError} if there is no such split, or a g is not from 0 to 1 or does not fit the net
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Architecture, drawnDataset, FusedEngine, Trainer } from "gradnets/core";
   *
   * const net = new Architecture({ width: 8, depth: 5 });
   * const data = drawnDataset({ train: 100, validation: 10, test: 50 });
   * const trainer = new Trainer({ net, data, engine: (options) => new FusedEngine(options) });
   * const [early, late] = trainer.evaluate({ g: [0, 1] });
   * assertEquals(early, trainer.evaluate()); // g is 0 before the first step
   * assertEquals(late, trainer.evaluate({ g: 1 }));
   * trainer.dispose();
   * ```
   */
  evaluate(options?: EvaluateOptions & { readonly g?: number }): Evaluation;
  /** Classifies at each g of a list. */
  evaluate(options: EvaluateOptions & { readonly g: readonly G[] }): Evaluation[];
  evaluate(options: EvaluateOptions = {}): Evaluation | Evaluation[] {
    const { split, g } = optionsOf("evaluate", "EvaluateOptions", {
      split: [oneOf(SPLITS), SPLITS[0]],
      g: [optional(numberOrList)],
    }, options);
    const at = (g: G) => evaluateAt(this.#engine, this.data, split, checkedG(this.net, g));
    if (g === undefined) return at(gAt(this.#options, this.net, this.#position.progress));
    return typeof g === "number" ? at(g) : g.map(at);
  }

  /**
   * Copies all that the training consists of: parameters, running statistics, the optimizer's state,
   * the place in the epoch, the seed of dropout, all steps and points. See {@linkcode rewind}.
   *
   * @throws {TypeError} if a custom optimizer has no `state`
   */
  checkpoint(): Checkpoint {
    const { kernels } = this, identity = this.#identity ??= identityOf(this.#options);
    const place = this.#position.save(), set = byHand(this.#schedules);
    return { of: identity, kernels, byHand: set, ...place, ...this.#engine.save() };
  }

  /**
   * Goes back, or forward, to a checkpoint of this trainer or of one like it. Training on then gives
   * the same numbers as it did from there, to the last bit on the same kernels.
   *
   * @throws {RangeError} if the checkpoint is of another net, data set or recipe; nothing has changed
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { drawnDataset, GradNet, startBackend, Trainer } from "gradnets";
   *
   * await startBackend();
   * const net = new GradNet({ depth: 5, width: 16 });
   * const data = drawnDataset({ train: 200, validation: 10, test: 100 });
   * const trainer = new Trainer({ net, data });
   * const mark = trainer.checkpoint();
   * const once = [trainer.step(), trainer.step()];
   * trainer.rewind(mark);
   * assertEquals([trainer.step(), trainer.step()], once);
   * trainer.dispose();
   * net.dispose();
   * ```
   */
  rewind(mark: Checkpoint, options: RewindOptions = {}): void {
    const mine = this.checkpoint();
    refuseShapeless(mark, mine);
    const { dropoutSeed } = optionsOf("rewind", "RewindOptions", {
      dropoutSeed: [integer(0, 2 ** 32 - 1), mark.dropoutSeed],
    }, options);
    refuseForeign(mark, mine.of, mine);
    refuseUnset(this.#schedules, mark.byHand);
    setByHand(this.#schedules, mark.byHand);
    this.#engine.load(mark);
    this.#position.load({ ...mark, dropoutSeed });
    this.#watch.rewind(mark.iter);
  }

  /** Ends a run and frees everything but the net, which is the caller's. */
  dispose(): void {
    this.stop();
    this.#disposed = true;
    this.#computes.dispose();
  }

  get #schedules(): Readonly<Record<string, Schedules["g"]>> {
    const { g, learningRate, keep } = this.#options;
    return { g, learningRate, keep };
  }

  get #engine(): Engine {
    if (!this.#disposed) return this.#computes;
    throw new Error("This trainer was disposed of: make a new one to train on");
  }

  #describe(progress: Progress & Scheduled, options: PassOptions, found: Found): Step {
    const { iter, epoch, g, learningRate, keep } = progress;
    const { crossEntropy, weightNorm, gradientNorm } = found;
    const loss = crossEntropy + this.l1 * weightNorm;
    if (!Number.isFinite(loss)) {
      const why = whyNotFinite(this.#engine.inspect(this.#position.batch, options));
      throw new Diverged({ iter, epoch, loss, g, learningRate, why });
    }
    return { iter, epoch, g, learningRate, keep, loss, crossEntropy, weightNorm, gradientNorm };
  }
}
