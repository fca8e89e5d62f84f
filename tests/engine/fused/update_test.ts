/** Updates on the fused kernels, as float64 has them. */

import { assert, assertEquals } from "@std/assert";
import { startBackend } from "gradnets/model/backend.ts";
import { f32x4, v128 } from "gradnets/engine/fused/assembler.ts";
import type { RuleKernel } from "gradnets/engine/fused/rule_kernel.ts";
import { sgd } from "gradnets/train/sgd.ts";
import { assertClose } from "../../helpers/close.ts";
import { weightsOf } from "../../helpers/float64.ts";
import { guard, withPair } from "../../helpers/fused.ts";

await startBackend();

Deno.test("FusedNet.update() is Adam with the penalty's gradient, as float64 has it", () => {
  for (const [layer, width] of [["identity-grelu", 7], ["plain", 50], ["highway", 7]] as const) {
    withPair({ layer, width, inputs: 9, batch: 4, classes: 3 }, ({ net, fused, x, labels }) => {
      const weights = weightsOf(net), l1 = 30, rate = 3e-3;
      weights.hiddenW!.fill(0, 0, 3); // sign(0) = 0
      fused.load("hiddenW", Float32Array.from(weights.hiddenW!));
      const zeros = () => fused.layout.names.map((name) => new Float64Array(weights[name]!.length));
      const m = zeros(), v = zeros();
      for (let t = 1; t <= 5; t++) {
        fused.pass(x, labels, 0.5);
        const gradients = fused.layout.names.map((name) => fused.gradient(name));
        const intact = guard(fused);
        fused.update(rate, l1);
        intact();
        fused.layout.names.forEach((name, n) => {
          const w = weights[name]!, size = w.length;
          w.forEach((_, i) => {
            const penalty = name === "hiddenW" ? l1 / size * Math.sign(w[i]!) : 0;
            const gradient = gradients[n]![i]! + penalty;
            m[n]![i] = 0.9 * m[n]![i]! + 0.1 * gradient;
            v[n]![i] = 0.999 * v[n]![i]! + 0.001 * gradient ** 2;
            const mHat = m[n]![i]! / (1 - 0.9 ** t), vHat = v[n]![i]! / (1 - 0.999 ** t);
            w[i]! -= rate * mHat / (Math.sqrt(vHat) + 1e-8 / Math.sqrt(1 - 0.999 ** t));
          });
          assertClose(fused.parameter(name), w, { what: `step ${t}, ${name}` });
        });
        intact();
        for (const name of fused.layout.names) {
          weights[name] = Float64Array.from(fused.parameter(name));
        }
      }
    });
  }
});

Deno.test("FusedNet.update() is gradient descent where that is the rule, as float64 has it", () => {
  const { rule } = sgd({ scale: 4 }), rate = 0.05, l1 = 30;
  assert(rule);
  for (const [layer, width] of [["highway", 7], ["identity-grelu", 50]] as const) {
    withPair(
      { layer, width, inputs: 9, batch: 4, classes: 3, rule },
      ({ net, fused, x, labels }) => {
        const weights = weightsOf(net);
        weights.hiddenW!.fill(0, 0, 3); // sign(0) = 0
        fused.load("hiddenW", Float32Array.from(weights.hiddenW!));
        fused.pass(x, labels, 0.5);
        const intact = guard(fused);
        fused.update(rate, l1);
        intact();
        for (const name of fused.layout.names) {
          const gradient = fused.gradient(name), w = weights[name]!;
          const penalty = name === "hiddenW" ? l1 / w.length : 0;
          const expected = w.map((w, i) => w - 4 * rate * (gradient[i]! + penalty * Math.sign(w)));
          assertClose(fused.parameter(name), expected, { what: name });
        }
      },
    );
  }
});

/** m ← ½m + ∇, w ← w − α·m: a rule that lib does not have. */
const momentum: RuleKernel = {
  state: ["m"],
  rate: (learningRate) => learningRate,
  begin(f, constants) {
    const [m] = f.vectors(1), half = constants.of(f32x4.const(0.5));
    return ({ at, toM, gradient, rate }) => ({
      before: [
        ...m.set(f32x4.add(f32x4.mul(half, v128.load(at, toM)), gradient)),
        ...v128.store(at, m.get, toM),
      ],
      change: f32x4.mul(rate, m.get),
    });
  },
};

Deno.test("FusedNet.update() takes a rule of one's own, and keeps what it remembers", () =>
  withPair(
    { width: 7, inputs: 9, batch: 4, classes: 3, rule: momentum },
    ({ net, fused, x, labels }) => {
      const weights = weightsOf(net), { names } = fused.layout;
      const m = names.map((name) => new Float64Array(weights[name]!.length));
      for (let t = 0; t < 3; t++) {
        fused.pass(x, labels, 0.5);
        const intact = guard(fused);
        fused.update(0.05, 0);
        intact();
        names.forEach((name, n) => {
          const gradient = fused.gradient(name), w = weights[name]!;
          w.forEach((_, i) => w[i]! -= 0.05 * (m[n]![i] = m[n]![i]! / 2 + gradient[i]!));
          assertClose(fused.parameter(name), w, { what: `step ${t}, ${name}` });
        });
      }
    },
  ));

Deno.test("FusedNet.update() lets no mean fade into denormal numbers", () =>
  withPair({ width: 4, batch: 1 }, ({ fused }) => {
    const at = fused.layout.parameter("firstW", "m");
    const m = new Float32Array(fused.memory.buffer, at, 4);
    m.set([1e-29, -1e-29, 1e-30, -1e-30]);
    fused.update(1e-3, 0); // no pass was made: all gradients are 0
    assertClose(m, [9e-30, -9e-30, 0, 0]);
    assertEquals([...m.subarray(2)].map(Math.abs), [0, 0]);
  }));
