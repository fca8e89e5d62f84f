/** The transitions beside linear → non-linear, each with what it has to be compared with. */

import type { Dataset } from "../data/dataset.ts";
import { adam } from "../train/adam.ts";
import { interpolated } from "../train/interpolated.ts";
import { constant, ramp, type Schedule } from "../train/schedules.ts";
import { gradualKeep, perLayer } from "../train/shaped.ts";
import { sgd } from "../train/sgd.ts";
import { GlimpseTrial } from "./glimpse_trial.ts";
import { GradNetTrial, type GradNetTrialOptions } from "./gradnet_trial.ts";
import { NormTrial } from "./norm_trial.ts";
import type { Start, Transition, Variant } from "./trial.ts";

const BATCH = 50;

/** Epochs that the training takes. */
const epochsOf = ({ data, steps }: Start) => steps / Math.floor(data.train.count / BATCH);

/** From 0 to 1 in the first half of the training. */
const half = (start: Start): Schedule => ramp({ epochs: epochsOf(start), end: 0.5 });

const early = () => constant(0), late = () => constant(1);

/** A variant that differs from the others of its transition in `training` alone. */
function gradnet(
  about: string,
  net: GradNetTrialOptions["net"],
  training: (start: Start) => GradNetTrialOptions["training"],
): Variant {
  const plain = { batchSize: BATCH, l1: 0, keep: 1 };
  return {
    about,
    start: (start) =>
      new GradNetTrial({ ...start, net, training: { ...plain, ...training(start) } }),
  };
}

const RATE = 0.5;
const dropout = (recipe: string, steps: number, net: GradNetTrialOptions["net"], most?: number) => {
  const variant: typeof gradnet = (about, net, training) => {
    const { start } = gradnet(about, net, training);
    return { about, start: (from) => start({ ...from, data: fewer(from.data, most) }) };
  };
  return {
    formula: "rate g·p: each unit stays with probability 1 − g·p",
    recipe: `${recipe}, p = 0.5, g from 0 to 1 over the first half`,
    steps,
    variants: {
      "none": variant("no dropout", net, () => ({ g: early() })),
      "from the start": variant("p throughout", net, () => ({ keep: 1 - RATE, g: late() })),
      "gradual": variant("g·p", net, (start) => {
        const g = half(start);
        return { keep: gradualKeep({ rate: RATE, g }), g };
      }),
    },
  };
};

/** The same data with fewer images to train on, the first ones. */
function fewer(data: Dataset, most = data.train.count): Dataset {
  const { images, labels, count } = data.train;
  const kept = Math.min(most, count);
  const train = {
    images: images.subarray(0, kept * data.inputs),
    labels: labels.subarray(0, kept),
    count: kept,
  };
  return { ...data, train };
}

const wide = (depth: number, width: number) => ({ layer: "plain", depth, width }) as const;

const HIDDEN = 10;
const norm = (about: string, g: (start: Start) => Schedule): Variant => ({
  about,
  start: (start) => new NormTrial({ ...start, g: g(start), hidden: HIDDEN }),
});
const batchNorm: Transition = {
  formula: "y = (1−g)·BN(x) + g·x",
  recipe: `${HIDDEN} hidden layers of 50, truncated normal 0.1, g from 0 to 1 over the first half`,
  steps: 1100,
  variants: {
    "none": norm("g = 1 from the start", late),
    "kept": norm("g = 0 to the end", early),
    "gradual": norm("g from 0 to 1", half),
  },
};

const deep = { layer: "identity-grelu", depth: 30, width: 50 } as const;
const depth: Transition = {
  formula: "y = (1−gₗ)·x + gₗ·relu(x·Wₗ + bₗ), for layer l",
  recipe: "30 layers of 50, no dropout, no penalty, every g at 1 after half of the training",
  steps: 4400,
  variants: {
    "from the start": gradnet("every g is 1", deep, () => ({ g: late() })),
    "all at once": gradnet("one g for all layers", deep, (start) => ({ g: half(start) })),
    "shallow first": gradnet("deeper layers later", deep, (start) => ({ g: layered(start, 1) })),
    "deepest first": gradnet("deeper layers sooner", deep, (start) => ({ g: layered(start, -1) })),
  },
};

/** Each layer takes a quarter of the training, the last of them begins after a quarter. */
function layered(start: Start, sign: 1 | -1) {
  const epochs = epochsOf(start);
  const schedule = ramp({ epochs, end: 0.25 });
  return perLayer({ schedule, hidden: deep.depth - 2, lag: sign * epochs / 4 });
}

const shallow = { layer: "plain", depth: 6, width: 50 } as const;
const optimizer: Transition = {
  formula: "update = gateₑ·early + gateₗ·late, gateₑ = 1 − g, gateₗ = g, each clipped to [ε, 1]",
  recipe:
    "plain, 6 layers of 50, the same learning rate for both, g from 0 to 1 over the first half",
  steps: 3300,
  variants: {
    "sgd": gradnet("SGD throughout", shallow, () => ({ g: early(), optimizer: sgd() })),
    "adam": gradnet("Adam throughout", shallow, () => ({ g: late(), optimizer: adam() })),
    "sgd → adam": gradnet("SGD, then Adam", shallow, (start) => {
      const g = half(start);
      return { g, optimizer: interpolated({ early: sgd(), late: adam(), gate: g }) };
    }),
    "adam → sgd": gradnet("Adam, then SGD", shallow, (start) => {
      const g = half(start);
      return { g, optimizer: interpolated({ early: adam(), late: sgd(), gate: g }) };
    }),
  },
};

const look = (about: string, g: (start: Start) => Schedule, canvas: number): Variant => ({
  about,
  start: (start) => new GlimpseTrial({ ...start, g: g(start), canvas }),
});
const attention = (canvas: number, steps: number): Transition => ({
  formula: "y = g·attended + (1−g)·downsampled",
  recipe: `digits of 28 × 28 anywhere on ${canvas} × ${canvas}, the classifier sees 20 × 20`,
  steps,
  variants: {
    "none": look("downsampled to the end", early, canvas),
    "from the start": look("attended from the start", late, canvas),
    "gradual": look("g from 0 to 1 over the first half", half, canvas),
  },
});

/**
 * Every transition by its name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { transitions } from "gradnets/transitions/catalogue.ts";
 *
 * assertEquals(Object.keys(transitions["batch norm"].variants), ["none", "kept", "gradual"]);
 * ```
 */
export const transitions = {
  "dropout, all images": dropout("plain, 6 layers of 100", 3300, wide(6, 100)),
  "dropout, 2,000 images": dropout("plain, 4 layers of 200", 4000, wide(4, 200), 2000),
  "batch norm": batchNorm,
  "depth": depth,
  "optimizer": optimizer,
  "attention, canvas 40": attention(40, 800),
  "attention, canvas 60": attention(60, 1600),
} satisfies Readonly<Record<string, Transition>>;

/** The names of {@linkcode transitions}. */
export type TransitionName = keyof typeof transitions;
