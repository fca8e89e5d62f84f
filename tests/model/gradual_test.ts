/** Custom and gradual layers, initial weights, and one g per layer. */

import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "gradnets/model/backend.ts";
import { hiddenStack } from "gradnets/model/dense.ts";
import { GradNet } from "gradnets/model/gradnet.ts";
import { checkLayer } from "gradnets/model/check_layer.ts";
import { gradual } from "gradnets/model/gradual.ts";
import { type HiddenInit, orthogonal } from "gradnets/model/initial.ts";
import { identity, type Layer, layers, linear } from "gradnets/model/layers.ts";
import { gOfLayers } from "gradnets/model/g.ts";
import { Random } from "gradnets/random.ts";
import { gradients } from "gradnets/engine/objective.ts";
import { assertClose, values, withoutLeak } from "../helpers/close.ts";

await startBackend();

const tanh: Layer = {
  formula: "y = tanh(u)",
  forward: (_x, u) => tf.tanh(u),
  backward: (dy, _x, u) => ({ du: tf.mul(dy, tf.sub(1, tf.square(tf.tanh(u)))) }),
};

const draw = (shape: number[], random: Random) => {
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(Float32Array.from({ length: size }, () => random.normal()), shape);
};
const matrix = (rows: number, columns: number, random: Random) =>
  draw([rows, columns], random) as tf.Tensor2D;

/** Logits and gradients of a small net of `layer`, as plain numbers. */
function look(layer: GradNet["layer"] | Layer, g: number | number[]): Float32Array[] {
  if (layer === "custom") throw new Error("no such layer");
  const net = new GradNet({ inputs: 6, width: 5, depth: 6, classes: 3, stddev: 0.5, layer });
  try {
    return tf.tidy(() => {
      const x = matrix(4, 6, new Random(4));
      const found = gradients(net, x, tf.oneHot([0, 1, 2, 1], 3), { g });
      return [net.logits(x, { g }), ...Object.values(found.gradients)].map(values);
    });
  } finally {
    net.dispose();
  }
}

function assertSame(layer: Layer, kind: keyof typeof layers, g: number | number[]): void {
  const expected = look(kind, g);
  look(layer, g).forEach((found, i) =>
    assertClose(found, expected[i]!, { rel: 1e-6, what: `${kind} at g = ${g}, part ${i}` })
  );
}

Deno.test("gradual() of identity and plain is identity-grelu, of linear and plain linear-grelu", () =>
  withoutLeak(() => {
    for (const g of [0, 0.37, 1, [0.1, 0.9, 0.5, 0]]) {
      assertSame(gradual(identity, layers.plain), "identity-grelu", g);
      assertSame(gradual(linear, layers.plain), "linear-grelu", g);
    }
    for (const g of [0, 0.37, 1]) {
      assertSame(gradual(layers.residual, layers.residual), "residual", g);
      assertSame(gradual(layers.highway, layers.highway), "highway", g);
    }
  }));

Deno.test("gradual() is its early layer at g = 0 and its late one at g = 1", () => {
  for (const [early, late] of [["plain", "residual"], ["residual", "plain"]] as const) {
    assertSame(gradual(layers[early], layers[late]), early, 0);
    assertSame(gradual(layers[early], layers[late]), late, 1);
  }
});

const derived: readonly Layer[] = [
  ...Object.values(layers),
  identity,
  linear,
  tanh,
  gradual(identity, layers.plain),
  gradual(identity, tanh),
  gradual(tanh, layers.residual),
  gradual(linear, layers["identity-grelu"]),
  gradual(layers.highway, tanh),
  gradual(identity, layers.highway),
];
for (const layer of derived) {
  Deno.test(`backward() has the gradients of its differences, and checkLayer() says so: ${layer.formula}`, () =>
    withoutLeak(() => {
      checkLayer(layer);
      for (const g of [0, 0.37, 1]) tf.tidy(() => assertDifferences(layer, g));
    }));
}

/** Compares what backward() finds with central differences of forward(), one number after another. */
function assertDifferences(layer: Layer, g: number): void {
  const random = new Random(6), epsilon = 1e-2;
  const anywhere = matrix(3, 4, random), offTheKink = tf.mul(0.1, tf.sign(anywhere));
  const names = Object.keys(layer.parameters ?? {});
  const args: tf.Tensor[] = [
    matrix(3, 4, random),
    tf.add(anywhere, offTheKink),
    ...names.map((name) => draw(layer.parameters![name]!.shape(4), random)),
  ];
  const dy = matrix(3, 4, random);
  const split = ([x, u, ...own]: readonly tf.Tensor[]) => ({
    x: x as tf.Tensor2D,
    u: u as tf.Tensor2D,
    own: Object.fromEntries(names.map((name, i) => [name, own[i]!])),
  });
  const loss = (i: number, by: tf.Tensor) => {
    const { x, u, own } = split(args.map((arg, j) => i === j ? tf.add(arg, by) : arg));
    return values(tf.sum(tf.mul(layer.forward(x, u, g, own), dy)))[0]!;
  };
  const { x, u, own } = split(args);
  const found = layer.backward!(dy, x, u, g, own);
  assertEquals(Object.keys(found.own ?? {}), names);
  const gradients = [found.dx ?? tf.zerosLike(dy), found.du, ...Object.values(found.own ?? {})];
  gradients.forEach((gradient, i) => {
    const expected = Array.from({ length: gradient.size }, (_, j) => {
      const by = tf.buffer(gradient.shape);
      by.values[j] = epsilon;
      const step = by.toTensor();
      return (loss(i, step) - loss(i, tf.neg(step))) / (2 * epsilon);
    });
    const what = `${["x", "u", ...names][i]!} at g = ${g}`;
    assertClose(values(gradient), expected, { abs: 2e-3, what });
  });
}

Deno.test("gradual() refuses outputs that differ in shape, before they are added", () => {
  const narrow: Layer = { ...tanh, forward: (_x, u) => tf.sum(u, 0, true) };
  tf.tidy(() => {
    const x = tf.ones<tf.Rank.R2>([3, 2]);
    assertThrows(
      () => gradual(identity, narrow).forward(x, x, 0.5, {}),
      RangeError,
      "early gives [3,2] and late [1,2]",
    );
  });
});

Deno.test("GradNet takes a layer of one's own, and nothing that is none", () => {
  const net = new GradNet({ inputs: 2, width: 3, depth: 4, layer: tanh });
  assertEquals([net.layer, net.formula, net.hiddenLayer], ["custom", "y = tanh(u)", tanh]);
  assertEquals(Object.keys(net.variables).length, 6);
  net.dispose();
  const { backward, formula } = tanh;
  for (const layer of [{ formula, backward }, { ...tanh, backward: 7 }, {}, 7, null]) {
    assertThrows(() => new GradNet({ layer: layer as unknown as Layer }), TypeError, "layer");
  }
});

Deno.test("GradNet has gates where its layer has, and the other weights are the same", () =>
  withoutLeak(() => {
    const sizes = { inputs: 4, width: 3, depth: 6, classes: 2 };
    const plain = new GradNet(sizes), net = new GradNet({ ...sizes, layer: "highway" });
    assertEquals(Object.keys(net.variables).slice(6), ["gateW", "gateB"]);
    assertEquals(Object.keys(plain.variables), Object.keys(net.variables).slice(0, 6));
    assertEquals(net.parameterCount, plain.parameterCount + 4 * (9 + 3));
    const { gateW, gateB, ...others } = net.variables;
    for (const [name, variable] of Object.entries(others)) {
      assertEquals(values(variable), values(plain.variables[name]!));
    }
    assertEquals([gateW!.shape, gateB!.shape], [[4, 3, 3], [4, 3]]);
    assertEquals(values(gateB!), new Float32Array(12).fill(-2));
    assertEquals(new Set(values(gateW!)).size, 36);
    const open = new GradNet({ ...sizes, layer: "highway", carryBias: 3 });
    assertEquals(values(open.variables.gateB!), new Float32Array(12).fill(3));
    [plain, net, open].forEach((net) => net.dispose());
  }));

Deno.test("GradNet of highway layers carries x through shut gates and is plain behind open ones", () => {
  const sizes = { inputs: 9, width: 16, depth: 8, stddev: 0.4 };
  const nets = ([["highway", -100], ["highway", 100], ["plain", 0]] as const)
    .map(([layer, carryBias]) => new GradNet({ ...sizes, layer, carryBias }));
  tf.tidy(() => {
    const x = matrix(5, 9, new Random(8));
    const [shut, open, plain] = nets.map((net) => values(net.logits(x, { g: 0 })));
    assertClose(open!, plain!, { rel: 1e-6 });
    const { firstW, lastW } = nets[0]!.variables; // its other biases are 0
    assertClose(shut!, values(tf.matMul(tf.relu(tf.matMul(x, firstW)), lastW)), { rel: 1e-6 });
  });
  nets.forEach((net) => net.dispose());
});

const firstNumbers = (options: { hiddenInit?: HiddenInit; stddev?: number }) => {
  const net = new GradNet({ inputs: 4, width: 6, depth: 5, classes: 2, ...options });
  const { firstW, hiddenW, lastW } = net.variables;
  const found = [firstW, hiddenW, lastW].map((w) => values(w).slice());
  net.dispose();
  return found as [Float32Array, Float32Array, Float32Array];
};

Deno.test("GradNet's default weights are the ones they were, by seed", () => {
  // From the first version: the same seed must keep its numbers.
  const random = new Random(1, 0);
  const drawn = Float32Array.from({ length: 24 + 108 + 12 }, () => random.truncatedNormal(0.1));
  assertEquals(firstNumbers({}).flatMap((w) => [...w]), [...drawn]);
});

Deno.test("hiddenInit of a truncated normal has a width of its own", () => {
  const [first, hidden, last] = firstNumbers({});
  const hiddenInit = { kind: "truncated-normal", stddev: 0.3 } as const;
  const wide = firstNumbers({ hiddenInit });
  assertEquals([wide[0], wide[2]], [first, last]);
  assertClose(wide[1], hidden.map((w) => 3 * w), { rel: 1e-6 });
});

Deno.test("hiddenInit of the identity is a truncated normal, and 1 more on the diagonal", () => {
  const [first, hidden, last] = firstNumbers({});
  const near = firstNumbers({ hiddenInit: { kind: "identity", stddev: 0.1 } });
  assertEquals([near[0], near[2]], [first, last]);
  const expected = hidden.map((w, i) => w + (Math.floor(i % 36 / 6) === i % 6 ? 1 : 0));
  assertClose(near[1], expected, { rel: 1e-6 });
});

Deno.test("hiddenInit of orthogonal matrices: WᵀW = gain², all different, the same by seed", () => {
  const hiddenInit = { kind: "orthogonal", gain: 1.4 } as const;
  const [, hidden] = firstNumbers({ hiddenInit });
  for (let l = 0; l < 3; l++) {
    const W = hidden.subarray(36 * l, 36 * (l + 1));
    for (let i = 0; i < 6; i++) {
      for (let j = 0; j < 6; j++) {
        let product = 0;
        for (let k = 0; k < 6; k++) product += W[6 * k + i]! * W[6 * k + j]!;
        assertClose([product], [i === j ? 1.4 ** 2 : 0], { abs: 1e-6 });
      }
    }
  }
  assertEquals(new Set(hidden).size, 108);
  assertEquals(firstNumbers({ hiddenInit })[1], hidden);
});

Deno.test("orthogonal() is so to the last digits at width 200, and of both determinants", () => {
  const size = 200, Q = orthogonal(size, new Random(3, 0));
  let worst = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let product = 0;
      for (let k = 0; k < size; k++) product += Q[i * size + k]! * Q[j * size + k]!;
      worst = Math.max(worst, Math.abs(product - (i === j ? 1 : 0)));
    }
  }
  assertClose([worst], [0], { abs: 1e-13 });
  const determinants = Array.from({ length: 20 }, (_, seed) => {
    const [a, b, c, d] = orthogonal(2, new Random(seed, 0)) as unknown as number[];
    return Math.round(a! * d! - b! * c!);
  });
  assertEquals(new Set(determinants), new Set([1, -1]));
});

Deno.test("GradNet refuses initial weights that cannot be, and leaves nothing", () =>
  withoutLeak(() => {
    const refused = (hiddenInit: unknown, word: string) =>
      assertThrows(() => new GradNet({ hiddenInit: hiddenInit as HiddenInit }), RangeError, word);
    refused({ kind: "uniform" }, 'truncated-normal, orthogonal or identity, but is "uniform"');
    refused({ kind: "orthogonal", gain: 0 }, "gain must be above 0, but is 0");
    refused({ kind: "orthogonal" }, "gain must be above 0, but is undefined");
    refused({ kind: "truncated-normal", stddev: -1 }, "stddev must be above 0, but is -1");
    refused({ kind: "identity", stddev: 0 }, "stddev must be above 0, but is 0");
    assertThrows(
      () => new GradNet({ carryBias: NaN }),
      RangeError,
      "carryBias must be a number, but is NaN",
    );
  }));

Deno.test("gOfLayers() is one number for all or one for each, and no other length", () => {
  assertEquals([gOfLayers(0.2, 2), gOfLayers([0, 1], 2)], [[0.2, 0.2], [0, 1]]);
  assertThrows(
    () => gOfLayers([0, 1], 3),
    RangeError,
    "2 numbers as g: expected one, or one for each of 3",
  );
});

Deno.test("hiddenStack() takes one g for each layer, and gates where they belong", () =>
  withoutLeak(() =>
    tf.tidy(() => {
      const x = tf.tensor2d([[1, -2]]), b = tf.zeros<tf.Rank.R2>([2, 2]);
      const W = tf.tensor3d([[[0, 1], [1, 0]], [[0, 1], [1, 0]]]); // swaps
      const stack = (g: number | number[]) =>
        values(hiddenStack(layers["identity-grelu"], x, W, b, g));
      assertEquals([...stack([1, 0])], [0, 1]);
      assertEquals([...stack([0, 1])], [0, 1]);
      assertEquals([...stack([1, 1])], [1, 0]);
      assertEquals([...stack([0, 0])], [1, -2]);
      assertEquals([...stack([0.5, 0])], [0.5, -0.5]);
      assertThrows(() => stack([1]), RangeError, "1 numbers as g");
      assertThrows(
        () => hiddenStack(layers.highway, x, W, b, 0),
        TypeError,
        "its own gateW, got none",
      );
    })
  ));
