/**
 * Memory of a real kernel in which a cell that makes a net and a trainer is run again and again, and
 * nothing is disposed of.
 *
 * deno run -A tests/helpers/memory.ts [OUT]
 *
 * runs it 100 times with 20 steps, and ten trainings of 500 steps in another kernel, prints the
 * figures, and draws them to memory.svg and memory.png in OUT (default runs).
 */

import { join } from "node:path";
import { linesFigure } from "gradnets/notebook/figures.ts";
import { picture, svg } from "gradnets/notebook/picture.ts";
import { Kernel } from "../../notebooks/tools/kernel.ts";
import { Outputs } from "../../notebooks/tools/outputs.ts";
import { ROOT } from "../../notebooks/tools/notebook.ts";

/** Noise of MNIST's size: what is in it does not matter here. */
const SETUP = `
import * as tf from "@tensorflow/tfjs";
import { GradNet, Random, startBackend, Trainer } from "gradnets";
await startBackend();
const noise = (count) => {
  const random = new Random(count), images = new Uint8Array(count * 784);
  for (let i = 0; i < images.length; i += 7) images[i] = random.below(256);
  return { images, labels: Uint8Array.from({ length: count }, (_, i) => i % 10), count };
};
const data = { name: "noise", source: "tests", height: 28, width: 28, inputs: 784, classes: 10,
  train: noise(5000), validation: noise(500), test: noise(10000) };
`;

const cell = (steps: number) => `
const net = new GradNet({ depth: 50, width: 50 });
const trainer = new Trainer({ net, data, warn() {} });
for await (const _ of trainer.run({ iterations: ${steps} })) { /* on */ }
trainer.evaluate();
console.log(JSON.stringify([Deno.memoryUsage().rss / 2 ** 20, tf.memory().numTensors, trainer.iter]));
`;

/** What each run of the cell leaves: resident memory in MB, and tensors. */
export interface Left {
  readonly rss: number;
  readonly tensors: number;
}

/** Runs the cell `times` times in one kernel. */
export async function rerun(times: number, steps: number): Promise<Left[]> {
  await using kernel = await Kernel.start({ cwd: ROOT });
  const execute = async (source: string): Promise<string> => {
    const outputs = new Outputs(new Map());
    const { errors } = await kernel.execute(source, (message) => void outputs.apply(message));
    if (errors[0]) throw new Error(`${errors[0].ename}: ${errors[0].evalue}`);
    return outputs.list.map((output) => "text" in output ? String(output.text) : "").join("");
  };
  await execute(SETUP);
  const left: Left[] = [];
  for (let time = 0; time < times; time++) {
    const printed = await execute(cell(steps));
    const [rss = NaN, tensors = NaN, iter] = JSON.parse(printed);
    if (iter !== steps) throw new Error(`${iter} of ${steps} steps were trained`);
    left.push({ rss, tensors });
  }
  return left;
}

/** Smallest and largest memory of some runs, counted from 1. */
export function range(left: readonly Left[], from: number, to: number): [number, number] {
  const sizes = left.slice(from - 1, to).map(({ rss }) => rss);
  return [Math.min(...sizes), Math.max(...sizes)];
}

async function main(out: string): Promise<void> {
  const many = await rerun(100, 20), long = await rerun(10, 500);
  const say = (what: string, left: readonly Left[], from: number, to: number) =>
    console.log(
      `${what}, ${from} to ${to}: ${
        range(left, from, to).map((mb) => mb.toFixed(0)).join(" to ")
      } MB, ` +
        `${Math.max(...left.slice(from - 1, to).map(({ tensors }) => tensors))} tensors at most`,
    );
  for (const from of [1, 11, 51, 91]) {
    say("re-runs of a cell", many, from, Math.min(from + 39, 100));
  }
  say("trainings", long, 1, 5);
  say("trainings", long, 6, 10);
  const panel = (heading: string, left: readonly Left[]) => ({
    heading,
    x: "run",
    y: "resident memory (MB)",
    range: [
      0,
      100 * Math.ceil(Math.max(...[...many, ...long].map(({ rss }) => rss)) / 100),
    ] as const,
    lines: [{ name: "kernel", x: left.map((_, i) => i + 1), y: left.map(({ rss }) => rss) }],
  });
  const figure = linesFigure([
    panel("A cell run 100 times, 20 steps each", many),
    panel("Ten trainings of 500 steps", long),
  ], { title: "Memory of a kernel in which nothing is disposed of" });
  await Deno.mkdir(out, { recursive: true });
  await Deno.writeTextFile(join(out, "memory.svg"), await svg(figure));
  await Deno.writeFile(join(out, "memory.png"), await picture(figure));
  console.log(`drawn to ${join(out, "memory.svg")} and memory.png`);
}

if (import.meta.main) await main(Deno.args[0] ?? "runs");
