/** A small trainer on made-up patterns, for tests of what surrounds it. */

import { GradNet, type GradNetOptions } from "gradnets/model/gradnet.ts";
import { Trainer, type TrainerOptions } from "gradnets";
import { patternDataset } from "./fused.ts";

/** What {@linkcode withTrainer} trains on. */
export const patterns = patternDataset();

/** What a test may choose of the trainer, and of its net. */
export type TrainerChoices = Omit<Partial<TrainerOptions>, "net" | "data"> & {
  readonly net?: GradNetOptions;
};

/** Gives `body` a trainer and takes it and its net away again. */
export function withTrainer<T>(
  { net: netOptions, ...options }: TrainerChoices,
  body: (_: Trainer) => T,
): T {
  const size = { inputs: patterns.inputs, width: 20, depth: 6, stddev: 0.25 };
  const net = new GradNet({ ...size, ...netOptions });
  const trainer = new Trainer({ net, data: patterns, batchSize: 20, ...options });
  try {
    return body(trainer);
  } finally {
    trainer.dispose();
    net.dispose();
  }
}
