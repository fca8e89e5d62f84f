/** Layers of one's own: what is checked before a net is built of them, and parameters that learn. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import {
  checkLayer,
  GradNet,
  gradual,
  identity,
  type Layer,
  layers,
  startBackend,
  Trainer,
} from "gradnets";
import { crossEntropy, gradients } from "gradnets/engine/objective.ts";
import { Random } from "gradnets/random.ts";
import { assertClose, tinyDataset, values, withoutLeak } from "../helpers/close.ts";

await startBackend();

/** ReZero (arXiv 2003.04887): a scalar for each layer, from 0. */
const rezero: Layer = {
  formula: "y = x + α·relu(u)",
  parameters: { alpha: { shape: () => [], start: 0 } },
  forward: (x, u, _g, { alpha }) => x.add(u.relu().mul(alpha!)),
  backward: (dy, _x, u, _g, { alpha }) => ({
    dx: dy,
    du: dy.mul(u.step()).mul(alpha!),
    own: { alpha: dy.mul(u.relu()).sum() },
  }),
};

/** PReLU (arXiv 1502.01852): a slope for each unit. */
const prelu: Layer = {
  formula: "y = max(u, 0) + a·min(u, 0)",
  parameters: { a: { shape: (width) => [width], start: 0.25 } },
  forward: (_x, u, _g, { a }) => u.relu().sub(u.neg().relu().mul(a!)),
};

/** A gate by the numbers of a layer, not by its input, in g's place. */
const gated: Layer = {
  formula: "y = σ(s)·tanh(u) + (1−σ(s))·x",
  parameters: { s: { shape: (width) => [width], start: -1 } },
  forward: (x, u, _g, { s }) => {
    const t = s!.sigmoid();
    return t.mul(u.tanh()).add(t.mul(-1).add(1).mul(x));
  },
};

/** What the same layer is without its derivatives by hand. */
const byAutodiff = ({ backward: _, ...layer }: Layer): Layer => layer;

const wrong: Readonly<Record<string, readonly [change: Partial<Layer>, said: string]>> = {
  "a missing dx": [
    { backward: (...args) => without("dx", rezero.backward!(...args)) },
    "its dx is missing, where automatic differentiation of forward gives ",
  ],
  "a wrong du": [
    {
      backward: (dy, x, u, g, own) => ({
        ...rezero.backward!(dy, x, u, g, own),
        du: dy.mul(u.step()).mul(own["alpha"]!).mul(1.01),
      }),
    },
    "its du is ",
  ],
  "a missing own gradient": [
    { backward: (...args) => without("own", rezero.backward!(...args)) },
    "its own.alpha is missing, where ",
  ],
  "a wrong own gradient": [
    {
      backward: (dy, x, u, g, own) => ({
        ...rezero.backward!(dy, x, u, g, own),
        own: { alpha: dy.sum() },
      }),
    },
    "its own.alpha is ",
  ],
  "a du of a wrong shape": [
    {
      backward: (dy, x, u, g, own) => ({
        ...rezero.backward!(dy, x, u, g, own),
        du: dy.sum(0, true) as tf.Tensor2D,
      }),
    },
    "its du has the shape [1,5], but must have [4,5]",
  ],
  "an own gradient of a wrong shape": [
    {
      backward: (dy, x, u, g, own) => ({
        ...rezero.backward!(dy, x, u, g, own),
        own: { alpha: dy.mul(u.relu()) },
      }),
    },
    "its own.alpha has the shape [4,5], but must have []",
  ],
  "a du that is not a number": [
    {
      backward: (dy, x, u, g, own) => ({
        ...rezero.backward!(dy, x, u, g, own),
        du: dy.mul(NaN),
      }),
    },
    "its du is NaN where ",
  ],
};

/** An object without one of its fields. */
function without<T extends object>(name: keyof T, { ...object }: T): T {
  delete object[name];
  return object;
}

for (const [what, [change, said]] of Object.entries(wrong)) {
  Deno.test(`checkLayer() and GradNet name ${what}, and leave nothing`, () =>
    withoutLeak(() => {
      const layer = { ...rezero, ...change };
      for (const use of [() => checkLayer(layer), () => new GradNet({ layer })]) {
        const { message } = assertThrows(use, RangeError, said);
        assert(message.startsWith('Cannot use the layer "y = x + α·relu(u)": '), message);
      }
    }));
}

Deno.test("checkLayer() looks at g = 0 and g = 1 as well, and says at which it was wrong", () => {
  const { backward } = layers["identity-grelu"];
  for (const at of [0, 1]) {
    const layer: Layer = {
      ...layers["identity-grelu"],
      backward: (dy, x, u, g, own) => {
        const { du, dx } = backward!(dy, x, u, g, own);
        return g === at ? { du: du.add(1), dx: dx! } : { du, dx: dx! };
      },
    };
    assertThrows(() => checkLayer(layer), RangeError, `, at g = ${at}`);
  }
});

Deno.test("checkLayer() passes what is right, and what has no derivatives by hand", () =>
  withoutLeak(() => {
    for (
      const layer of [rezero, prelu, gated, gradual(identity, rezero), ...Object.values(layers)]
    ) {
      checkLayer(layer);
      checkLayer(byAutodiff(layer));
    }
  }));

const SIZES = { inputs: 4, width: 5, depth: 5, classes: 2, stddev: 0.5 };

/** A small net with no number at its start, and a batch for it. */
function sample(layer: Layer) {
  const net = new GradNet({ ...SIZES, layer }), random = new Random(5);
  for (const variable of Object.values(net.variables)) {
    tf.tidy(() => {
      const normal = Float32Array.from({ length: variable.size }, () => random.normal() / 2);
      variable.assign(tf.tensor(normal, variable.shape));
    });
  }
  const images = Float32Array.from({ length: 3 * 4 }, () => random.normal());
  const labels = [0, 1, 1];
  return {
    net,
    x: () => tf.tensor2d(images, [3, 4]),
    labels: () => tf.oneHot(tf.tensor1d(labels, "int32"), 2),
  };
}

for (
  const [name, layer] of Object.entries({
    rezero,
    prelu,
    gated,
    "highway by autodiff": byAutodiff(layers.highway),
    "rezero by autodiff": byAutodiff(rezero),
    "identity → rezero": gradual(identity, rezero),
    "prelu → gated": gradual(prelu, gated),
  })
) {
  Deno.test(`gradients() of every parameter of ${name} layers are those of differences`, () =>
    withoutLeak(() => {
      const { net, x, labels } = sample(layer), options = { g: 0.4 };
      const loss = () =>
        tf.tidy(() => values(crossEntropy(net.logits(x(), options), labels()))[0]!);
      assertEquals(Object.keys(net.own), Object.keys(layer.parameters!));
      tf.tidy(() => {
        const found = gradients(net, x(), labels(), options).gradients;
        assertEquals(Object.keys(found), Object.keys(net.variables));
        for (const [name, variable] of Object.entries(net.own)) {
          const start = values(variable).slice(), epsilon = 1e-2;
          const at = (i: number, by: number) => {
            const moved = start.slice();
            moved[i]! += by;
            tf.tidy(() => variable.assign(tf.tensor(moved, variable.shape)));
            return loss();
          };
          const expected = Array.from(start, (_, i) => (at(i, epsilon) - at(i, -epsilon)) / 0.02);
          tf.tidy(() => variable.assign(tf.tensor(start, variable.shape)));
          assert(expected.some((d) => Math.abs(d) > 0.01), `${name} has a say`);
          assertClose(values(found[name]!), expected, { abs: 2e-3, rel: 2e-3, what: name });
        }
      });
      net.dispose();
    }));
}

Deno.test("gradients() of highway layers by hand are those by autodiff, to float32", () =>
  withoutLeak(() => {
    const { net, x, labels } = sample(layers.highway);
    const other = new GradNet({ ...SIZES, layer: byAutodiff(layers.highway) });
    assertEquals(other.layer, "custom");
    tf.tidy(() => {
      for (const [name, variable] of Object.entries(other.variables)) {
        variable.assign(net.variables[name]!);
      }
      const [byHand, auto] = [net, other].map((net) =>
        gradients(net, x(), labels(), { g: 0 }).gradients
      );
      for (const [name, gradient] of Object.entries(byHand!)) {
        assertClose(values(auto![name]!), values(gradient), { rel: 1e-5, abs: 1e-7, what: name });
      }
    });
    [net, other].forEach((net) => net.dispose());
  }));

for (const [name, layer] of Object.entries({ rezero, prelu, gated, "highway": layers.highway })) {
  Deno.test(`Trainer moves the own parameters of ${name} layers, from where they start`, () =>
    withoutLeak(() => {
      const net = new GradNet({ ...SIZES, layer }), names = Object.keys(layer.parameters!);
      const plain = new GradNet(SIZES);
      // what a layer has of its own changes nothing that the others start from
      assertEquals(values(net.variables.hiddenW), values(plain.variables.hiddenW));
      const all = () => names.map((name) => values(net.variables[name]!).slice());
      const before = all();
      names.forEach((name, i) => {
        const { shape, start } = layer.parameters![name]!;
        assertEquals(net.variables[name]!.shape, [3, ...shape(5)]);
        if (start !== "weights") assert(before[i]!.every((value) => value === start));
      });
      const trainer = new Trainer({ net, data: tinyDataset(), g: 1, learningRate: 1e-2, l1: 0 });
      assert(trainer.kernels.startsWith("reference: "));
      const losses = Array.from({ length: 40 }, () => trainer.step().loss);
      assert(losses.at(-1)! < losses[0]!);
      all().forEach((now, i) => assert(now.some((value, j) => value !== before[i]![j]), names[i]));
      trainer.dispose();
      [net, plain].forEach((net) => net.dispose());
    }));
}
