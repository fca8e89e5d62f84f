/** Merged networks against the networks that they were merged from, in float64 and in TensorFlow.js. */

import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { GradNet } from "gradnets/model/gradnet.ts";
import { mergeLinear } from "gradnets/model/merge.ts";
import { startBackend } from "gradnets/model/backend.ts";
import { assertClose, withoutLeak } from "../helpers/close.ts";

await startBackend();
const sizes = { inputs: 7, width: 5, classes: 3, bias: 0.2, seed: 4 } as const;

for (const g of [[1, 0, 1, 0], [0, 0, 1, 1], [0, 1, 0, 0], [1, 1, 1, 1]]) {
  Deno.test(`a network merged at g = ${g} has the same logits`, () =>
    withoutLeak(() => {
      const net = new GradNet({ ...sizes, depth: 6, layer: "linear-grelu", stddev: 0.5 });
      const merged = mergeLinear(net, g);
      const x = tf.randomNormal<tf.Rank.R2>([20, 7], 0, 1, "float32", 3);
      const before = net.logits(x, { g }), after = merged.logits(x, { g: 1 });
      assertClose(after.dataSync(), before.dataSync(), { rel: 1e-5 });
      assertEquals(merged.depth, g.filter((value) => value === 1).length + 2);
      tf.dispose([x, before, after]);
      net.dispose();
      merged.dispose();
    }));
}

Deno.test("what cannot be merged is refused, and nothing is built", () =>
  withoutLeak(() => {
    const net = new GradNet({ ...sizes, depth: 4, layer: "linear-grelu" });
    assertThrows(() => mergeLinear(net, [1]), RangeError, "g must have 2 values, has 1");
    assertThrows(() => mergeLinear(net, [1, 0.5]), RangeError, "but one is 0.5");
    assertThrows(() => mergeLinear(net, [1, NaN]), RangeError, "but one is NaN");
    assertThrows(() => mergeLinear(net, [0, 0]), RangeError, "g must be 1 in one of them");
    net.dispose();
    const plain = new GradNet({ ...sizes, depth: 4, layer: "plain" });
    assertThrows(
      () => mergeLinear(plain, [1, 0]),
      TypeError,
      "must be linear GReLUs, but are plain",
    );
    plain.dispose();
  }));
