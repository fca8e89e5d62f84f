/** What the variants of something came to, under a cell: their curves and their table. */

import { show, table } from "./display.ts";
import { variantsFigure } from "./figures.ts";
import { spread } from "./results.ts";
import type { Sweep } from "./sweeps.ts";
import type { Row } from "./table.ts";
import { type Variants, variantsAbout } from "./variants.ts";

/** Options of {@linkcode showVariants}. */
export interface ShowVariantsOptions {
  /** The y axis of the curves. Default: 0 to 1. */
  readonly range?: readonly [number, number];
  /** What measures are called in the table; those without a name are left out. */
  readonly measures?: Readonly<Record<string, string>>;
}

/**
 * Shows the curves of the variants that a sweep has of something, a line each, and their table,
 * with the command that makes them in its caption.
 *
 * @throws {RangeError} if the sweep has nothing about it
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
  { range = [0, 1], measures = {} }: ShowVariantsOptions = {},
): Promise<void> {
  const variants = variantsAbout(sweep, about);
  await show(variantsFigure(variants.groups, { title: about, range }));
  await table(variantRows(variants, measures), { caption: `${about}. ${sweep.command}` });
}

/**
 * A row for each variant: number of seeds, mean accuracy and its spread, the mean of each measure.
 *
 * @param measures what measures are called in the table; those without a name are left out
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
