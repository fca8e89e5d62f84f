/** The networks of treeano's recipes: sizes, weights, and logits against float64. */

import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { type Model, Random, startBackend, Trainer } from "gradnets";
import { trainingOf } from "gradnets/sweep/build.ts";
import { readGrid } from "gradnets/sweep/grid.ts";
import { gradualNorm, gradualRelu, relu } from "../../notebooks/sweeps/treeano.ts";
import { assertClose, tinyDataset, values, withoutLeak } from "../helpers/close.ts";

await startBackend();

const data = tinyDataset(), WIDTH = 6, BATCH = 5;
const tiny = { width: WIDTH, seed: 3 };

/** Weights and biases of the three layers, whatever the model calls them. */
function parts({ variables }: Model): { W: Float32Array; b: Float32Array }[] {
  const names = "firstW" in variables
    ? [["firstW", "firstB"], ["hiddenW", "hiddenB"], ["lastW", "lastB"]]
    : [["W0", "b0"], ["W1", "b1"], ["W2", "b2"]];
  return names.map(([W, b]) => ({ W: values(variables[W!]!), b: values(variables[b!]!) }));
}

/** Logits in float64 from the formulas; `norm` and `slope` are those of the first two layers. */
function expected(
  net: Model,
  x: Float32Array,
  { norm, slope }: { norm?: number; slope: number },
): number[] {
  let rows = Array.from({ length: BATCH }, (_, n) => [...x.subarray(4 * n, 4 * n + 4)]);
  parts(net).forEach(({ W, b }, l) => {
    let us = rows.map((x) =>
      [...b].map((b0, j) => x.reduce((sum, x, i) => sum + x * W[i * b.length + j]!, b0))
    );
    if (norm !== undefined) {
      us = us.map((u) =>
        u.map((value, j) => {
          const column = us.map((u) => u[j]!), mean = column.reduce((a, b) => a + b) / BATCH;
          const variance = column.reduce((sum, u) => sum + (u - mean) ** 2, 0) / BATCH;
          return (1 - norm) * (value - mean) / Math.sqrt(variance + 1e-8) + norm * value;
        })
      );
    }
    rows = l === 2 ? us : us.map((u) => u.map((u) => u > 0 ? u : slope * u));
  });
  return rows.flat();
}

const random = new Random(8);
const x = Float32Array.from({ length: 4 * BATCH }, () => random.uniform());
const logits = (net: Model, g: number, training = false) =>
  tf.tidy(() => values(net.logits(tf.tensor2d(x, [BATCH, 4]), { g, training })));

Deno.test("the networks have treeano's sizes and one seed's Xavier normal weights", () =>
  withoutLeak(() => {
    const mnist = { ...data, inputs: 784, classes: 10 };
    const nets = [relu, gradualRelu, gradualNorm].map((make) =>
      make({ width: 512, seed: 1 }, mnist)
    );
    const dense = 784 * 512 + 512 + 512 * 512 + 512 + 512 * 10 + 10;
    const counts = nets.map(({ parameterCount }) => parameterCount);
    assertEquals(counts, [dense, dense, dense + 2 * (512 + 512 + 10)]);
    assertEquals(nets.map(({ maskUnits }) => [...maskUnits]), [[512, 512], [512, 512], []]);
    const [first, ...others] = nets.map(parts);
    for (const other of others) assertEquals(other, first);
    const sizes = [[784, 512], [512, 512], [512, 10]] as const;
    first!.forEach(({ W, b }, l) => {
      const [from, to] = sizes[l]!, stddev = Math.sqrt(2 / (from + to));
      const found = Math.sqrt(W.reduce((sum, w) => sum + w * w, 0) / W.length);
      assertClose([found], [stddev], { rel: 0.03 });
      assert(W.some((w) => Math.abs(w) > 3 * stddev), "not truncated");
      assert(b.every((b) => b === 0));
    });
    for (const net of nets) net.dispose();
  }));

Deno.test("the networks' logits are those of their formulas, from g = 0 to g = 1", () =>
  withoutLeak(() => {
    const [plain, leaky, normed] = [relu, gradualRelu, gradualNorm].map((make) => make(tiny, data));
    for (const g of [0, 0.3, 1]) {
      const what = `logits at g ${g}`, close = { rel: 1e-5, what };
      assertClose(logits(plain!, g), expected(plain!, x, { slope: 0 }), close);
      assertClose(logits(leaky!, g), expected(leaky!, x, { slope: 1 - g }), close);
      const inBatch = expected(normed!, x, { slope: 0, norm: g });
      assertClose(logits(normed!, g, true), inBatch, { ...close, rel: 1e-4 });
    }
    assertEquals(logits(leaky!, 1), logits(plain!, 1)); // late ends: the same network
    assertEquals(logits(normed!, 1), logits(plain!, 1));
    const none = tf.tidy(() => {
      const masks = [tf.ones<tf.Rank.R2>([BATCH, WIDTH]), tf.zeros<tf.Rank.R2>([BATCH, WIDTH])];
      return values(leaky!.logits(tf.tensor2d(x, [BATCH, 4]), { g: 0.5, masks }));
    });
    assertEquals([...none], Array(2 * BATCH).fill(0)); // all units dropped: the biases
    for (const net of [plain, leaky, normed]) net!.dispose();
  }));

Deno.test("gradual ReLU at g = 1 trains as ReLU does, which takes the fused kernels, dropout too", () =>
  withoutLeak(() => {
    const losses = [relu, gradualRelu].map((make) => {
      const net = make(tiny, data);
      const options = { batchSize: 20, seed: 1, g: 1, keep: 0.5, l1: 0, learningRate: 0.01 };
      const trainer = new Trainer({ net, data, ...options });
      assertEquals(trainer.kernels.startsWith("fused"), make === relu);
      const found = Array.from({ length: 10 }, () => trainer.step().loss);
      trainer.dispose();
      net.dispose();
      return found;
    });
    assertClose(losses[1]!, losses[0]!, { rel: 1e-4 });
  }));

Deno.test("treeano.json goes from where to where treeano does, and its control has the same mean noise", async () => {
  const home = new URL("../../notebooks/sweeps/", import.meta.url);
  const { named } = await readGrid(new URL("treeano.json", home));
  /** g at the start and at the end, and the mean of keep. */
  const goes = async (name: string) => {
    const recipe = { ...named.get(name)![0]!, width: 4, images: 0, batchSize: 2 };
    const { trainer } = await trainingOf(recipe, data, { base: home });
    const at = Array.from({ length: 2500 }, (_, i) => {
      const { g, keep } = trainer.schedule({ iter: i, epoch: i / 100 });
      return { g, keep };
    });
    trainer.dispose();
    trainer.net.dispose();
    assertEquals(at[500]!.g, at[2499]!.g); // after a fifth all is as it stays
    return [at[0]!.g, at[2499]!.g, at.reduce((sum, { keep }) => sum + keep, 0) / at.length];
  };
  const ends: Readonly<Record<string, readonly number[]>> = {
    "ReLU, dropout 0.5: gradual": [0, 1, 0.5],
    "ReLU, dropout 0.5: from the start": [1, 1, 0.5],
    "ReLU, dropout 0.5: none, linear": [0, 0, 0.5],
    "dropout: gradual": [0, 1, 0.55],
    "dropout: from the start": [1, 1, 0.5],
    "dropout: none": [1, 1, 1],
    "dropout: 0.45 throughout, the same mean noise": [1, 1, 0.55],
    "batch norm: gradual": [0, 1, 1],
    "batch norm: kept": [0, 0, 1],
    "batch norm: none": [1, 1, 1],
  };
  assertEquals([...named.keys()], Object.keys(ends));
  for (const [name, expected] of Object.entries(ends)) {
    assertClose(await goes(name), expected, { rel: 1e-3, what: name });
  }
});
