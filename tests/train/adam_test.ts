/** Adam: its formula, its ε, what it adds and what it counts. */

import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "gradnets/model/backend.ts";
import { Random } from "gradnets/random.ts";
import { Adam, adam } from "gradnets/train/adam.ts";
import { assertClose, values, withoutLeak } from "../helpers/close.ts";
import { follow } from "../helpers/follow.ts";

await startBackend();

Deno.test("adam() follows its formula in float64 with constants of its own", () =>
  withoutLeak(() => {
    const random = new Random(3), beta1 = 0.5, beta2 = 0.9, epsilon = 0.1;
    const gradients = Array.from({ length: 20 }, () => random.normal());
    let w = 0, m = 0, v = 0;
    const expected = gradients.map((gradient, i) => {
      m = beta1 * m + (1 - beta1) * gradient;
      v = beta2 * v + (1 - beta2) * gradient ** 2;
      const rate = 0.1 * Math.sqrt(1 - beta2 ** (i + 1)) / (1 - beta1 ** (i + 1));
      return w -= rate * m / (Math.sqrt(v) + epsilon);
    });
    assertClose(follow(adam({ beta1, beta2, epsilon }), gradients), expected, { rel: 1e-5 });
  }));

Deno.test("adam() without ε makes 0/0 of a gradient that was always 0, with it 0", () => {
  assertEquals(follow(adam({ epsilon: 0 }), [0]), [NaN]);
  assertEquals(follow(adam(), [0]).map(Math.abs), [0]);
  assertEquals([adam({ epsilon: 0 }).rule, typeof adam().rule], [undefined, "object"]);
});

Deno.test("Adam.updates() is what step() adds, and counts as a step", () =>
  withoutLeak(() => {
    const [a, b] = [0, 1].map(() => tf.tidy(() => tf.variable(tf.tensor1d([0.5, -2]))));
    const one = new Adam([a!]), other = new Adam([b!]);
    for (let t = 0; t < 3; t++) {
      tf.tidy(() => {
        const gradient = tf.tensor1d([t - 1, 0.3]);
        one.step([gradient], 0.1);
        const before = values(b!).slice();
        const [update] = other.updates([gradient], 0.1);
        assertEquals(values(b!), before); // updates() itself changes nothing
        b!.assign(tf.add(b!, update!));
      });
      assertEquals(values(a!), values(b!));
    }
    [one, other].forEach((adam) => adam.dispose());
    tf.dispose([a!, b!]);
  }));

Deno.test("Adam follows its formula in float64 over 50 steps", () =>
  withoutLeak(() => {
    const random = new Random(0), size = 6;
    const start = Array.from({ length: size }, () => random.normal());
    const w = tf.tidy(() => tf.variable(tf.tensor1d(start)));
    const adam = new Adam([w]);
    const w64 = Float64Array.from(start), m = new Float64Array(size), v = new Float64Array(size);
    for (let t = 1; t <= 50; t++) {
      const gradient = Float32Array.from({ length: size }, () => random.normal());
      const rate = 0.01 * 0.9 ** t;
      tf.tidy(() => adam.step([tf.tensor1d(gradient)], rate));
      gradient.forEach((d, i) => {
        m[i] = 0.9 * m[i]! + 0.1 * d;
        v[i] = 0.999 * v[i]! + 0.001 * d * d;
        const corrected = rate * Math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t);
        w64[i]! -= corrected * m[i]! / (Math.sqrt(v[i]!) + 1e-8);
      });
    }
    assertClose(values(w), w64, { rel: 1e-6, what: "w" });
    adam.dispose();
    w.dispose();
  }));
