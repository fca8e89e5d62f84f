/** Recipes as nets and trainers. */

import type { Dataset } from "../data/dataset.ts";
import { GradNet } from "../model/gradnet.ts";
import { adam } from "../train/adam.ts";
import { anneal, constant, decay, type LayerSchedule, type Schedule } from "../train/schedules.ts";
import { sgd } from "../train/sgd.ts";
import { gradualKeep, held, perLayer, stopped, warmup } from "../train/shaped.ts";
import { Trainer } from "../train/trainer.ts";
import type { Recipe, ShareRecipe } from "./recipe.ts";

/** g, each kind as its type says. */
function scheduleOf(share: ShareRecipe, hidden: number): Schedule | LayerSchedule {
  if (share.kind === "constant") return constant(share.value);
  const { epochs } = share;
  switch (share.kind) {
    case "anneal":
      return anneal(share);
    case "stopped":
      return stopped(anneal({ epochs }), { epoch: share.at });
    case "held":
      return held(anneal({ epochs }), share.value);
    case "per-layer":
      return perLayer({ schedule: anneal({ epochs }), hidden, lag: share.lag });
  }
}

/** The mean of g over the layers. */
function meanOf(g: Schedule | LayerSchedule): Schedule {
  return (at) => {
    const share = g(at);
    if (typeof share === "number") return share;
    return share.reduce((sum, one) => sum + one, 0) / share.length;
  };
}

/**
 * The net and the trainer that a recipe says, for `data`.
 *
 * @param threads that evaluate; see `TrainerOptions`
 * @throws {RangeError} if the recipe does not fit the data
 */
export function trainerOf(recipe: Recipe, data: Dataset, threads?: 1 | 2): Trainer {
  const { layer, depth, width, seed, stddev, hiddenInit, carryBias } = recipe;
  const { inputs, classes } = data;
  const net = new GradNet({
    ...{ inputs, width, depth, classes, layer, seed, stddev, carryBias },
    ...hiddenInit && { hiddenInit },
  });
  const { batchSize, l1, every, logEpsilon, optimizer, adamEpsilon, keep } = recipe;
  const { warmup: iterations, ...rate } = recipe.learningRate;
  const g = scheduleOf(recipe.g, net.hidden);
  try {
    return new Trainer({
      ...{ net, data, batchSize, seed, l1, every, logEpsilon, g },
      keep: typeof keep === "number" ? keep : gradualKeep({ rate: keep.rate, g: meanOf(g) }),
      learningRate: warmup(decay(rate), { iterations }),
      optimizer: optimizer === "sgd" ? sgd() : adam({ epsilon: adamEpsilon }),
      ...threads && { threads },
    });
  } catch (error) {
    net.dispose();
    throw error;
  }
}
