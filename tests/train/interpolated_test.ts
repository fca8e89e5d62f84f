/** Two optimizers interpolated: their sum, their gates, the state of the late one. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "gradnets/model/backend.ts";
import { Adam, adam } from "gradnets/train/adam.ts";
import { interpolated } from "gradnets/train/interpolated.ts";
import type { OptimizerRecipe } from "gradnets/engine/optimizer.ts";
import { sgd } from "gradnets/train/sgd.ts";
import { assertClose, withoutLeak } from "../helpers/close.ts";
import { follow } from "../helpers/follow.ts";

await startBackend();

/** An optimizer whose updates are always `update`. */
const fixed = (update: number): OptimizerRecipe => ({
  name: `${update}`,
  make: () => ({
    updates: (gradients) => gradients.map((gradient) => tf.fill(gradient.shape, update)),
    step: () => {},
    dispose: () => {},
  }),
});

Deno.test("interpolated() of −1 and +1 at gates 0, ¼, 1, 1 sums to −1, −1½, −½, ½", () =>
  withoutLeak(() => {
    // The case that the first author's library (treeano) tests.
    const gates = [0, 0.25, 1, 1];
    const gate = ({ iter }: { iter: number }) => gates[iter]!;
    const recipe = interpolated({ early: fixed(-1), late: fixed(1), gate });
    assertClose(follow(recipe, [7, 7, 7, 7]), [-1, -1.5, -0.5, 0.5], { rel: 1e-6 });
  }));

Deno.test("interpolated() keeps both gates in [ε, 1], whatever the schedule gives", () => {
  const at = (gate: number) =>
    follow(
      interpolated({ early: fixed(-1), late: fixed(10), gate: () => gate, epsilon: 0.125 }),
      [1],
    )[0]!;
  assertEquals([at(0), at(1), at(-3), at(5)], [-1 + 1.25, -0.125 + 10, 0.25, 9.875]);
});

Deno.test("interpolated() has its late optimizer remember from the start", () =>
  withoutLeak(() => {
    const gradients = [5, 5, 0];
    const gate = ({ iter }: { iter: number }) => Number(iter === 2);
    const turning = follow(interpolated({ early: sgd(), late: adam(), gate }), gradients);
    const alone = follow(adam(), gradients);
    // In the third step Adam moves by what it saw in the first two.
    assertClose([turning[2]! - turning[1]!], [alone[2]! - alone[1]!], { rel: 1e-4 });
    assert(alone[2]! - alone[1]! < -0.01);
  }));

Deno.test("optimizers refuse what cannot be, by name and value", () => {
  const refused = (make: () => unknown, part: string) => assertThrows(make, RangeError, part);
  refused(() => adam({ beta2: 1 }), "beta2 must be a number in [0, 1), but is 1");
  refused(() => adam({ epsilon: -1 }), "epsilon must be a number from 0 up, but is -1");
  refused(() => new Adam([], { beta1: NaN }), "beta1");
  refused(() => sgd({ scale: 0 }), "scale must be a number above 0, but is 0");
  const both = { early: sgd(), late: adam(), gate: () => 0 };
  refused(() => interpolated({ ...both, epsilon: 2 }), "epsilon must be a number from 0 to 1");
});
