/** Trains a GradNet one batch at a time, so that anybody can stop, look and go on. */

import * as tf from "@tensorflow/tfjs";
import { type Batch, Batches } from "../data/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import type { GradNet } from "../model/gradnet.ts";
import { Random, streams } from "../random.ts";
import { Adam } from "./adam.ts";
import { accuracy, classesOf, type Evaluation, EvaluationSet } from "./evaluate.ts";
import type { Point, Step } from "./metrics.ts";
import { gradients, meanAbs, penalised } from "./objective.ts";
import { Running, type RunOptions } from "./running.ts";
import { anneal, type At, decay, type Schedule } from "./schedules.ts";

/** What a {@linkcode Trainer} is made of. The defaults are the 2015 notebook's recipe. */
export interface TrainerOptions {
  readonly net: GradNet;
  readonly data: Dataset;
  /** Images in a batch. Default 50. */
  readonly batchSize?: number;
  /** Seed of the order of the batches and of dropout. Default 1. */
  readonly seed?: number;
  /** Share of the late architecture. Default g = min(epoch/10, 1). */
  readonly g?: Schedule;
  /** Default 1e-3 · 0.8^((10 + iter)/1000). */
  readonly learningRate?: Schedule;
  /** Share of units that dropout keeps, after the first layer and each hidden one. Default 0.95. */
  readonly keep?: number;
  /** Weight of the norm penalty in the loss. Default 50. */
  readonly l1?: number;
  /** Iterations from one measurement to the next in {@linkcode Trainer.run}. Default 100. */
  readonly every?: number;
  /** Default false: the first epoch is in the file's order, as the original's was. */
  readonly shuffleFirstEpoch?: boolean;
}

/**
 * Trains `net` on `data.train` with Adam on cross-entropy + l1 · weight norm.
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
  readonly keep: number;
  readonly l1: number;
  readonly every: number;
  readonly iterationsPerEpoch: number;
  readonly #g: Schedule;
  readonly #learningRate: Schedule;
  readonly #adam: Adam;
  readonly #batches: Batches;
  readonly #running: Running;
  readonly #steps: Step[] = [];
  readonly #points: Point[] = [];
  #testSet: EvaluationSet | undefined;
  #next: Batch | undefined;
  #iter = 0;

  /** @throws {RangeError} if an option cannot be, or net and data do not fit each other */
  constructor(options: TrainerOptions) {
    const { net, data, batchSize = 50, seed = 1, keep = 0.95, l1 = 50, every = 100 } = options;
    refuse(
      net.inputs !== data.inputs,
      `the net takes ${net.inputs} values an image, but ${data.name} has ${data.inputs}`,
    );
    refuse(
      net.classes < data.classes,
      `the net tells ${net.classes} classes apart, but ${data.name} has ${data.classes}`,
    );
    refuse(!(keep > 0 && keep <= 1), `keep must be above 0 and at most 1, but is ${keep}`);
    refuse(!(l1 >= 0 && l1 < Infinity), `l1 must be 0 or more, but is ${l1}`);
    refuse(
      !(Number.isInteger(every) && every > 0),
      `every must be a whole number from 1 up, but is ${every}`,
    );
    this.net = net;
    this.data = data;
    this.batchSize = batchSize;
    this.seed = seed;
    this.keep = keep;
    this.l1 = l1;
    this.every = every;
    this.#g = options.g ?? anneal({ epochs: 10 });
    this.#learningRate = options.learningRate ?? decay();
    const { shuffleFirstEpoch = false } = options;
    this.#batches = new Batches(data.train, { batchSize, seed, shuffleFirstEpoch });
    this.iterationsPerEpoch = this.#batches.perEpoch;
    this.#adam = new Adam(Object.values(net.variables) as tf.Variable[]);
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

  /** Idle, running, or running and paused. */
  get state(): "idle" | "running" | "paused" {
    return this.#running.state;
  }

  /** g and learning rate of an iteration, by default the one that comes next. */
  schedule(at: At = { iter: this.iter, epoch: this.epoch }): { g: number; learningRate: number } {
    return { g: this.#g(at), learningRate: this.#learningRate(at) };
  }

  /**
   * Trains on exactly one batch.
   *
   * @throws {Error} if the loss is not a finite number; the parameters are then as before the step
   */
  step(): Step {
    const { g, learningRate } = this.schedule();
    const step = tf.tidy(() => {
      const { x, labels } = this.#tensors(this.#peek());
      const masks = this.#masks(x.shape[0]);
      const found = gradients(this.net, x, labels, masks ? { g, masks } : { g });
      const step = this.#describe(g, learningRate, found.crossEntropy, found.hiddenW);
      this.#adam.step(penalised(found, this.net.variables, this.l1), learningRate);
      return step;
    });
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
    const { g, learningRate } = this.schedule();
    const point = tf.tidy(() => {
      const batch = this.#peek();
      const { x, labels } = this.#tensors(batch);
      const { crossEntropy, hiddenW } = gradients(this.net, x, labels, { g });
      const trainAccuracy = accuracy(classesOf(this.net.logits(x, { g })), batch.labels);
      return { ...this.#describe(g, learningRate, crossEntropy, hiddenW), trainAccuracy };
    });
    const measured = { ...point, testAccuracy: this.evaluate().accuracy };
    this.#points.push(measured);
    return measured;
  }

  /** Classifies every test image, without dropout, at the g that comes next. */
  evaluate(): Evaluation {
    this.#testSet ??= new EvaluationSet(this.data.test, this.data.inputs);
    return this.#testSet.evaluate(this.net, this.schedule().g);
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
    this.#adam.dispose();
    this.#testSet?.dispose();
    this.#testSet = undefined;
  }

  #peek(): Batch {
    return this.#next ??= this.#batches.next();
  }

  #tensors({ images, labels }: Batch) {
    return {
      x: tf.tensor2d(images, [labels.length, this.data.inputs]),
      labels: tf.oneHot(tf.tensor1d(labels, "int32"), this.net.classes),
    };
  }

  #masks(batchSize: number): tf.Tensor2D[] | undefined {
    if (this.keep === 1) return undefined;
    const shape: [number, number] = [batchSize, this.net.width];
    const random = new Random(this.seed, streams.dropout + this.iter);
    return Array.from(
      { length: this.net.depth - 1 },
      () =>
        tf.tensor2d(random.dropoutMask(new Float32Array(shape[0] * shape[1]), this.keep), shape),
    );
  }

  #describe(g: number, learningRate: number, ce: tf.Scalar, hiddenGradient: tf.Tensor): Step {
    const scalars = [ce, meanAbs(this.net.variables.hiddenW), meanAbs(hiddenGradient)];
    const [crossEntropy = NaN, weightNorm = NaN, gradientNorm = NaN] = tf.stack(scalars)
      .dataSync<"float32">();
    const loss = crossEntropy + this.l1 * weightNorm;
    const { iter, epoch } = this;
    if (!Number.isFinite(loss)) {
      throw new Error(
        `Training stopped: the loss became ${loss} at iteration ${iter} (g ${g}, learning rate ` +
          `${learningRate}). The parameters are as before that step. Try a lower learning rate.`,
      );
    }
    return { iter, epoch, g, learningRate, loss, crossEntropy, weightNorm, gradientNorm };
  }
}

function refuse(wrong: boolean, why: string): void {
  if (wrong) throw new RangeError(`Cannot make a Trainer: ${why}`);
}
