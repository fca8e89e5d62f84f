/** Trains a GradNet one batch at a time, so that anybody can stop, look and go on. */

import * as tf from "@tensorflow/tfjs";
import { type Batch, Batches } from "../data/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import type { GradNet } from "../model/gradnet.ts";
import { type Engine, makeEngine, type Norms } from "../engine/engine.ts";
import { meanOf, type Share } from "../model/share.ts";
import type { Evaluation } from "../engine/evaluate.ts";
import { whyNotFinite } from "../engine/failure.ts";
import { dropoutMasks } from "../engine/masks.ts";
import type { Point, Step } from "./metrics.ts";
import { type Complete, complete, isKeep, KEEP, type TrainerOptions } from "./options.ts";
import { Running, type RunOptions } from "./running.ts";
import type { At } from "./schedules.ts";

export type { TrainerOptions } from "./options.ts";

/** What the schedules say of an iteration. */
export interface Scheduled {
  /** Share of the late architecture; the mean where each hidden layer has one of its own. */
  readonly g: number;
  /** The same as the net takes it: one number, or one for each hidden layer. */
  readonly share: Share;
  readonly learningRate: number;
  /** Share of units that dropout keeps. */
  readonly keep: number;
}

/**
 * Trains `net` on `data.train`, with Adam if not told otherwise, on cross-entropy + l1 · weight norm.
 *
 * Same seed, same numbers, however often it is stopped on the way.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { type Dataset, GradNet, startBackend, Trainer } from "gradnets";
 *
 * await startBackend();
 * const split = { images: new Uint8Array(20 * 4).fill(128), labels: new Uint8Array(20), count: 20 };
 * const data: Dataset = { name: "grey", source: "here", height: 2, width: 2, inputs: 4, classes: 2,
 *   train: split, validation: split, test: split };
 * const net = new GradNet({ inputs: 4, width: 8, depth: 5, classes: 2 });
 * const trainer = new Trainer({ net, data, batchSize: 10 });
 * const first = trainer.step(); // one batch
 * assertEquals([first.iter, first.g], [0, 0]);
 * for await (const point of trainer.run({ epochs: 50 })) assert(point.loss > 0);
 * assertEquals(trainer.evaluate().accuracy, 1);
 * trainer.dispose();
 * net.dispose();
 * ```
 */
export class Trainer {
  readonly net: GradNet;
  readonly data: Dataset;
  readonly batchSize: number;
  readonly seed: number;
  readonly l1: number;
  readonly logEpsilon: number;
  readonly every: number;
  readonly iterationsPerEpoch: number;
  readonly #schedules: Pick<Complete, "g" | "learningRate" | "keep">;
  readonly #engine: Engine;
  readonly #batches: Batches;
  readonly #running: Running;
  readonly #steps: Step[] = [];
  readonly #points: Point[] = [];
  #next: Batch | undefined;
  #iter = 0;

  /** @throws {RangeError} if an option cannot be, or net and data do not fit each other */
  constructor(options: TrainerOptions) {
    const whole = complete(options);
    const { data, batchSize, seed, shuffleFirstEpoch } = whole;
    this.net = whole.net;
    this.data = data;
    this.batchSize = batchSize;
    this.seed = seed;
    this.l1 = whole.l1;
    this.logEpsilon = whole.logEpsilon;
    this.every = whole.every;
    this.#schedules = whole;
    this.#batches = new Batches(data.train, { batchSize, seed, shuffleFirstEpoch });
    this.iterationsPerEpoch = this.#batches.perEpoch;
    this.#engine = makeEngine(whole.kernels, whole);
    this.#running = new Running(this);
  }

  /** Index of the iteration that comes next: how many were trained. */
  get iter(): number {
    return this.#iter;
  }

  /** Fractional epoch: {@linkcode iter} / {@linkcode iterationsPerEpoch}. */
  get epoch(): number {
    return this.#iter / this.iterationsPerEpoch;
  }

  /** What every step gave, from the first. */
  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** What every measurement gave, from the first. */
  get points(): readonly Point[] {
    return this.#points;
  }

  /**
   * What computes: "fused (relaxed SIMD)", "fused (SIMD)" where the engine has no multiply-add,
   * either with "evaluation on 2 threads", or why not on two, after it where a second was asked for;
   * "reference", or "reference: " and why, where the fused kernels cannot run. The same seed gives
   * the same numbers with the same kernels.
   */
  get kernels(): string {
    return this.#engine.kernels;
  }

  /** Idle, running, or running and paused. */
  get state(): "idle" | "running" | "paused" {
    return this.#running.state;
  }

  /** Share of units that dropout keeps in the iteration that comes next. */
  get keep(): number {
    return this.schedule().keep;
  }

  /** g, learning rate and keep of an iteration, by default the one that comes next. */
  schedule(at: At = this.#at()): Scheduled {
    const { g, learningRate, keep } = this.#schedules;
    const share = g(at);
    return { g: meanOf(share), share, learningRate: learningRate(at), keep: keep(at) };
  }

  /**
   * Trains on exactly one batch.
   *
   * @throws {Error} if the loss is not a finite number; the parameters are then as before the step
   * @throws {RangeError} if a schedule gives a keep that cannot be
   */
  step(): Step {
    const at = { ...this.#at(), ...this.schedule() }, { share } = at;
    if (!isKeep(at.keep)) {
      throw new RangeError(
        `Cannot train iteration ${at.iter}: keep must be ${KEEP}, but is ${at.keep}`,
      );
    }
    const step = this.#engine.train(
      this.#peek(),
      { ...at, g: share },
      (norms) => this.#describe(at, norms),
    );
    this.#next = undefined;
    this.#iter++;
    this.#steps.push(step);
    return step;
  }

  /**
   * Measures as the original did every 100 iterations: without dropout, on the batch that
   * {@linkcode step} will train on next, and on the whole test set. Changes nothing, and measures
   * an iteration only once.
   *
   * @throws {Error} if the loss is not a finite number
   */
  measure(): Point {
    const last = this.#points.at(-1);
    if (last?.iter === this.iter) return last;
    const at = { ...this.#at(), ...this.schedule(), keep: 1 };
    const { accuracy, ...norms } = this.#engine.measure(this.#peek(), at.share);
    const point = { ...this.#describe(at, norms), trainAccuracy: accuracy };
    const measured = { ...point, testAccuracy: this.evaluate().accuracy };
    this.#points.push(measured);
    return measured;
  }

  /** Classifies every test image, without dropout, at the g that comes next. */
  evaluate(): Evaluation {
    return this.#engine.evaluate(this.schedule().share);
  }

  /**
   * Trains until `epochs` or `iterations` have been trained in all, yielding a measurement every
   * `every` iterations, before that iteration's update. It lets other work in between: other
   * cells, the Stop button. Break out of it, or abort it by `signal`, and call it again: it goes on
   * where it stood.
   *
   * @throws {RangeError} if neither or both of `epochs` and `iterations` are given
   * @throws {Error} if this trainer is running already, or the loss is not a finite number
   */
  run(options: RunOptions): AsyncGenerator<Point, void, void> {
    return this.#running.run(options);
  }

  /**
   * {@linkcode run}s in the background while other cells look on. The promise ends with the run.
   *
   * @param onPoint called with every measurement
   */
  start(options: RunOptions, onPoint?: (point: Point) => void | Promise<void>): Promise<void> {
    return this.#running.start(options, onPoint);
  }

  /** Holds a run before its next step, until {@linkcode resume}. */
  pause(): void {
    this.#running.pause();
  }

  /** Lets a paused run go on. */
  resume(): void {
    this.#running.resume();
  }

  /** Ends a run before its next step. It can be {@linkcode run} again. */
  stop(): void {
    this.#running.stop();
  }

  /** Ends a run and frees all but the net, which is whose it was. */
  dispose(): void {
    this.stop();
    this.#engine.dispose();
  }

  #peek(): Batch {
    return this.#next ??= this.#batches.next();
  }

  #at(): At {
    return { iter: this.iter, epoch: this.epoch };
  }

  #describe(at: At & Scheduled, norms: Norms): Step {
    const { iter, epoch, g, share, learningRate, keep } = at;
    const { crossEntropy, weightNorm } = norms;
    const loss = crossEntropy + this.l1 * weightNorm;
    if (!Number.isFinite(loss)) {
      const { net, seed, logEpsilon, batchSize } = this, batch = this.#peek();
      const masks = dropoutMasks(net, batchSize, { seed, iter, keep });
      const why = whyNotFinite(net, batch, { g: share, ...(masks && { masks }) }, logEpsilon);
      tf.dispose(masks ?? []);
      throw new Error(
        `Training stopped: the loss became ${loss} at iteration ${iter} (g ${g}, learning rate ` +
          `${learningRate}). The parameters are as before that step. ${why}`,
      );
    }
    return { iter, epoch, g, learningRate, loss, ...norms };
  }
}
