/** `--growth`: measures how a step's time grows with depth, width and batch. */

import { type Dataset, GradNet, type Trainer } from "gradnets";
import { makeTrainer } from "./ours.ts";
import { netOptions, original, recipe, type Size, stepFlops } from "./recipe.ts";
import { table } from "./report.ts";
import { line, mean, median } from "./statistics.ts";

const sizes = {
  depth: [10, 20, 50, 100, 200],
  width: [16, 32, 50, 64, 100, 128, 256],
  batch: [10, 20, 50, 100, 200, 500],
} as const;

/** Duration of one size's steps in one round. */
const ROUND_MS = 60;

interface Runner {
  readonly size: Size;
  readonly kernels: string;
  readonly net: GradNet;
  readonly trainer: Trainer;
  readonly steps: number;
  readonly ms: number[];
}

/** Measures one axis after the other, all sizes and kernels of an axis alternating. */
export function growth(
  data: Dataset,
  kernels: readonly ("fused" | "reference")[],
  rounds: number,
): string {
  const tables = Object.entries(sizes).map(([axis, values]) => {
    const runners = values.flatMap((value) =>
      kernels.map((kind) => makeRunner(data, { ...original, [axis]: value }, kind))
    );
    for (let round = 0; round < rounds; round++) {
      for (const { trainer, steps, ms } of runners) {
        trainer.step();
        ms.push(stepMs(trainer, steps));
      }
    }
    const text = axisTable(axis as keyof typeof sizes, runners, kernels);
    for (const { trainer, net } of runners) {
      trainer.dispose();
      net.dispose();
    }
    return text;
  });
  return tables.join("\n\n");
}

function makeRunner(data: Dataset, size: Size, kernels: "fused" | "reference"): Runner {
  const { batch: batchSize } = size;
  const { seed } = recipe;
  const net = new GradNet(netOptions({ ...size, seed }));
  const trainer = makeTrainer({ net, data, batchSize, seed, shuffleFirstEpoch: true, kernels });
  const until = performance.now() + 500;
  let last = stepMs(trainer, 3);
  while (performance.now() < until) last = stepMs(trainer, 3);
  const steps = Math.max(3, Math.round(ROUND_MS / last));
  return { size, kernels, net, trainer, steps, ms: [] };
}

/** Measures the mean time of some steps. */
function stepMs(trainer: Trainer, steps: number): number {
  const times = Array.from({ length: steps }, () => {
    const start = performance.now();
    trainer.step();
    return performance.now() - start;
  });
  return mean(times);
}

function axisTable(
  axis: keyof typeof sizes,
  runners: readonly Runner[],
  kernels: readonly string[],
): string {
  const of = (kind: string) => runners.filter((runner) => runner.kernels === kind);
  const rows = sizes[axis].map((value, i) => {
    const flops = stepFlops(of(kernels[0]!)[i]!.size);
    const cells = kernels.flatMap((kind) => {
      const ms = median(of(kind)[i]!.ms);
      return [ms.toFixed(2), (ms / (flops / 1e9)).toFixed(1), (flops / ms / 1e6).toFixed(1)];
    });
    return [`${value}`, (flops / 1e6).toFixed(1), ...cells];
  });
  const header = [axis, "MFLOP"];
  for (const kind of kernels) header.push(`${kind} ms`, "ms/GFLOP", "GFLOP/s");
  const fits = kernels.map((kind) => {
    const { slope, intercept, r2 } = line(sizes[axis], of(kind).map(({ ms }) => median(ms)));
    const [a, b] = [intercept.toFixed(2), slope.toFixed(4)];
    return `${kind}: ${a} ms + ${b} ms · ${axis}, r² ${r2.toFixed(4)}`;
  });
  // a step's FLOPs are linear in depth and batch, but not in width
  return table(header, rows) + (axis === "width" ? "" : `\n${fits.join("\n")}`);
}
