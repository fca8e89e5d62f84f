/** Explains why a loss is not finite. Looks only after the fact, so that steps stay fast. */

/** Smallest normal float32: anything below counts as 0, or slows its processor down. */
export const FLOAT32_MIN = 2 ** -126;

/** What is inside an engine, to be looked at before the next pass. */
export interface Inspection {
  /** Names and values of the parameters. */
  readonly parameters: Iterable<readonly [name: string, values: Float32Array]>;
  /** Computes the logits of the batch, row by row. */
  readonly logits: () => Float32Array;
  /** Number of classes. */
  readonly classes: number;
  /** ε in log(p + ε). */
  readonly logEpsilon: number;
}

/**
 * Checks the parameters, then the logits, then the probabilities.
 *
 * @returns the cause and a remedy, in plain words
 */
export function whyNotFinite({ parameters, logits, classes, logEpsilon }: Inspection): string {
  for (const [name, values] of parameters) {
    const broken = values.filter((value) => !Number.isFinite(value)).length;
    if (broken > 0) {
      return `${broken} of the ${values.length} values of ${name} are no finite numbers: an earlier ` +
        "update broke them, by growing too large or by 0/0 (Adam with epsilon 0). Try a lower " +
        "learning rate.";
    }
  }
  const found = logits();
  if (!found.every(Number.isFinite)) {
    return "The parameters are finite, but so large that the network's outputs overflow. Try a " +
      "lower learning rate.";
  }
  if (logEpsilon < FLOAT32_MIN && leastProbability(found, classes) < FLOAT32_MIN) {
    return "A probability is too small for float32 and became 0, and −y·log(p) is 0·log(0) = " +
      `NaN there, or infinite if it is the label's: that is what logEpsilon is for, which is ${logEpsilon} here.`;
  }
  return "Try a lower learning rate.";
}

/** Smallest softmax(logits) of all rows. */
function leastProbability(logits: Float32Array, classes: number): number {
  let smallest = 1;
  for (let row = 0; row < logits.length; row += classes) {
    const of = logits.subarray(row, row + classes);
    const max = of.reduce((a, b) => Math.max(a, b));
    const exponentials = of.map((logit) => Math.exp(logit - max));
    const sum = exponentials.reduce((a, b) => a + b);
    smallest = Math.min(smallest, ...exponentials.map((e) => e / sum));
  }
  return smallest;
}
