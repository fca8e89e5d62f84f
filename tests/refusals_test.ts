/**
 * Every option of every public constructor and function, with every kind of wrong value: refused in
 * one sentence that names the option, before anything is made of it.
 */

import { assertEquals } from "@std/assert";
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
  NormedNet,
  perLayer,
  ramp,
  Random,
  recipeOf,
  reversed,
  runRecipe,
  sgd,
  splitImages,
  startBackend,
  Trainer,
  warmup,
} from "gradnets";
import * as core from "gradnets/core";
import { placeOnCanvas } from "gradnets/data/canvas.ts";
import { tinyDataset, withoutLeak } from "./helpers/close.ts";

await startBackend();

/** What is no number, though some of it compares like one. */
const NONE = ["x", "5", "", null, true, [], [5], {}, () => 5, NaN];
const WRONG = [...NONE, Infinity, -Infinity];
const KINDS = {
  count: [...WRONG, -1, 0, 1.5, 2 ** 40], // a whole number from 1 up
  index: [...WRONG, -1, 1.5, 2 ** 40], // from 0 up
  seed: [...WRONG, -1, 1.5, 2 ** 32],
  positive: [...WRONG, -1, 0],
  amount: [...WRONG, -1], // from 0 up
  finite: WRONG,
  share: [...WRONG, -0.1, 1.1],
  partial: [...WRONG, -0.1, 1], // below 1
  flag: ["x", "", null, 0, 1, [], {}, NaN],
  word: ["x", "", null, 5, true, [], {}, "toString"],
  text: [5, null, true, [], {}, ""],
  call: ["x", 5, null, true, [], {}],
  layer: ["x", "", null, 5, true, [], "toString"],
  record: ["x", "", null, 5, true, []],
  schedule: ["x", "5", null, true, [], [5], {}, NaN, -1, 2 ** 1025, -Infinity],
  step: [...WRONG, -1, 0, 1.5, 2 ** 60], // from 1 up, as far as can be counted
  size: [...WRONG, -1, 0, 1.5], // of what is refused when it is built
  place: [...WRONG, -1, 1.5],
  object: ["x", 5, null, true],
  list: ["x", 5, null, true, {}],
} as const satisfies Record<string, readonly unknown[]>;

type Make = (more: object) => unknown;
type Row = readonly [name: string, options: Readonly<Record<string, keyof typeof KINDS>>, Make];

const data = tinyDataset();
const SIZES = { inputs: 4, width: 6, depth: 4, classes: 2 } as const;
const net = new GradNet(SIZES), g = () => 0;
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
  ["trainer.evaluate", { split: "word" }, (more) => run({ epochs: 0 }, more)],
];

function run(options: object, evaluate?: object): unknown {
  const trainer = new Trainer({ net, data });
  try {
    return evaluate ? trainer.evaluate(evaluate) : trainer.run(options);
  } finally {
    trainer.dispose();
  }
}

for (const [name, options, make] of ROWS) {
  Deno.test(`${name} refuses every wrong value of every option in a sentence`, () =>
    withoutLeak(async () => {
      const bad: string[] = [];
      for (const [option, kind] of Object.entries(options)) {
        for (const value of KINDS[kind]) {
          const found = await refusal(() => make({ [option]: value }));
          const right = found instanceof RangeError || found instanceof TypeError;
          const message = right ? found.message : String(found);
          const said = right && /^[^\n]{10,400}$/.test(message) &&
            (message.includes(option) || /takes .* GiB at least/.test(message)) &&
            !/(?<!but is )undefined|Invalid|\[object|reading|destructure|iterable|convert/.test(
              message,
            );
          if (!said) bad.push(`${option}: ${Deno.inspect(value)} → ${message}`);
        }
      }
      assertEquals(bad, []);
    }));
}

async function refusal(make: () => unknown): Promise<unknown> {
  try {
    const made = await make();
    if (made instanceof Object && "dispose" in made && made.dispose instanceof Function) {
      made.dispose();
    }
    return "accepted";
  } catch (error) {
    return error;
  }
}
