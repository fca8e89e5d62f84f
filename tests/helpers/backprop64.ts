/** Gradients of a GradNet in plain float64 loops, from the formulas alone: an oracle. */

import type { GradNet } from "gradnets/model/gradnet.ts";
import type { G } from "gradnets/model/g.ts";
import { gAt, type Weights } from "./float64.ts";

/** A batch in float64, and what the pass over it is told. */
export interface Pass {
  /** [batch, inputs] */
  readonly x: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  readonly g: G;
  /** [batch, width] for every layer but the last; none: no dropout. */
  readonly masks?: readonly ArrayLike<number>[];
}

/** What it gives: −Σ log(p + 1e-9), and its gradients by the names of the weights. */
export interface Result {
  readonly crossEntropy: number;
  readonly gradients: Weights;
}

/** One dense layer's place in the weights. */
interface Dense {
  readonly W: Float64Array;
  readonly b: Float64Array;
  readonly dW: Float64Array;
  readonly db: Float64Array;
}

/** ∂y/∂u and ∂y/∂x of one unit; t is its gate's. */
function slopes(net: GradNet, first: boolean, u: number, g: number, t: number): [number, number] {
  const step = u > 0 ? 1 : 0;
  if (first) return [step, 0];
  switch (net.layer) {
    case "plain":
      return [step, 0];
    case "residual":
      return [step, 1];
    case "highway":
      return [t * step, 1 - t];
    case "identity-grelu":
      return [g * step, 1 - g];
    case "linear-grelu":
      return [g * step + 1 - g, 0];
    default:
      throw new Error(`no slopes of ${net.layer} here`);
  }
}

function affine({ W, b }: Dense, x: Float64Array): Float64Array {
  const y = b.slice(), n = b.length;
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < n; j++) y[j]! += x[i]! * W[i * n + j]!;
  }
  return y;
}

/** Adds to the gradients of a layer; returns that of its input. */
function unaffine({ W, dW, db }: Dense, x: Float64Array, du: Float64Array): Float64Array {
  const n = du.length, dx = new Float64Array(x.length);
  for (let j = 0; j < n; j++) db[j]! += du[j]!;
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < n; j++) {
      dW[i * n + j]! += x[i]! * du[j]!;
      dx[i]! += W[i * n + j]! * du[j]!;
    }
  }
  return dx;
}

/** Forward and backward, one image after another. */
export function passInFloat64(net: GradNet, weights: Weights, pass: Pass): Result {
  const { inputs, width, hidden } = net;
  const { x, labels, g, masks } = pass;
  const gradients = Object.fromEntries(
    Object.entries(weights).map(([name, w]) => [name, new Float64Array(w.length)]),
  );
  const dense = (name: string, i = 0, size?: number): Dense => {
    const part = (of: Weights, name: string, size?: number) =>
      size === undefined ? of[name]! : of[name]!.subarray(i * size, (i + 1) * size);
    const W = `${name}W`, b = `${name}B`, wide = size && width;
    return {
      W: part(weights, W, size),
      b: part(weights, b, wide),
      dW: part(gradients, W, size),
      db: part(gradients, b, wide),
    };
  };
  const layers = [
    dense("first"),
    ...Array.from({ length: hidden }, (_, l) => dense("hidden", l, width * width)),
  ];
  const gates = weights.gateW &&
    Array.from({ length: hidden }, (_, l) => dense("gate", l, width * width));
  const last = dense("last");
  let crossEntropy = 0;
  for (let n = 0; n < labels.length; n++) {
    const ys = [Float64Array.from({ length: inputs }, (_, i) => x[n * inputs + i]!)];
    const mask = (l: number, j: number) => masks ? masks[l]![n * width + j]! : 1;
    const ts: Float64Array[] = [];
    const slope = (l: number, j: number) =>
      slopes(net, l === 0, us[l]![j]!, gAt(g, l - 1), ts[l]?.[j] ?? NaN);
    const us: Float64Array[] = [];
    layers.forEach((layer, l) => {
      const u = us[l] = affine(layer, ys[l]!);
      if (l > 0 && gates) ts[l] = affine(gates[l - 1]!, ys[l]!).map((s) => 1 / (1 + Math.exp(-s)));
      ys.push(u.map((u, j) => {
        // y of u and x, by its slope: du and dx are piecewise constant.
        const [du, dx] = slope(l, j);
        return (du * u + (dx && dx * ys[l]![j]!)) * mask(l, j);
      }));
    });
    const z = affine(last, ys.at(-1)!);
    const total = z.reduce((sum, z) => sum + Math.exp(z), 0);
    const p = z.map((z) => Math.exp(z) / total);
    const right = p[labels[n]!]!;
    crossEntropy -= Math.log(right + 1e-9);
    const dz = p.map((p, j) => right / (right + 1e-9) * (p - (j === labels[n] ? 1 : 0)));
    let dy = unaffine(last, ys.at(-1)!, dz);
    for (let l = layers.length - 1; l >= 0; l--) {
      const masked = dy.map((dy, j) => dy * mask(l, j));
      const [du, round] = [0, 1].map((which) => masked.map((dy, j) => dy * slope(l, j)[which]!));
      const dx = unaffine(layers[l]!, ys[l]!, du!);
      dy = l === 0 ? dx : dx.map((dx, i) => dx + round![i]!);
      const t = ts[l];
      if (!t) continue;
      const ds = masked.map((dy, j) =>
        dy * (Math.max(us[l]![j]!, 0) - ys[l]![j]!) * t[j]! * (1 - t[j]!)
      );
      const through = unaffine(gates![l - 1]!, ys[l]!, ds);
      dy = dy.map((dy, i) => dy + through[i]!);
    }
  }
  return { crossEntropy, gradients };
}
