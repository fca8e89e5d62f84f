/** Gradients of a GradNet in plain float64 loops, from the formulas alone: an oracle. */

import type { GradNet } from "gradnets/model/gradnet.ts";
import type { Weights } from "./float64.ts";

/** A batch in float64, and what the pass over it is told. */
export interface Pass {
  /** [batch, inputs] */
  readonly x: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  readonly g: number;
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

const slopes = (net: GradNet, first: boolean, u: number, g: number): [du: number, dx: number] => {
  const step = u > 0 ? 1 : 0;
  if (first || net.layer === "plain") return [step, 0];
  return net.layer === "identity-grelu" ? [g * step, 1 - g] : [g * step + 1 - g, 0];
};

function affine({ W, b }: Dense, x: Float64Array): Float64Array {
  const y = b.slice();
  x.forEach((x, i) => y.forEach((_, j) => y[j]! += x * W[i * b.length + j]!));
  return y;
}

/** Adds to the gradients of a layer; returns that of its input. */
function unaffine({ W, dW, db }: Dense, x: Float64Array, du: Float64Array): Float64Array {
  const n = du.length;
  du.forEach((du, j) => db[j]! += du);
  return x.map((x, i) => {
    let dx = 0;
    for (let j = 0; j < n; j++) {
      dW[i * n + j]! += x * du[j]!;
      dx += W[i * n + j]! * du[j]!;
    }
    return dx;
  });
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
      ...{ W: part(weights, W, size), b: part(weights, b, wide) },
      ...{ dW: part(gradients, W, size), db: part(gradients, b, wide) },
    };
  };
  const layers = [
    dense("first"),
    ...Array.from({ length: hidden }, (_, l) => dense("hidden", l, width * width)),
  ];
  const last = dense("last");
  let crossEntropy = 0;
  for (let n = 0; n < labels.length; n++) {
    const ys = [Float64Array.from({ length: inputs }, (_, i) => x[n * inputs + i]!)];
    const mask = (l: number, j: number) => masks ? masks[l]![n * width + j]! : 1;
    const us = layers.map((layer, l) => {
      const u = affine(layer, ys[l]!);
      ys.push(u.map((u, j) => {
        // y of u and x, by its slope: du and dx are piecewise constant.
        const [du, dx] = slopes(net, l === 0, u, g);
        return (du * u + (dx && dx * ys[l]![j]!)) * mask(l, j);
      }));
      return u;
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
      const [du, round] = [0, 1].map((which) =>
        masked.map((dy, j) => dy * slopes(net, l === 0, us[l]![j]!, g)[which]!)
      );
      const dx = unaffine(layers[l]!, ys[l]!, du!);
      dy = l === 0 ? dx : dx.map((dx, i) => dx + round![i]!);
    }
  }
  return { crossEntropy, gradients };
}
