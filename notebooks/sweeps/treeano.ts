/**
 * The networks of treeano's three MNIST recipes (examples/expected_batches): two hidden layers, Xavier
 * normal weights. treeano.json names them.
 */

import * as tf from "@tensorflow/tfjs";
import {
  type Dataset,
  GradNet,
  GradualBatchNorm,
  layers,
  type LogitsOptions,
  type Model,
  Random,
  type Recipe,
} from "gradnets";
import { dense } from "gradnets/model/dense.ts";
import { meanG } from "gradnets/model/g.ts";

type Sizes = Pick<Recipe, "width" | "seed">;

/** Draws the weights of the three layers, N(0, 2/(inputs + outputs)); biases are 0. */
function xavier({ width, seed }: Sizes, { inputs, classes }: Dataset) {
  const random = new Random(seed);
  return ([[inputs, width], [width, width], [width, classes]] as const).map(([from, to]) => {
    const stddev = Math.sqrt(2 / (from + to));
    const values = Float32Array.from({ length: from * to }, () => stddev * random.normal());
    return { shape: [from, to] as [number, number], values };
  });
}

/** dense → ReLU → dropout, twice, → dense: ends and controls, and gradual dropout by its `keep`. */
export function relu(recipe: Sizes, data: Dataset): Model {
  const { inputs, classes } = data, { width, seed } = recipe;
  // A GradNet, so that the fused kernels can train it; its own draws are replaced.
  const net = new GradNet({ inputs, width, depth: 3, classes, layer: "plain", seed });
  const { firstW, hiddenW, lastW } = net.variables, drawn = xavier(recipe, data);
  [firstW, hiddenW, lastW].forEach((W: tf.Variable, l) =>
    tf.tidy(() => W.assign(tf.tensor(drawn[l]!.values, W.shape)))
  );
  return net;
}

/** dense → leaky ReLU of slope 1−g → dropout, twice, → dense. */
export function gradualRelu(recipe: Sizes, data: Dataset): Model {
  const { width } = recipe, activation = layers["linear-grelu"];
  return perceptron(recipe, data, {
    maskUnits: [width, width],
    after: (u, l, { g, masks }) => {
      if (l === 2) return u;
      const y = activation.forward(u, u, meanG(g), {}), mask = masks?.[l];
      return mask ? tf.mul(y, mask) : y;
    },
  });
}

/** dense → (1−g)·BN + g·identity → ReLU, twice, → dense → (1−g)·BN + g·identity. */
export function gradualNorm(recipe: Sizes, data: Dataset): Model {
  const { width } = recipe;
  const norms = [width, width, data.classes].map((units) =>
    new GradualBatchNorm(units, { epsilon: 1e-8 })
  );
  return perceptron(recipe, data, {
    variables: Object.fromEntries(
      norms.flatMap(({ gamma, beta, mean, variance }, l) =>
        Object.entries({ gamma, beta, mean, variance })
          .map(([name, variable]): [string, tf.Variable] => [`${name}${l}`, variable])
      ),
    ),
    after: (u, l, { g, training = false }) => {
      const statistics = training ? "batch" : "running";
      const y = norms[l]!.apply(u, { g: meanG(g), statistics, learn: training });
      return l === 2 ? y : tf.relu(y);
    },
  });
}

/** Three dense layers, and what comes `after` each. */
function perceptron(
  recipe: Sizes,
  data: Dataset,
  { after, variables: own = {}, maskUnits = [] }: {
    after(u: tf.Tensor2D, l: number, options: LogitsOptions): tf.Tensor2D;
    readonly variables?: Readonly<Record<string, tf.Variable>>;
    readonly maskUnits?: readonly number[];
  },
): Model {
  const { inputs, classes } = data;
  const parts = xavier(recipe, data).map(({ shape, values }) => ({
    W: tf.tidy(() => tf.variable(tf.tensor2d(values, shape))),
    b: tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([shape[1]]))),
  }));
  const variables: Record<string, tf.Variable> = { ...own };
  parts.forEach(({ W, b }, l) => Object.assign(variables, { [`W${l}`]: W, [`b${l}`]: b }));
  const trained = Object.values(variables).filter(({ trainable }) => trainable);
  return {
    inputs,
    classes,
    variables,
    parameterCount: trained.reduce((sum, { size }) => sum + size, 0),
    normed: ["W0", "W1", "W2"],
    maskUnits,
    logits: (x, options) => parts.reduce((x, { W, b }, l) => after(dense(x, W, b), l, options), x),
    dispose: () => tf.dispose(Object.values(variables)),
  };
}
