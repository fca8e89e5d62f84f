/** Relatives of the GradNet as layers of one's own, which the grids beside this file name. */

import type { Layer } from "gradnets";

/** ReZero (arXiv 2003.04887): g is learned, one number for each layer, from 0. */
export const rezero: Layer = {
  formula: "y = x + α·relu(u), α learned, from 0",
  parameters: { alpha: { shape: () => [], start: 0 } },
  forward: (x, u, _g, { alpha }) => x.add(u.relu().mul(alpha!)),
};

/** The notebook's layer with a learned g in each layer, from 0, that nothing keeps in [0, 1]. */
export const learnedG: Layer = {
  formula: "y = α·relu(u) + (1−α)·x, α learned, from 0",
  parameters: { alpha: { shape: () => [], start: 0 } },
  forward: (x, u, _g, { alpha }) => x.add(u.relu().sub(x).mul(alpha!)),
};

/** Identity GReLU with relu6, which the 2015 author tried against exploding gradients. */
export const identityRelu6: Layer = {
  formula: "y = g·relu6(u) + (1−g)·x",
  forward: (x, u, g) => u.relu6().mul(g).add(x.mul(1 - g)),
};
