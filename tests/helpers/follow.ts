/** An optimizer on one number. */

import * as tf from "@tensorflow/tfjs";
import type { OptimizerRecipe } from "gradnets/engine/optimizer.ts";
import { values } from "./close.ts";

/** Where a variable that starts at 0 is after each of `gradients`. */
export function follow(
  recipe: OptimizerRecipe,
  gradients: readonly number[],
  rate = 0.1,
): number[] {
  const w = tf.tidy(() => tf.variable(tf.tensor1d([0])));
  const optimizer = recipe.make([w]);
  const found = gradients.map((gradient, iter) => {
    tf.tidy(() => optimizer.step([tf.tensor1d([gradient])], rate, { iter, epoch: iter }));
    return values(w)[0]!;
  });
  optimizer.dispose();
  w.dispose();
  return found;
}
