/** What layers do, recorded from their forward lines. */

import { assertEquals } from "@std/assert";
import { identity, type Layer } from "gradnets/model/layers.ts";
import { gradual } from "gradnets/model/gradual.ts";
import { layers } from "gradnets/model/layers.ts";
import { tracedLayer } from "gradnets/model/traced.ts";
import * as tf from "@tensorflow/tfjs";

const lines = (layer: Layer) => {
  const { operations, y } = tracedLayer(layer);
  return [...operations.map(({ name, input }) => `${name}(${input})`), y];
};

Deno.test("tracedLayer() of each built-in layer is its formula", () => {
  const mixed = ["Mul(Relu,g)", "Sub(1,g)", "Mul_1(x,Sub)", "Add(Mul,Mul_1)", "Add"];
  assertEquals(lines(layers["identity-grelu"]), ["Relu(u)", ...mixed]);
  assertEquals(lines(layers["linear-grelu"]), ["Sub(1,g)", "LeakyRelu(u,Sub)", "LeakyRelu"]);
  assertEquals(lines(layers["plain"]), ["Relu(u)", "Relu"]);
  assertEquals(lines(layers["residual"]), ["Relu(u)", "Add(x,Relu)", "Add"]);
  assertEquals(lines(layers["highway"]), [
    "MatMul(x,gateW)",
    "Add(MatMul,gateB)",
    "Sigmoid(Add)",
    "Relu(u)",
    "Mul(Sigmoid,Relu)",
    "Mul_1(Sigmoid,-1)",
    "Add_1(Mul_1,1)",
    "Mul_2(Add_1,x)",
    "Add_2(Mul,Mul_2)",
    "Add_2",
  ]);
});

Deno.test("tracedLayer() sees through gradual(), learned scalars and the identity", () => {
  assertEquals(lines(identity), ["x"]);
  const rezero: Layer = {
    formula: "y = x + α·relu(u)",
    parameters: { alpha: { shape: () => [], start: 0 } },
    forward: (x, u, _g, { alpha }) => x.add(u.relu().mul(alpha!)),
  };
  assertEquals(lines(rezero), ["Relu(u)", "Mul(Relu,alpha)", "Add(x,Mul)", "Add"]);
  const faded = lines(gradual(identity, layers.plain));
  assertEquals(faded.slice(-2), ["Add(Mul,Mul_1)", "Add"]);
});

Deno.test("tracedLayer() takes a layer that calls functions of tf for one operation", () => {
  const added: Layer = { formula: "y = x + u", forward: (x, u) => tf.add(x, u) };
  assertEquals(lines(added), ["Layer(x,u,g)", "Layer"]);
  const reads: Layer = { formula: "y = c·u", forward: (x, u) => u.mul(x.shape[1]) };
  assertEquals(lines(reads), ["Layer(x,u,g)", "Layer"]);
});
