/** Says where a run stands in the band of several seeds of the same recipe. */

import type { Result } from "../sweep/results.ts";
import { thousands } from "./figures/figure.ts";
import { spread } from "./results.ts";

/** One measurement of a run: all that is compared. */
export interface Measured {
  /** Iteration. */
  readonly iter: number;
  /** Fraction of the test images classified correctly. */
  readonly testAccuracy: number;
}

/** The iterations at which a run and the seeds were both measured, by where the run was. */
export interface Standing {
  /** Between the lowest and the highest seed; equal to one of them counts as inside. */
  readonly inside: readonly number[];
  /** Below the lowest seed. */
  readonly below: readonly number[];
  /** Above the highest seed. */
  readonly above: readonly number[];
  /** Below the mean of the seeds, inside or not. */
  readonly belowMean: readonly number[];
  /** Number of seeds. */
  readonly seeds: number;
}

/**
 * Compares the test accuracy of a run with the band of `seeds` at every iteration at which it and
 * two seeds or more were measured. A seed that ended early counts up to its end.
 *
 * @throws {RangeError} if there is no such iteration
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadSweep } from "gradnets/notebook/sweeps.ts";
 * import { original } from "gradnets/notebook/original.ts";
 * import { standing } from "gradnets/notebook/standing.ts";
 * import { variantsAbout } from "gradnets/notebook/variants.ts";
 *
 * const { groups } = variantsAbout(await loadSweep("author"), "author");
 * const { inside, below } = standing(original.log, groups.get("identity GReLU, tuned")!);
 * assertEquals([inside.length, below], [15, [3300, 5500, 6600, 11_000, 13_200]]);
 * ```
 */
export function standing(run: readonly Measured[], seeds: readonly Result[]): Standing {
  const found = run.flatMap(({ iter, testAccuracy }) => {
    const others = seeds.flatMap(({ curve }) => curve.find(([at]) => at === iter)?.[2] ?? []);
    return others.length < 2 ? [] : [{ iter, testAccuracy, ...spread(others) }];
  });
  if (found.length === 0) {
    throw new RangeError(
      `Cannot tell where the run stands: none of its ${run.length} measurements is at an iteration ` +
        `at which two of the ${seeds.length} seeds were measured`,
    );
  }
  const at = (is: (point: typeof found[number]) => boolean) =>
    found.filter(is).map(({ iter }) => iter);
  return {
    inside: at(({ testAccuracy, min, max }) => min <= testAccuracy && testAccuracy <= max),
    below: at(({ testAccuracy, min }) => testAccuracy < min),
    above: at(({ testAccuracy, max }) => testAccuracy > max),
    belowMean: at(({ testAccuracy, mean }) => testAccuracy < mean),
    seeds: seeds.length,
  };
}

/**
 * Says a {@linkcode standing} in a sentence.
 *
 * @param name of the run, as the sentence begins: "The original"
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { standingText } from "gradnets/notebook/standing.ts";
 *
 * const where = { inside: [0, 1100], below: [], above: [2200], belowMean: [0], seeds: 5 };
 * assertEquals(
 *   standingText("This run", where),
 *   "This run was measured at 3 iterations at which our 5 seeds were measured, too: it lies inside " +
 *     "their band at 2, above it at 1 (2,200), below it at none, and below their mean at 1.",
 * );
 * ```
 */
export function standingText(
  name: string,
  { inside, below, above, belowMean, seeds }: Standing,
): string {
  const count = (at: readonly number[]) => at.length === 0 ? "none" : String(at.length);
  const outside = (at: readonly number[]) =>
    count(at) + (at.length === 0 ? "" : ` (${at.map(thousands).join("; ")})`);
  const all = inside.length + below.length + above.length;
  return `${name} was measured at ${all} iterations at which our ${seeds} seeds were measured, too: ` +
    `it lies inside their band at ${count(inside)}, above it at ${outside(above)}, ` +
    `below it at ${outside(below)}, and below their mean at ${count(belowMean)}.`;
}
