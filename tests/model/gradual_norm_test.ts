import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { Random, startBackend } from "gradnets";
import { GradualBatchNorm } from "gradnets/model/gradual_norm.ts";
import { assertClose, values, withoutLeak } from "../helpers/close.ts";
import { centralDifferences } from "../helpers/float64.ts";

await startBackend();

const BATCH = 5, UNITS = 3, EPSILON = 1e-3;

/** (1−g)·BN(x) + g·x of x [BATCH, UNITS], from the formula, in float64. */
function gbn(x: ArrayLike<number>, gamma: ArrayLike<number>, beta: ArrayLike<number>, g: number) {
  const rows = x.length / UNITS;
  return Float64Array.from({ length: x.length }, (_, i) => {
    const j = i % UNITS;
    const column = Array.from({ length: rows }, (_, n) => x[n * UNITS + j]!);
    const mean = column.reduce((a, b) => a + b) / rows;
    const variance = column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / rows;
    const bn = gamma[j]! * (x[i]! - mean) / Math.sqrt(variance + EPSILON) + beta[j]!;
    return (1 - g) * bn + g * x[i]!;
  });
}

function normals(count: number, seed: number, scale = 1): Float64Array {
  const random = new Random(seed);
  return Float64Array.from({ length: count }, () => Math.fround(scale * random.normal()));
}

function normWith(gamma: Float64Array, beta: Float64Array): GradualBatchNorm {
  const norm = new GradualBatchNorm(UNITS, { epsilon: EPSILON });
  tf.tidy(() => {
    norm.gamma.assign(tf.tensor1d(Float32Array.from(gamma)));
    norm.beta.assign(tf.tensor1d(Float32Array.from(beta)));
  });
  return norm;
}

Deno.test("GradualBatchNorm.apply() is its formula, and its gradients are the formula's", async () => {
  const x = normals(BATCH * UNITS, 1, 2), dy = normals(BATCH * UNITS, 2);
  const gamma = normals(UNITS, 3), beta = normals(UNITS, 4);
  await withoutLeak(() => {
    const norm = normWith(gamma, beta);
    for (const g of [0, 0.3, 0.9]) {
      const loss = (y: Float64Array) => y.reduce((sum, y, i) => sum + y * dy[i]!, 0);
      const input = tf.tidy(() => tf.variable(tf.tensor2d(Float32Array.from(x), [BATCH, UNITS])));
      tf.tidy(() => {
        const weigh = tf.tensor2d(Float32Array.from(dy), [BATCH, UNITS]);
        assertClose(values(norm.apply(input, { g })), gbn(x, gamma, beta, g), {
          what: `y at ${g}`,
        });
        const { grads } = tf.variableGrads(
          () => tf.sum(tf.mul(weigh, norm.apply(input, { g }))) as tf.Scalar,
          [input, norm.gamma, norm.beta],
        );
        const expected = {
          [input.name]: centralDifferences(x, () => loss(gbn(x, gamma, beta, g))),
          [norm.gamma.name]: centralDifferences(gamma, () => loss(gbn(x, gamma, beta, g))),
          [norm.beta.name]: centralDifferences(beta, () => loss(gbn(x, gamma, beta, g))),
        };
        for (const [name, gradient] of Object.entries(expected)) {
          assertClose(values(grads[name]!), gradient, { rel: 1e-4, what: `gradient ${name}` });
        }
      });
      input.dispose();
    }
    norm.dispose();
  });
});

Deno.test("GradualBatchNorm.apply() at g = 1 hands x through: nothing of the batch is left", () => {
  const norm = normWith(normals(UNITS, 1), normals(UNITS, 2));
  const x = tf.tensor2d(Float32Array.from(normals(BATCH * UNITS, 3)), [BATCH, UNITS]);
  assert(norm.apply(x, { g: 1, learn: true }) === x);
  assertEquals([...values(norm.mean)], [0, 0, 0]); // nor has it looked
  tf.dispose(x);
  norm.dispose();
});

Deno.test("GradualBatchNorm.apply() of a batch of one forgets x, unless statistics run", () => {
  const beta = normals(UNITS, 5);
  const norm = normWith(normals(UNITS, 4), beta);
  tf.tidy(() => {
    const x = tf.tensor2d([[1, -2, 30]]);
    assertEquals([...values(norm.apply(x, { g: 0 }))], [...Float32Array.from(beta)]);
    const mixed = values(norm.apply(x, { g: 0.5 }));
    assertClose(mixed, beta.map((b, j) => (b + [1, -2, 30][j]!) / 2));
    const running = values(norm.apply(x, { g: 0, statistics: "running" }));
    const gamma = values(norm.gamma);
    assertClose(running, [1, -2, 30].map((x, j) => gamma[j]! * x / Math.sqrt(1.001) + beta[j]!));
  });
  norm.dispose();
});

Deno.test("GradualBatchNorm learns the statistics of its batches only when it is told to", async () => {
  await withoutLeak(() => {
    // not 1/2, which could not tell old from new
    const norm = new GradualBatchNorm(2, { momentum: 0.75 });
    tf.tidy(() => {
      const x = tf.tensor2d([[0, 10], [4, 10]]); // means 2 and 10, variances 4 and 0
      norm.apply(x, { g: 0 });
      assertEquals([...values(norm.mean), ...values(norm.variance)], [0, 0, 1, 1]);
      norm.apply(x, { g: 0, learn: true });
      assertEquals([...values(norm.mean), ...values(norm.variance)], [0.5, 2.5, 1.75, 0.75]);
      norm.apply(x, { g: 0.9, learn: true });
      assertEquals([...values(norm.mean), ...values(norm.variance)], [
        0.875,
        4.375,
        2.3125,
        0.5625,
      ]);
    });
    norm.dispose();
  });
});

Deno.test("GradualBatchNorm refuses what cannot be", () => {
  assertThrows(() => new GradualBatchNorm(1, { epsilon: -1 }), RangeError, "epsilon");
  assertThrows(() => new GradualBatchNorm(1, { momentum: 1 }), RangeError, "momentum");
  const norm = new GradualBatchNorm(1), x = tf.zeros<tf.Rank.R2>([1, 1]);
  assertThrows(() => norm.apply(x, { g: 1.1 }), RangeError, "from 0 to 1");
  assertThrows(() => norm.apply(x, { g: NaN }), RangeError, "from 0 to 1");
  norm.dispose();
  x.dispose();
});
