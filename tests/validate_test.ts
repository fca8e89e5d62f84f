/** Names that nobody knows are refused, and the nearest is named, wherever there are options. */

import { assertStringIncludes, assertThrows } from "@std/assert";
import {
  adam,
  anneal,
  decay,
  everySecond,
  frozen,
  GradNet,
  gradualKeep,
  perLayer,
  ramp,
  recipeOf,
  sgd,
  startBackend,
  warmup,
} from "gradnets";
import { FusedEngine } from "gradnets/engine/fused_engine.ts";
import { Architecture } from "gradnets/model/architecture.ts";
import { GlimpseNet } from "gradnets/model/glimpse_net.ts";
import { NormedNet } from "gradnets/model/normed_net.ts";
import { Adam } from "gradnets/train/adam.ts";
import { interpolated } from "gradnets/train/interpolated.ts";
import { Sgd } from "gradnets/train/sgd.ts";
import { Trainer as CoreTrainer } from "gradnets/train/trainer.ts";
import { tinyDataset, withoutLeak } from "./helpers/close.ts";

await startBackend();

const data = tinyDataset();
const SIZES = { inputs: 4, width: 6, depth: 5, classes: 2 } as const;
const g = () => 0;
const engine = (options: ConstructorParameters<typeof FusedEngine>[0]) => new FusedEngine(options);
const make: Readonly<
  Record<string, readonly [misspelt: string, meant: string, (more: object) => unknown]>
> = {
  "GradNet": ["dept", "depth", (more) => new GradNet({ ...more })],
  "Architecture": ["Layer", "layer", (more) => new Architecture({ ...more })],
  "NormedNet": ["hiden", "hidden", (more) => new NormedNet({ ...more })],
  "GlimpseNet": ["windw", "window", (more) => new GlimpseNet({ ...more })],
  "recipeOf": ["batchsize", "batchSize", (more) => recipeOf(more)],
  "recipeOf, learning rate": [
    "warm",
    "warmup",
    (more) => recipeOf({ learningRate: { ...more } }),
  ],
  "Trainer of an engine": [
    "engin",
    "engine",
    (more) => new CoreTrainer({ net: new Architecture(SIZES), data, engine, ...more }),
  ],
  "adam": ["beta", "beta1", (more) => adam({ ...more })],
  "Adam": ["epsilom", "epsilon", (more) => new Adam([], { ...more })],
  "sgd": ["scales", "scale", (more) => sgd({ ...more })],
  "Sgd": ["scael", "scale", (more) => new Sgd([], { ...more })],
  "interpolated": [
    "gates",
    "gate",
    (more) => interpolated({ early: sgd(), late: adam(), gate: g, ...more }),
  ],
  "anneal": ["epoch", "epochs", (more) => anneal({ epochs: 10, ...more })],
  "ramp": ["ende", "end", (more) => ramp({ epochs: 10, ...more })],
  "decay": ["rates", "rate", (more) => decay({ ...more })],
  "gradualKeep": ["gg", "g", (more) => gradualKeep({ rate: 0.5, g, ...more })],
  "everySecond": [
    "hiden",
    "hidden",
    (more) => everySecond({ schedule: g, hidden: 3, ...more }),
  ],
  "perLayer": ["lags", "lag", (more) => perLayer({ schedule: g, hidden: 3, lag: 1, ...more })],
  "frozen": ["epochs", "epoch", (more) => frozen(g, { epoch: 1, ...more })],
  "warmup": ["iteration", "iterations", (more) => warmup(g, { iterations: 5, ...more })],
};

for (const [name, [misspelt, meant, build]] of Object.entries(make)) {
  Deno.test(`${name} refuses ${misspelt}, and asks whether ${meant} was meant`, () =>
    withoutLeak(() => {
      const { message } = assertThrows(() => build({ [misspelt]: 1 }), RangeError);
      assertStringIncludes(message, `has no field ${misspelt}: did you mean ${meant}? Known are`);
    }));
}
