/** Shows the results of a sweep's variants under a cell: their curves and a table. */

import { show, table } from "./display.ts";
import { variantsFigure } from "./figures.ts";
import { spread } from "./results.ts";
import type { Sweep } from "./sweeps.ts";
import type { Row } from "./table.ts";
import { type Variants, variantsAbout } from "./variants.ts";

/** Options of {@linkcode showVariants}. */
export interface ShowVariantsOptions {
  /** Limits of the curves' y axis. Default: 0 to 1. */
  readonly range?: readonly [number, number];
  /** Above the curves. Default: what they are about. */
  readonly title?: string;
  /** Headings of the measures in the table; measures without one are omitted. */
  readonly measures?: Readonly<Record<string, string>>;
}

/**
 * Shows the curves of a sweep's variants about one question, a line each, and their table, with the
 * command that reproduces them in its caption.
 *
 * @throws {RangeError} if the sweep has no variants about it
 *
 * @example
 * ```ts
 * import { showVariants } from "gradnets/notebook/show_variants.ts";
 * import { loadSweep } from "gradnets/notebook/sweeps.ts";
 *
 * await showVariants("depth", await loadSweep("transitions"));
 * ```
 */
export async function showVariants(
  about: string,
  sweep: Sweep,
  { range = [0, 1], title = about, measures = {} }: ShowVariantsOptions = {},
): Promise<void> {
  const variants = variantsAbout(sweep, about);
  await show(variantsFigure(variants.groups, { title, range }));
  await table(variantRows(variants, measures), { caption: `${about}. ${sweep.command}` });
}

/**
 * Returns a row for each variant: number of seeds, mean accuracy and its spread, mean of each
 * measure.
 *
 * @param measures headings of the measures in the table; measures without one are omitted
 */
export function variantRows(
  { groups }: Variants,
  measures: Readonly<Record<string, string>> = {},
): Row[] {
  return [...groups].map(([variant, results]) => {
    const { n, mean, min, max } = spread(results.map(({ accuracy }) => accuracy));
    const means = Object.entries(measures).map(([measure, name]) => [
      name,
      spread(results.map(({ measures }) => measures?.[measure] ?? NaN)).mean.toPrecision(3),
    ]);
    return {
      variant,
      seeds: n,
      "accuracy, mean": mean.toFixed(4),
      "min to max": `${min.toFixed(4)} to ${max.toFixed(4)}`,
      ...Object.fromEntries(means),
    };
  });
}
