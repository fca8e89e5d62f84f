/** SGD: its formula. */

import * as tf from "@tensorflow/tfjs";
import { startBackend } from "gradnets/model/backend.ts";
import type { OptimizerRecipe } from "gradnets/engine/optimizer.ts";
import { sgd } from "gradnets/train/sgd.ts";
import { assertClose, values, withoutLeak } from "../helpers/close.ts";

await startBackend();

/** Where a variable that starts at 0 is after each of `gradients`. */
function follow(recipe: OptimizerRecipe, gradients: readonly number[], rate = 0.1): number[] {
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

Deno.test("sgd() steps by −scale·α·∇", () =>
  withoutLeak(() => {
    assertClose(follow(sgd(), [1, -2, 4], 0.5), [-0.5, 0.5, -1.5], { rel: 1e-6 });
    assertClose(follow(sgd({ scale: 10 }), [1], 0.5), [-5], { rel: 1e-6 });
  }));
