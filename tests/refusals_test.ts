/**
 * Every option of every public constructor and function, with every kind of wrong value: refused in
 * one sentence that names the option, before anything is made of it.
 */

import * as tf from "@tensorflow/tfjs";
import {
  adam,
  anneal,
  Batches,
  capped,
  constant,
  decay,
  drawnDataset,
  everySecond,
  frozen,
  GlimpseNet,
  GradNet,
  GradualBatchNorm,
  gradualKeep,
  interpolated,
  loadDataset,
  manual,
  NormedNet,
  perLayer,
  probe,
  ramp,
  Random,
  recipeOf,
  reversed,
  runRecipe,
  sgd,
  splitImages,
  startBackend,
  SummaryWriter,
  Trainer,
  warmup,
} from "gradnets";
import * as core from "gradnets/core";
import { placeOnCanvas } from "gradnets/data/canvas.ts";
import { tinyDataset } from "./helpers/close.ts";
import { type Row, testRefusals } from "./helpers/refusals.ts";

await startBackend();

const data = tinyDataset();
const SIZES = { inputs: 4, width: 6, depth: 4, classes: 2 } as const;
const net = new GradNet(SIZES), g = () => 0;
const x = tf.ones<tf.Rank.R2>([2, 4]);
const idx = (...shape: number[]): core.Idx => ({
  type: "uint8",
  shape,
  data: new Uint8Array(shape.reduce((a, b) => a * b)),
});
const FILES = {
  ...{ name: "mine", source: "here", validation: 1 },
  ...{
    trainImages: idx(2, 1, 1),
    trainLabels: idx(2),
    testImages: idx(2, 1, 1),
    testLabels: idx(2),
  },
};
const engine = (options: ConstructorParameters<typeof core.FusedEngine>[0]) =>
  new core.FusedEngine(options);
const sizes = { inputs: "count", width: "count", classes: "count", seed: "seed" } as const;
const gradnet = {
  ...sizes,
  depth: "count",
  layer: "layer",
  stddev: "positive",
  bias: "finite",
  hiddenInit: "record",
  carryBias: "finite",
} as const;
const trainer = {
  batchSize: "count",
  seed: "seed",
  g: "schedule",
  learningRate: "schedule",
  optimizer: "word",
  keep: "schedule",
  l1: "amount",
  logEpsilon: "amount",
  every: "step",
  shuffleFirstEpoch: "flag",
  threads: "count",
  warn: "call",
  data: "object",
  net: "object",
} as const;

const ROWS: readonly Row[] = [
  ["GradNet", gradnet, (more) => new GradNet({ ...SIZES, ...more })],
  ["Architecture", gradnet, (more) => new core.Architecture({ ...SIZES, ...more })],
  [
    "NormedNet",
    { ...sizes, hidden: "count", stddev: "positive" },
    (more) => new NormedNet({ inputs: 4, hidden: 2, width: 3, ...more }),
  ],
  [
    "GlimpseNet",
    {
      canvas: "count",
      window: "count",
      locating: "count",
      width: "count",
      classes: "count",
      seed: "seed",
    },
    (more) => new GlimpseNet({ canvas: 6, window: 3, locating: 2, width: 2, ...more }),
  ],
  [
    "GradualBatchNorm",
    { epsilon: "amount", momentum: "partial" },
    (more) => new GradualBatchNorm(2, more),
  ],
  [
    "GradualBatchNorm of units",
    { units: "count" },
    (more) => new GradualBatchNorm(Reflect.get(more, "units")),
  ],
  ["Trainer", { ...trainer, kernels: "word" }, (more) => new Trainer({ net, data, ...more })],
  [
    "Trainer of an engine",
    { ...trainer, engine: "call" },
    (more) => new core.Trainer({ net: new core.Architecture(SIZES), data, engine, ...more }),
  ],
  ["adam", { beta1: "partial", beta2: "partial", epsilon: "amount" }, (more) => adam(more)],
  ["sgd", { scale: "positive" }, (more) => sgd(more)],
  [
    "interpolated",
    { early: "object", late: "object", gate: "call", epsilon: "share" },
    (more) => interpolated({ early: sgd(), late: adam(), gate: g, ...more }),
  ],
  [
    "anneal",
    { epochs: "positive", start: "amount", whole: "flag" },
    (more) => anneal({ epochs: 1, ...more }),
  ],
  [
    "ramp",
    { epochs: "positive", start: "amount", end: "positive" },
    (more) => ramp({ epochs: 1, ...more }),
  ],
  [
    "decay",
    { rate: "positive", factor: "positive", steps: "positive", globalStep: "finite" },
    (more) => decay(more),
  ],
  ["constant", { value: "finite" }, (more) => constant(Reflect.get(more, "value"))],
  ["capped", { value: "share" }, (more) => capped(g, Reflect.get(more, "value"))],
  ["capped schedule", { schedule: "call" }, (more) => capped(Reflect.get(more, "schedule"), 1)],
  ["frozen", { epoch: "amount" }, (more) => frozen(g, { epoch: 1, ...more })],
  [
    "frozen schedule",
    { schedule: "call" },
    (more) => frozen(Reflect.get(more, "schedule"), { epoch: 1 }),
  ],
  ["reversed", { schedule: "call" }, (more) => reversed(Reflect.get(more, "schedule"))],
  [
    "perLayer",
    { schedule: "call", hidden: "count", lag: "finite" },
    (more) => perLayer({ schedule: g, hidden: 3, lag: 1, ...more }),
  ],
  [
    "everySecond",
    { schedule: "call", hidden: "count" },
    (more) => everySecond({ schedule: g, hidden: 3, ...more }),
  ],
  ["warmup", { iterations: "amount" }, (more) => warmup(g, { iterations: 5, ...more })],
  [
    "warmup schedule",
    { schedule: "call" },
    (more) => warmup(Reflect.get(more, "schedule"), { iterations: 5 }),
  ],
  ["gradualKeep", { rate: "partial", g: "call" }, (more) => gradualKeep({ rate: 0.5, g, ...more })],
  ["Random", { seed: "seed" }, (more) => new Random(Reflect.get(more, "seed"))],
  [
    "Batches",
    {
      batchSize: "count",
      seed: "seed",
      shuffleFirstEpoch: "flag",
      iter: "place",
    },
    (more) => new Batches(data.train, { batchSize: 5, seed: 1, ...more }),
  ],
  [
    "splitImages",
    { start: "index" },
    (more) => splitImages(data.train, Reflect.get(more, "start")),
  ],
  [
    "drawnDataset",
    { train: "count", validation: "index", test: "count", seed: "seed" },
    (more) => drawnDataset({ train: 20, validation: 0, test: 10, ...more }),
  ],
  ["placeOnCanvas", { canvas: "count", seed: "seed" }, (more) => placeOnCanvas(data, more)],
  [
    "loadDataset",
    {
      dir: "text",
      seed: "seed",
      validation: "place",
      log: "call",
      download: "flag",
      fallback: "flag",
      signal: "object",
      home: "text",
      network: "object",
      draw: "call",
    },
    (more) => loadDataset({ dir: "drawn", log() {}, ...more }),
  ],
  [
    "recipeOf",
    {
      model: "word",
      layer: "word",
      depth: "size",
      width: "size",
      seed: "seed",
      epochs: "positive",
      batchSize: "size",
      images: "place",
      g: "word",
      learningRate: "object",
      keep: "share",
      l1: "amount",
      stddev: "positive",
      bias: "finite",
      optimizer: "word",
      patience: "amount",
      logEpsilon: "amount",
      every: "step",
    },
    (more) => recipeOf(more),
  ],
  [
    "runRecipe",
    {
      onPoint: "call",
      signal: "object",
      now: "call",
      date: "call",
      keep: "record",
    },
    (more) => runRecipe(recipeOf({ epochs: 0.01, depth: 3 }), data, more),
  ],
  ["trainer.run", { epochs: "amount", signal: "object" }, (more) => run({ epochs: 0, ...more })],
  ["trainer.run", { iterations: "amount" }, (more) => run(more)],
  ["trainer.evaluate", { split: "word", g: "shares" }, (more) => run({ epochs: 0 }, more)],
  [
    "trainer.rewind",
    { dropoutSeed: "seed" },
    (more) => withTrainer((trainer) => trainer.rewind(trainer.checkpoint(), more)),
  ],
  [
    "trainer.rewind to no checkpoint",
    {
      of: "object",
      byHand: "record",
      iter: "place",
      dropoutSeed: "seed",
      steps: "list",
      points: "list",
      tensors: "record",
      numbers: "record",
    },
    (more) => withTrainer((trainer) => trainer.rewind({ ...trainer.checkpoint(), ...more })),
  ],
  [
    "trainer.rewind to anything",
    { mark: "object" },
    (more) => withTrainer((trainer) => trainer.rewind(Reflect.get(more, "mark"))),
  ],
  ["manual", { schedule: "call" }, (more) => manual(Reflect.get(more, "schedule"))],
  ["manual's set", { number: "finite" }, (more) => manual(g).set(Reflect.get(more, "number"))],
  ...(["g", "keep"] as const).map((name): Row => [
    `manual ${name}`,
    { [name]: "share" },
    (more) => {
      const hand = manual(() => 1);
      return withTrainer(() => hand.set(Reflect.get(more, name)), { [name]: hand });
    },
  ]),
  [
    "makeDataset",
    {
      name: "text",
      source: "words",
      trainImages: "object",
      trainLabels: "object",
      testImages: "object",
      testLabels: "object",
      validation: "index",
    },
    (more) => core.makeDataset({ ...FILES, ...more }),
  ],
  ["net.save", { path: "text" }, (more) => net.save(Reflect.get(more, "path"))],
  ["GradNet.load", { path: "text" }, (more) => GradNet.load(Reflect.get(more, "path"))],
  [
    "GradNet.load",
    { options: "object" },
    (more) => GradNet.load("none", Reflect.get(more, "options")),
  ],
  [
    "SummaryWriter",
    { directory: "text" },
    (more) => SummaryWriter.create(Reflect.get(more, "directory")),
  ],
  ["SummaryWriter", { now: "call" }, (more) => SummaryWriter.create("none", more)],
  [
    "probe",
    { g: "shares", loss: "call", linearity: "flag" },
    (more) => probe(net, x, { g: 0, loss: (logits) => tf.sum(logits), ...more }),
  ],
];

function run(options: object, evaluate?: object): unknown {
  return withTrainer((trainer) => evaluate ? trainer.evaluate(evaluate) : trainer.run(options));
}

function withTrainer(use: (trainer: Trainer) => unknown, options: object = {}): unknown {
  const trainer = new Trainer({ net, data, ...options });
  try {
    return use(trainer);
  } finally {
    trainer.dispose();
  }
}

testRefusals(ROWS);
