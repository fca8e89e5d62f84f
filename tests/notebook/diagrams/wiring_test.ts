/** What is written beside a drawn layer is what the layer computes. */

import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "gradnets";
import { layerKinds, layers } from "gradnets/model/layers.ts";
import { formula, gradientFactor, kindLine, wirings } from "gradnets/notebook/diagrams/wiring.ts";
import { palette } from "gradnets/notebook/figures.ts";
import { assertClose } from "../../helpers/close.ts";

/** The value of a formula as it is written in a picture; all its letters are numbers. */
function valueOf(written: string, letters: Readonly<Record<string, number>>): number {
  const code = written.replaceAll("·", "*").replaceAll("−", "-").replaceAll("Wᵀ", "W");
  return new Function(...Object.keys(letters), "relu", `return ${code};`)(
    ...Object.values(letters),
    (u: number) => Math.max(u, 0),
  );
}

// A layer of one unit, where every matrix is a number: u > 0 for the first x and u < 0 for the second.
const W = 0.7, b = 0.2, gateW = -0.9, gateB = 0.3;
const cases = layerKinds.flatMap((kind) =>
  [0.8, -1.1].flatMap((x) => [0, 0.37, 1].map((g) => ({ kind, x, g })))
);

function output(kind: typeof layerKinds[number], x: number, g: number): number {
  return tf.tidy(() => {
    const number = (value: number) => tf.tensor2d([[value]]);
    const own = { gateW: number(gateW), gateB: tf.tensor1d([gateB]) };
    return layers[kind].forward(number(x), number(x * W + b), g, own).dataSync()[0]!;
  });
}

Deno.test("formula() is what the layer gives", async () => {
  await startBackend();
  for (const { kind, x, g } of cases) {
    const t = 1 / (1 + Math.exp(-(x * gateW + gateB)));
    const written = formula(wirings[kind]).join(" ").replace("y = ", "");
    const value = valueOf(written, { x, u: x * W + b, g, t });
    assertClose([output(kind, x, g)], [value], {
      abs: 1e-6,
      what: `${kind}, ${written}, g = ${g}`,
    });
  }
});

Deno.test("gradientFactor() is the slope of what the layer gives", async () => {
  await startBackend();
  for (const { kind, x, g } of cases) {
    const u = x * W + b, t = 1 / (1 + Math.exp(-(x * gateW + gateB)));
    const G = (Math.max(u, 0) - x) * t * (1 - t) * gateW;
    const written = gradientFactor(wirings[kind]).join(" ");
    const value = valueOf(written, { W, D: u > 0 ? 1 : 0, g, t, G });
    const eps = 1e-2; // forward is in 32 bits
    const slope = (output(kind, x + eps, g) - output(kind, x - eps, g)) / (2 * eps);
    assertClose([slope], [value], { abs: 2e-4, what: `${kind}, ${written}, g = ${g}` });
  }
});

Deno.test("kindLine() has the colours and dashes of the figures", () => {
  const lines = Object.fromEntries(layerKinds.map((kind) => [kind, kindLine(kind)]));
  assertEquals(lines["identity-grelu"], { ink: "blue" });
  assertEquals(lines["linear-grelu"], { ink: "vermillion", dash: "8 4" });
  assertEquals(lines["plain"]?.ink, "black");
  assertEquals(new Set(layerKinds.map((kind) => lines[kind]?.dash)).size, layerKinds.length);
  for (const { ink } of Object.values(lines)) assertEquals(ink in palette, true, ink);
});
