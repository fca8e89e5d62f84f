/** The layer of lesson 11, in a module of its own: processes of a sweep cannot see a cell. */

import type { Layer } from "gradnets";

/** The notebook's layer with a learned slope below 0 in each layer, from 0. */
export const learnedLeak: Layer = {
  formula: "y = g·(relu(u) − a·relu(−u)) + (1−g)·x, a learned, from 0",
  parameters: { leak: { shape: () => [], start: 0 } },
  forward(x, u, g, { leak }) {
    const bent = u.relu().sub(u.neg().relu().mul(leak!));
    return bent.mul(g).add(x.mul(1 - g));
  },
  backward(dy, _x, u, g, { leak }) {
    const slope = u.step().add(u.neg().step().mul(leak!));
    return {
      du: dy.mul(g).mul(slope),
      dx: dy.mul(1 - g),
      own: { leak: dy.mul(u.neg().relu()).sum().mul(-g) },
    };
  },
};
