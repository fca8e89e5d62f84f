/** Variables that get their values when somebody looks. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { GradNet, Trainer } from "gradnets";
import { startBackend } from "gradnets/model/backend.ts";
import { isDue, postpone, settle } from "gradnets/engine/lazy.ts";
import { values, withoutLeak } from "../helpers/close.ts";
import { assign } from "../helpers/fused.ts";
import { patterns } from "../helpers/trainer.ts";

await startBackend();

/** A variable of zeros, and how often what was postponed was called. */
function withVariable(
  body: (variable: tf.Variable, ones: () => void, calls: () => number) => void,
): Promise<void> {
  return withoutLeak(() => {
    const variable = tf.tidy(() => tf.variable(tf.zeros([3])));
    let calls = 0;
    const ones = () => {
      calls++;
      assign(variable, new Float32Array([1, 1, 1]));
    };
    body(variable, ones, () => calls);
    variable.dispose();
  });
}

const ways: Record<string, (variable: tf.Variable) => ArrayLike<number>> = {
  "dataSync()": (variable) => variable.dataSync(),
  "arraySync()": (variable) => variable.arraySync() as number[],
  "bufferSync()": (variable) => variable.bufferSync().values as Float32Array,
  "clone()": (variable) => tf.tidy(() => variable.clone().dataSync()),
  "an operation": (variable) => tf.tidy(() => tf.mul(variable, 1).dataSync()),
  "a product": (variable) =>
    tf.tidy(() => tf.matMul(variable.reshape([3, 1]), tf.ones([1, 1])).dataSync()),
  "a gradient": (variable) =>
    tf.tidy(() =>
      tf.variableGrads(() => tf.sum(tf.square(variable)), [variable]).grads[variable.name]!
        .dataSync().map((x) => x / 2)
    ),
};

for (const [way, read] of Object.entries(ways)) {
  Deno.test(`postpone() is made good before ${way} reads, once`, () =>
    withVariable((variable, ones, calls) => {
      const { numTensors } = tf.memory();
      postpone(variable, ones);
      assertEquals(calls(), 0);
      assertEquals(Array.from(read(variable)), [1, 1, 1]);
      assertEquals(Array.from(read(variable)), [1, 1, 1]);
      assertEquals([calls(), tf.memory().numTensors], [1, numTensors]);
    }));
}

Deno.test("postpone() is made good before data() reads, too", async () => {
  const variable = tf.variable(tf.tensor1d([0]));
  postpone(variable, () => assign(variable, new Float32Array([5])));
  assertEquals([...await variable.data()], [5]);
  variable.dispose();
});

Deno.test("postpone() takes the place of what nobody saw, and again after a look", () =>
  withVariable((variable, ones, calls) => {
    let never = 0;
    postpone(variable, () => never++);
    postpone(variable, ones);
    assert(isDue(variable, ones));
    assertEquals([...values(variable)], [1, 1, 1]);
    assert(!isDue(variable, ones));
    postpone(variable, ones);
    settle(variable);
    settle(variable);
    assertEquals([calls(), never], [2, 0]);
  }));

Deno.test("postpone() does not overwrite what is assigned from outside", () =>
  withVariable((variable, ones) => {
    postpone(variable, ones);
    assign(variable, new Float32Array([2, 3, 4]));
    assertEquals([...values(variable)], [2, 3, 4]);
  }));

Deno.test("postpone() on a variable that is disposed of before anybody looks leaves nothing", () =>
  withVariable((variable, ones) => {
    postpone(variable, ones);
    variable.dispose();
    settle(variable);
    assert(variable.isDisposed);
  }));

Deno.test("postpone() is forgotten by dispose(): nobody wants that value any more", () =>
  withVariable((variable, ones, calls) => {
    postpone(variable, ones);
    variable.dispose();
    assertEquals(calls(), 0);
    assert(!isDue(variable, ones));
  }));

Deno.test("VariablesHome names the variable of a net that was disposed of", () => {
  const net = new GradNet({ inputs: patterns.inputs, width: 8, depth: 3 });
  const trainer = new Trainer({ net, data: patterns, batchSize: 20 });
  trainer.step();
  net.dispose();
  for (const use of [() => trainer.step(), () => trainer.measure(), () => trainer.evaluate()]) {
    assertThrows(use, Error, "The net was disposed of: its firstW");
  }
  trainer.dispose();
});
