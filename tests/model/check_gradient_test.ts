/** checkGradient(), on layers that are right and layers that are wrong on purpose. */

import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { checkGradient, gradual, identity, type Layer, layers, startBackend } from "gradnets";
import { rezero } from "../helpers/own_model.ts";
import { learnedLeak } from "../../notebooks/your_layer.ts";

await startBackend();

for (const [name, layer] of Object.entries({ ...layers, rezero, learnedLeak })) {
  for (const [how, one] of [["by hand", layer], ["by autodiff", without(layer)]] as const) {
    Deno.test(`checkGradient() finds the gradients of ${name} ${how} right`, () => {
      const before = tf.memory().numTensors, rows = checkGradient(one);
      assertEquals(tf.memory().numTensors, before);
      const own = Object.keys(layer.parameters ?? {});
      assertEquals(rows.map(({ of }) => of), ["x", "u", ...own]);
      for (const { compared, kinks, error, largest } of rows) {
        assertLess(kinks, compared / 5);
        assertLess(error, 2e-3 * (1 + largest));
      }
      assert(rows.some(({ largest }) => largest > 0.5));
    });
  }
}

function without({ backward: _, ...layer }: Layer): Layer {
  return layer;
}

const hand = (changed: (found: ReturnType<Required<Layer>["backward"]>) => object): Layer => ({
  ...learnedLeak,
  backward: (...args) => ({
    ...learnedLeak.backward!(...args),
    ...changed(learnedLeak.backward!(...args)),
  }),
});

const wrong: readonly (readonly [string, Layer])[] = [
  ["its dx is 0", hand(() => ({ dx: undefined }))],
  ["its du is", hand(({ du }) => ({ du: du.neg() }))],
  ["its du is", hand(({ du }) => ({ du: du.mul(1.01) }))],
  ["its own.leak is", hand(({ own }) => ({ own: { leak: own!["leak"]!.neg() } }))],
  ["its own.leak is 0", hand(() => ({ own: {} }))],
  ["is NaN", hand(({ du }) => ({ du: du.mul(NaN) }))],
];
for (const [why, layer] of wrong) {
  Deno.test(`checkGradient() says: ${why}, and leaves nothing`, () => {
    const before = tf.memory().numTensors;
    assertThrows(() => checkGradient(layer), RangeError, why);
    assertEquals(tf.memory().numTensors, before);
  });
}

Deno.test("checkGradient() is a witness against a forward line whose autodiff is wrong", () => {
  const lies = tf.customGrad((...args) => {
    const [u] = args as unknown as [tf.Tensor];
    return { value: u.square(), gradFunc: (dy) => dy };
  });
  const layer: Layer = { formula: "y = u²", forward: (_x, u) => lies(u) as tf.Tensor2D };
  assertThrows(() => checkGradient(layer), RangeError, "its du is");
});

Deno.test("checkGradient() leaves out what is at a kink, and takes mixtures", () => {
  const steps: Layer = { formula: "y = |50u|", forward: (_x, u) => u.mul<tf.Tensor2D>(50).abs() };
  const saw: Layer = {
    formula: "y = |sin(50u)|",
    forward: (_x, u) => u.mul<tf.Tensor2D>(50).sin().abs(),
  };
  assertEquals(checkGradient(steps)[1]?.of, "u");
  assert(checkGradient(saw)[1]!.kinks > 10);
  assertEquals(checkGradient(gradual(identity, learnedLeak)).length, 3);
});

Deno.test("checkGradient() refuses what is no layer", () => {
  assertThrows(() => checkGradient({} as Layer), RangeError, "forward of the layer");
  const odd = { ...learnedLeak, backwards: () => {} } as Layer;
  assertThrows(() => checkGradient(odd), RangeError, "backwards");
});
