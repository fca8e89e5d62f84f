/** Tabulates many runs: mean, spread and number, failed runs included. */
import type { Result } from "../sweep/results.ts";
import { groupedBy } from "./figures/groups.ts";
import type { Row } from "./table.ts";

/** Summary of some numbers. */
export interface Spread {
  readonly n: number;
  readonly mean: number;
  /** Standard deviation of the sample, √(Σ(x−mean)²/(n−1)); NaN for fewer than two. */
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
}

/** Number of values from which a standard deviation says more than the range alone. */
const ENOUGH = 5;

/**
 * Returns mean, standard deviation, minimum, maximum and number of `values`; of no values all but
 * the number are NaN.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { spread } from "gradnets/notebook/results.ts";
 *
 * assertEquals(spread([.5, 1, .75]), { n: 3, mean: .75, deviation: .25, min: .5, max: 1 });
 * ```
 */
export function spread(values: readonly number[]): Spread {
  const n = values.length;
  if (n === 0) return { n, mean: NaN, deviation: NaN, min: NaN, max: NaN };
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = n < 2 ? NaN : Math.sqrt(squares / (n - 1));
  return { n, mean, deviation, min: Math.min(...values), max: Math.max(...values) };
}

/**
 * Formats `values` as "mean (min–max)", five and more as "mean ± standard deviation (min–max)", or
 * the mean alone if all agree to that many digits.
 *
 * @param digits after the decimal point
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { spreadText } from "gradnets/notebook/results.ts";
 *
 * assertEquals(spreadText([.9461, .9494, .9438]), "0.946 (0.944–0.949)");
 * assertEquals(spreadText([.1, .2, .3, .4, .5], 2), "0.30 ± 0.16 (0.10–0.50)");
 * assertEquals([spreadText([.5], 2), spreadText([])], ["0.50", ""]);
 * ```
 */
export function spreadText(values: readonly number[], digits = 3): string {
  if (values.length === 0) return "";
  const { n, mean, deviation, min, max } = spread(values);
  const [average, lowest, highest] = [mean, min, max].map((value) => value.toFixed(digits));
  if (lowest === highest) return average!;
  const scatter = n < ENOUGH ? "" : ` ± ${deviation.toFixed(digits)}`;
  return `${average}${scatter} (${lowest}–${highest})`;
}

/** Key by which {@linkcode summaryRows} and {@linkcode pivotRows} group runs. */
type By = (result: Result) => string | number;

/**
 * Returns a row for each combination of `columns` that occurs: final and best test accuracy as
 * "mean (min–max)", the number of runs, and how many of them ended early.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { recipeOf, type Result } from "gradnets";
 * import { summaryRows } from "gradnets/notebook/results.ts";
 *
 * const run = (seed: number, accuracy: number): Result => ({ recipe: recipeOf({ seed }), accuracy,
 *   data: "MNIST", best: { accuracy: .95, iter: 0 }, stopped: null, parameters: 162_160, steps: 0,
 *   msPerStep: 1, kernels: "", versions: {}, date: "", curve: [] });
 * const rows = summaryRows([run(1, .94), run(2, .92)], { layers: ({ recipe }) => recipe.depth });
 * assertEquals(rows, [{ layers: 50, final: "0.930 (0.920–0.940)", best: "0.950",
 *   runs: 2, "ended early": 0 }]);
 * ```
 */
export function summaryRows(
  results: readonly Result[],
  columns: Readonly<Record<string, By>>,
  { digits = 3 } = {},
): Row[] {
  const cells = (result: Result) =>
    Object.fromEntries(Object.entries(columns).map(([name, of]) => [name, of(result)]));
  const groups = groupedBy(results, (result) => JSON.stringify(cells(result)));
  return [...groups.values()].map((runs) => ({
    ...cells(runs[0]!),
    final: spreadText(runs.map(({ accuracy }) => accuracy), digits),
    best: spreadText(runs.map(({ best }) => best.accuracy), digits),
    runs: runs.length,
    "ended early": runs.filter(({ stopped }) => stopped !== null).length,
  }));
}

/** Options of {@linkcode pivotRows}. */
export interface PivotOptions {
  /** Heading and key of the rows. */
  readonly row: readonly [heading: string, By];
  /** Key of the columns, which is also their heading. */
  readonly column: By;
  /** Value of a run. Default: the test accuracy after the last step. */
  readonly value?: (result: Result) => number;
  /** Digits after the decimal point. Default 3. */
  readonly digits?: number;
}

/**
 * Tabulates "mean (min–max)" over two varied quantities. A cell with another number of runs than
 * most says so ("n = 2"); one in which some ended early says how many ("1 ended early").
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { recipeOf, type Result } from "gradnets";
 * import { pivotRows } from "gradnets/notebook/results.ts";
 *
 * const run = (depth: number, accuracy: number): Result => ({ recipe: recipeOf({ depth }), accuracy,
 *   data: "MNIST", best: { accuracy, iter: 0 }, stopped: null, parameters: 162_160, steps: 0,
 *   msPerStep: 1, kernels: "", versions: {}, date: "", curve: [] });
 * const rows = pivotRows([run(10, .97), run(50, .94)], {
 *   row: ["layer", ({ recipe }) => recipe.layer],
 *   column: ({ recipe }) => `${recipe.depth} layers`,
 * });
 * assertEquals(rows, [{ layer: "identity-grelu", "10 layers": "0.970", "50 layers": "0.940" }]);
 * ```
 */
export function pivotRows(
  results: readonly Result[],
  { row: [heading, row], column, value = ({ accuracy }) => accuracy, digits = 3 }: PivotOptions,
): Row[] {
  const columns = [...groupedBy(results, (result) => String(column(result))).keys()];
  const table = [...groupedBy(results, (result) => String(row(result))).values()]
    .map((runs) => ({ runs, cells: groupedBy(runs, (result) => String(column(result))) }));
  const usual = mostCommon(table.flatMap(({ cells }) => [...cells.values()].map((c) => c.length)));
  return table.map(({ runs, cells }) => ({
    [heading]: row(runs[0]!),
    ...Object.fromEntries(columns.map((name) => {
      const cell = cells.get(name);
      return [name, cell ? cellText(cell, usual, value, digits) : "–"];
    })),
  }));
}

function cellText(
  runs: readonly Result[],
  usual: number,
  value: (result: Result) => number,
  digits: number,
): string {
  const early = runs.filter(({ stopped }) => stopped !== null).length;
  return [
    spreadText(runs.map(value), digits),
    ...runs.length === usual ? [] : [`n = ${runs.length}`],
    ...early === 0 ? [] : [runs.length === 1 ? "ended early" : `${early} ended early`],
  ].join(", ");
}

function mostCommon(numbers: readonly number[]): number {
  const groups = groupedBy(numbers.map((number) => ({ number })), ({ number }) => String(number));
  const [first] = [...groups.values()].sort((a, b) => b.length - a.length);
  return first?.[0]?.number ?? 0;
}
