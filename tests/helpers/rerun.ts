/**
 * Runs a cell that makes a net and a trainer again and again, as a reader does, and disposes of
 * nothing. Says what each time left, or what can be read of what was kept, as lines of JSON. Run with `--v8-flags=--expose-gc`, it
 * collects garbage in between.
 *
 * deno run -A tests/helpers/rerun.ts TIMES|kept fused|reference
 */

import * as tf from "@tensorflow/tfjs";
import { type Dataset, GradNet, Random, startBackend, Trainer } from "gradnets";

await startBackend();

/** Noise of MNIST's size: what is in it does not matter here. */
function noise(count: number) {
  const random = new Random(count);
  const images = new Uint8Array(count * 784);
  for (let i = 0; i < images.length; i += 7) images[i] = random.below(256);
  return { images, labels: images.filter((_, i) => i % 784 === 0).map((v) => v % 10), count };
}
const data: Dataset = {
  name: "noise",
  source: "tests",
  height: 28,
  width: 28,
  inputs: 784,
  classes: 10,
  train: noise(1000),
  validation: noise(500),
  test: noise(2000),
};

const [times = "100", kernels = "fused"] = Deno.args;
const { gc } = globalThis as { gc?: () => void };

/** What a reader's cell does. */
function cell(): { net: GradNet; trainer: Trainer } {
  const net = new GradNet({ depth: 50, width: 50 });
  const trainer = new Trainer({ net, data, kernels: kernels as "fused" | "reference" });
  trainer.step();
  trainer.evaluate(kernels === "reference" ? { split: "validation" } : {});
  return { net, trainer };
}

const turn = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

/** Lets go of all that can be let go of. */
async function collect(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    gc?.();
    await turn(20); // finalizers run in a turn of their own
  }
}

/** What each of many runs of the cell leaves. */
async function again(): Promise<void> {
  // As a cell's variables: the next run of the cell takes their place.
  let held: ReturnType<typeof cell> | undefined;
  for (let time = 0; time < Number(times); time++) {
    held = cell();
    await turn();
    if (gc) {
      gc();
      await turn(20);
    }
    const { rss } = Deno.memoryUsage(), { numTensors: tensors } = tf.memory();
    say({ iter: held.trainer.iter, rss: rss / 2 ** 20, threads: threads(), tensors });
  }
}

/** What can be read of a net whose trainer is gone, and of variables whose net is gone. */
async function kept(): Promise<void> {
  const sum = (variable: tf.Variable) => variable.dataSync<"float32">().reduce((a, b) => a + b, 0);
  let { net, trainer }: { net?: GradNet; trainer?: Trainer } = cell();
  const trained = sum(cell().net.variables.firstW), untrained = sum(new GradNet().variables.firstW);
  const { hiddenW } = net.variables;
  trainer = undefined;
  await collect();
  say({ trained, untrained, read: sum(net.variables.firstW), trainer: typeof trainer });
  net = undefined;
  await collect();
  try {
    say({ read: sum(hiddenW) });
  } catch (error) {
    say({ error: String(error) });
  }
}

const say = (what: unknown) => console.log(JSON.stringify(what));

await (times === "kept" ? kept() : again());
Deno.exit(0);

/** Threads of this process. */
function threads(): number {
  try {
    return Number(/Threads:\s*(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))?.[1]);
  } catch {
    return 0; // not on Linux
  }
}
