/**
 * The same training here and in PyTorch, step by step: the same initial weights, batches, dropout
 * masks, g and learning rates, with the whole recipe.
 *
 * GRADNETS_PYTHON=PYTHON deno run -A tests/pytorch/compare.ts [STEPS]
 */

import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { anneal, Batches, GradNet, type LayerKind, Random, startBackend, Trainer } from "gradnets";
import { drawnDataset, FusedEngine, Trainer as CoreTrainer } from "gradnets/core";
import { LOG_EPSILON } from "gradnets/engine/engine.ts";
import { streams } from "gradnets/random.ts";
import { findPython, printedBy } from "../helpers/python.ts";
import { cases } from "../same/train.js";

/** What is compared, a number a step. */
export interface Numbers {
  readonly loss: readonly number[];
  readonly weight_norm: readonly number[];
  readonly gradient_norm: readonly number[];
  /** Class of each test image after the last step. */
  readonly predictions: readonly number[];
}

/** What train.py prints. */
interface Torch {
  readonly torch: string;
  readonly float32: Numbers;
  readonly float64: Numbers;
}

/** A training in PyTorch and here. */
export interface Found extends Torch {
  readonly layer: LayerKind;
  readonly depth: number;
  readonly reference: Numbers;
  readonly fused: Numbers;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const data = drawnDataset({ train: 1000, validation: 10, test: 1000 });
const recipe = { batchSize: 50, seed: 1, keep: 0.95, l1: 50, g: anneal({ epochs: 5 }) };
const WIDTH = 50;

/** A Python that can import torch, or undefined, said with a word. */
export const findTorch = (): string | undefined =>
  findPython("torch", "trainings are not compared with it, see tests/pytorch/requirements.txt");

/** Writes what train.py reads. */
function write(directory: string, net: GradNet, trainer: Trainer, steps: number): void {
  const { layer, depth, shapes } = net, { batchSize, seed, keep, l1 } = recipe;
  const batches = new Batches(data.train, { batchSize, seed }),
    bytes: Uint8Array[][] = [[], [], []];
  const [images = [], labels = [], masks = []] = bytes;
  const schedule: [number, number][] = [];
  for (let iter = 0; iter < steps; iter++) {
    const batch = batches.next(), random = new Random(seed, streams.dropout + iter);
    images.push(batch.pixels);
    labels.push(batch.labels);
    const drawn = random.dropoutMask(new Float32Array((depth - 1) * batchSize * WIDTH), keep);
    masks.push(Uint8Array.from(drawn, (kept) => Number(kept > 0)));
    const { g, learningRate } = trainer.schedule({ iter, epoch: iter / batches.perEpoch });
    schedule.push([g, learningRate]);
  }
  const weights = Object.values(net.variables).map((variable) =>
    new Uint8Array(variable.dataSync<"float32">().slice().buffer)
  );
  const put = (name: string, parts: readonly Uint8Array[]) => {
    using file = Deno.openSync(join(directory, name), { create: true, write: true });
    for (const part of parts) file.writeSync(part);
  };
  put("images.u8", images);
  put("labels.u8", labels);
  put("masks.u8", masks);
  put("weights.f32", weights);
  put("test.u8", [data.test.images]);
  const size = { layer, depth, width: WIDTH, batch: batchSize, keep, l1, log_epsilon: LOG_EPSILON };
  const parameters = shapes, whole = { ...size, parameters, steps: schedule };
  Deno.writeTextFileSync(join(directory, "case.json"), JSON.stringify(whole));
}

/** Trains here; the last g is that of the last step. */
function train(trainer: CoreTrainer, steps: number): Numbers {
  for (let i = 0; i < steps; i++) trainer.step();
  const found = {
    loss: trainer.steps.map(({ loss }) => loss),
    weight_norm: trainer.steps.map(({ weightNorm }) => weightNorm),
    gradient_norm: trainer.steps.map(({ gradientNorm }) => gradientNorm),
    predictions: [...trainer.evaluate().predictions],
  };
  trainer.dispose();
  return found;
}

/** Trains a kind of layer in PyTorch and here. */
export function compare(
  python: string,
  { layer, depth }: { readonly layer: LayerKind; readonly depth: number },
  steps: number,
): Found {
  const directory = Deno.makeTempDirSync();
  try {
    const net = new GradNet({ layer, depth, width: WIDTH, seed: 1 });
    // One step further, g would be another for the evaluation.
    const g = ({ iter, epoch }: { iter: number; epoch: number }) =>
      recipe.g({ iter, epoch: iter < steps ? epoch : (steps - 1) / (iter / epoch) });
    const options = { net, data, ...recipe, g };
    const trainer = new Trainer({ ...options, kernels: "reference" });
    write(directory, net, trainer, steps);
    const engine = (options: ConstructorParameters<typeof FusedEngine>[0]) =>
      new FusedEngine(options);
    const fused = train(new CoreTrainer({ ...options, engine }), steps);
    const reference = train(trainer, steps);
    net.dispose();
    const torch = printedBy<Torch>(python, [here("train.py"), directory]);
    return { layer, depth, ...torch, reference, fused };
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

/** Largest relative differences from float64 in the first steps, and share of other predictions. */
export function away(found: Numbers, exact: Numbers, steps = Infinity) {
  const largest = (name: "loss" | "weight_norm" | "gradient_norm") => {
    const scale = Math.max(...exact[name].slice(0, steps));
    return Math.max(
      ...exact[name].slice(0, steps).map((x, i) => Math.abs(found[name][i]! - x) / scale),
    );
  };
  const differ = exact.predictions.filter((label, i) => label !== found.predictions[i]).length;
  return {
    loss: largest("loss"),
    weightNorm: largest("weight_norm"),
    gradientNorm: largest("gradient_norm"),
    predictions: differ / exact.predictions.length,
  };
}

async function main(steps: number): Promise<void> {
  const python = findTorch();
  if (!python) return;
  await startBackend();
  console.log(
    "| layer | depth | from PyTorch's float64 | loss, 10 steps | loss | weight norm | gradient norm | predictions |\n" +
      "|---|---|---|---|---|---|---|---|",
  );
  for (const size of cases as readonly { layer: LayerKind; depth: number }[]) {
    const found = compare(python, size, steps);
    const rows = [
      ["reference", found.reference],
      ["fused", found.fused],
      [`PyTorch ${found.torch}, float32`, found.float32],
    ] as const;
    for (const [name, numbers] of rows) {
      const all = away(numbers, found.float64);
      const cells = [
        away(numbers, found.float64, 10).loss,
        all.loss,
        all.weightNorm,
        all.gradientNorm,
      ];
      console.log(
        `| ${size.layer} | ${size.depth} | ${name} | ` +
          `${cells.map((x) => x.toExponential(1)).join(" | ")} | ${
            (100 * all.predictions).toFixed(1)
          } % |`,
      );
    }
  }
}

if (import.meta.main) await main(Number(Deno.args[0] ?? 100));
