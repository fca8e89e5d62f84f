/** Trains a GradNet one batch at a time, so that anybody can stop, look and go on. */

import { type Batch, Batches } from "../data/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import type { GradNet } from "../model/gradnet.ts";
import { type Engine, type KernelChoice, makeEngine, type Norms } from "./engine.ts";
import type { Evaluation } from "./evaluate.ts";
import type { Point, Step } from "./metrics.ts";
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
  /**
   * "fused": SIMD kernels made for the net's sizes, some seven times faster, or, with a warning, the
   * reference where they cannot run. "reference": the readable form, as `layers.ts` shows it. The
   * two agree but for rounding. Default "fused"; {@linkcode Trainer.kernels} says which it is.
   */
  readonly kernels?: KernelChoice;
  /**
   * Threads that evaluate, on the fused kernels; the predictions are the same. The second starts
   * with the first evaluation; what it does not finish in time the first does. Default: 2 where there are as many
   * cores and 2000 test images or more, else 1. {@linkcode Trainer.kernels} says if it cannot run.
   */
  readonly threads?: 1 | 2;
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
  readonly #engine: Engine;
  readonly #batches: Batches;
  readonly #running: Running;
  readonly #steps: Step[] = [];
  readonly #points: Point[] = [];
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
    const { kernels = "fused" } = options;
    refuse(
      !["fused", "reference"].includes(kernels),
      `kernels must be "fused" or "reference", but is "${kernels}"`,
    );
    const { threads } = options;
    refuse(
      ![undefined, 1, 2].includes(threads),
      `threads must be 1 or 2, but is ${threads}`,
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
    this.#engine = makeEngine(kernels, {
      ...{ net, data, batchSize, seed, keep, l1 },
      ...(threads && { threads }),
    });
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
    const at = { iter: this.iter, g, learningRate };
    const describe = (norms: Norms) => this.#describe(g, learningRate, norms);
    const step = this.#engine.train(this.#peek(), at, describe);
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
    const { accuracy, ...norms } = this.#engine.measure(this.#peek(), g);
    const point = { ...this.#describe(g, learningRate, norms), trainAccuracy: accuracy };
    const measured = { ...point, testAccuracy: this.evaluate().accuracy };
    this.#points.push(measured);
    return measured;
  }

  /** Classifies every test image, without dropout, at the g that comes next. */
  evaluate(): Evaluation {
    return this.#engine.evaluate(this.schedule().g);
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

  #describe(g: number, learningRate: number, norms: Norms): Step {
    const { crossEntropy, weightNorm } = norms;
    const loss = crossEntropy + this.l1 * weightNorm;
    const { iter, epoch } = this;
    if (!Number.isFinite(loss)) {
      throw new Error(
        `Training stopped: the loss became ${loss} at iteration ${iter} (g ${g}, learning rate ` +
          `${learningRate}). The parameters are as before that step. Try a lower learning rate.`,
      );
    }
    return { iter, epoch, g, learningRate, loss, ...norms };
  }
}

function refuse(wrong: boolean, why: string): void {
  if (wrong) throw new RangeError(`Cannot make a Trainer: ${why}`);
}
