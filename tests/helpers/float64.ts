/** A GradNet in plain float64 loops, written from the formulas alone: an oracle. */

import type { GradNet } from "gradnets/model/gradnet.ts";
import type { G } from "gradnets/model/g.ts";
import { values } from "./close.ts";

/** The parameters of a net as float64, by the names of `net.variables`. */
export type Weights = Record<string, Float64Array>;

/** Copies them out of the net. */
export function weightsOf(net: GradNet): Weights {
  return Object.fromEntries(
    Object.entries(net.variables).map(([name, t]) => [name, Float64Array.from(values(t))]),
  );
}

/** One hidden unit, by its formula; `t` is that of its gate, where there is one. */
export function unit(
  kind: GradNet["layer"],
  x: number,
  u: number,
  g: number,
  t = NaN,
): number {
  const relu = Math.max(u, 0);
  switch (kind) {
    case "plain":
      return relu;
    case "residual":
      return x + relu;
    case "highway":
      return t * relu + (1 - t) * x;
    case "identity-grelu":
      return g * relu + (1 - g) * x;
    case "linear-grelu":
      return g * relu + (1 - g) * u;
    default:
      throw new Error(`no formula of ${kind} here`);
  }
}

/** The g of hidden layer `l`. */
export const gAt = (g: G, l: number): number => typeof g === "number" ? g : g[l]!;

/** x·W + b for one row x; W is [x.length, b.length]. */
function affine(x: Float64Array, W: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  return b.map((b, j) => x.reduce((sum, x, i) => sum + x * W[i * n + j]!, b));
}

/** Hidden layer `l` of one row: its u, and its y. */
export function hiddenInFloat64(
  net: GradNet,
  w: Weights,
  l: number,
  x: Float64Array,
  g: G,
): { readonly u: Float64Array; readonly y: Float64Array } {
  const { width } = net;
  const of = (W: Float64Array, b: Float64Array) =>
    affine(
      x,
      W.subarray(l * width ** 2, (l + 1) * width ** 2),
      b.subarray(l * width, (l + 1) * width),
    );
  const u = of(w.hiddenW!, w.hiddenB!);
  const t = w.gateW && of(w.gateW, w.gateB!).map((s) => 1 / (1 + Math.exp(-s)));
  return { u, y: u.map((u, j) => unit(net.layer, x[j]!, u, gAt(g, l), t?.[j])) };
}

/** u of the first layer for one image; its y is relu of it. */
export function firstInFloat64(w: Weights, x: Float64Array): Float64Array {
  return affine(x, w.firstW!, w.firstB!);
}

/** Logits of what hidden layer `from` is given for one image. */
export function logitsFrom(
  net: GradNet,
  w: Weights,
  from: number,
  x: Float64Array,
  g: G,
): Float64Array {
  for (let l = from; l < net.hidden; l++) x = hiddenInFloat64(net, w, l, x, g).y;
  return affine(x, w.lastW!, w.lastB!);
}

/** −log(p + 1e-9) of one image. */
export function lossOf(z: Float64Array, label: number): number {
  const total = z.reduce((sum, z) => sum + Math.exp(z), 0);
  return -Math.log(Math.exp(z[label]!) / total + 1e-9);
}

/** −Σ log(p + 1e-9) over the batch; `x` is [labels.length, net.inputs]. */
export function lossInFloat64(
  net: GradNet,
  weights: Weights,
  x: Float64Array,
  labels: readonly number[],
  g: G,
): number {
  return labels.reduce((loss, label, i) => {
    const u = firstInFloat64(weights, x.subarray(i * net.inputs, (i + 1) * net.inputs));
    return loss + lossOf(logitsFrom(net, weights, 0, u.map((u) => Math.max(u, 0)), g), label);
  }, 0);
}

/** (f(w + ε) − f(w − ε)) / 2ε for every w of `weights`, which is as before at the end. */
export function centralDifferences(weights: Float64Array, f: () => number): Float64Array {
  const epsilon = 1e-6; // float64: the error of rounding and that of the curve are both near 1e-10
  return weights.map((w, i) => {
    weights[i] = w + epsilon;
    const above = f();
    weights[i] = w - epsilon;
    const below = f();
    weights[i] = w;
    return (above - below) / (2 * epsilon);
  });
}
