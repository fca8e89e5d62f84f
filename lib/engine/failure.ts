/** Why a loss is not a finite number: found out after the fact, so that no step pays for it. */

import * as tf from "@tensorflow/tfjs";
import type { Batch } from "../data/batches.ts";
import type { ForwardOptions, GradNet } from "../model/gradnet.ts";

const least = 2 ** -126; // of float32: what is smaller counts as 0 there

/**
 * Looks at the parameters, then at the logits, then at the probabilities of the batch whose loss
 * is not finite.
 *
 * @param options of the forward pass that gave the loss
 * @param logEpsilon ε in log(p + ε)
 * @returns a sentence for people
 */
export function whyNotFinite(
  net: GradNet,
  { images, labels }: Batch,
  options: ForwardOptions,
  logEpsilon: number,
): string {
  for (const [name, variable] of Object.entries(net.variables) as [string, tf.Variable][]) {
    const values = variable.dataSync<"float32">();
    const broken = values.filter((value) => !Number.isFinite(value)).length;
    if (broken > 0) {
      return `${broken} of the ${values.length} values of ${name} are no finite numbers: an earlier ` +
        "update broke them, by growing too large or by 0/0 (Adam with epsilon 0). Try a lower " +
        "learning rate.";
    }
  }
  return tf.tidy(() => {
    const x = tf.tensor2d(images, [labels.length, images.length / labels.length]);
    const logits = net.logits(x, options);
    if (!logits.dataSync<"float32">().every(Number.isFinite)) {
      return "The parameters are finite, but so large that the network's outputs overflow. Try a " +
        "lower learning rate.";
    }
    const p = tf.softmax(logits).dataSync<"float32">();
    if (logEpsilon < least && p.some((p) => p < least)) {
      return "A probability is too small for float32 and became 0, and −y·log(p) is 0·log(0) = " +
        `NaN there, or infinite if it is the label's: that is what logEpsilon is for, which is ${logEpsilon} here.`;
    }
    return "Try a lower learning rate.";
  });
}
