/** A measured training of one variant of one transition, and the line it leaves in a table. */

import type { Dataset } from "../data/dataset.ts";
import { startBackend } from "../model/backend.ts";

/** A training that can be stepped and measured, whatever is inside. */
export interface Runner {
  /** Numbers that training can change. */
  readonly parameters: number;
  /** Share of the late architecture at the step that comes next. */
  readonly g: number;
  /** Trains on one batch. */
  step(): void;
  /**
   * Accuracy on test images.
   *
   * @param most images to look at, the first ones. Default: all
   */
  accuracy(most?: number): number;
  /** What else there is to measure at the end, by name. */
  measures(): Readonly<Record<string, number>>;
  /** Frees everything. */
  dispose(): void;
}

/** What a variant needs to start. */
export interface Start {
  readonly data: Dataset;
  readonly seed: number;
  /** Steps that the whole training will take: schedules are shares of it. */
  readonly steps: number;
}

/** One variant of a transition. */
export interface Variant {
  /** In a few words, for tables. */
  readonly about: string;
  start(start: Start): Runner;
}

/** A transition, and what it is compared with. */
export interface Transition {
  readonly formula: string;
  /** What all variants share: sizes, rates. */
  readonly recipe: string;
  /** Steps of the full training. */
  readonly steps: number;
  readonly variants: Readonly<Record<string, Variant>>;
}

/** A measurement on the way, rounded to four digits. */
export type TrialPoint = readonly [iter: number, g: number, accuracy: number];

/** What a training left. */
export interface TrialResult {
  readonly transition: string;
  readonly variant: string;
  readonly seed: number;
  readonly steps: number;
  /** The data set's name. */
  readonly data: string;
  /** On all test images, after the last step. */
  readonly accuracy: number;
  readonly measures: Readonly<Record<string, number>>;
  /** On the first 2,000 test images, every tenth of the training. */
  readonly curve: readonly TrialPoint[];
  readonly parameters: number;
  /** Milliseconds that a step took in the mean, without measurements. */
  readonly msPerStep: number;
  readonly versions: Readonly<Record<string, string>>;
  /** When it ended, ISO 8601. */
  readonly date: string;
}

/** Which training, and how it is followed. */
export interface TrialOptions extends Start {
  readonly transition: string;
  readonly variant: string;
  /** Measurements after the first. Default 10. */
  readonly points?: number;
  /** Is told of each. */
  readonly onPoint?: (point: TrialPoint) => void | Promise<void>;
  /** Ends it when aborted; what is thrown then is the signal's reason. */
  readonly signal?: AbortSignal;
}

const CURVE_IMAGES = 2000;
const BREATH_MS = 50;

/** Trains one variant to its end, measuring on the way. */
export async function runTrial(
  { start }: Variant,
  { transition, variant, data, seed, steps, points = 10, onPoint, signal }: TrialOptions,
): Promise<TrialResult> {
  const { versions } = await startBackend();
  const runner = start({ data, seed, steps });
  try {
    const curve: TrialPoint[] = [];
    let trained = 0, breath = performance.now();
    for (let iter = 0; iter <= steps; iter++) {
      // point k of n is taken at the iteration nearest to k/n of the way
      if (iter === Math.round(curve.length / points * steps)) {
        const point = [iter, round(runner.g), round(runner.accuracy(CURVE_IMAGES))] as const;
        curve.push(point);
        await onPoint?.(point);
      }
      if (iter === steps) break;
      const before = performance.now();
      runner.step();
      trained += performance.now() - before;
      if (performance.now() - breath > BREATH_MS) {
        await new Promise((resolve) => setTimeout(resolve)); // a kernel answers only in between
        signal?.throwIfAborted();
        breath = performance.now();
      }
    }
    const measures = Object.entries(runner.measures()).map(([name, value]) => [name, round(value)]);
    return {
      ...{ transition, variant, seed, steps, data: data.name },
      accuracy: round(runner.accuracy()),
      measures: Object.fromEntries(measures),
      curve,
      parameters: runner.parameters,
      msPerStep: round(trained / steps),
      versions: { deno: versions.deno, tfjs: versions.tfjs },
      date: new Date().toISOString().slice(0, 19) + "Z",
    };
  } finally {
    runner.dispose();
  }
}

const round = (value: number) => Math.round(value * 1e4) / 1e4;
