/** What trials came to: lines of JSON read back, and put together over seeds. */

import type { Transition, TrialResult } from "./trial.ts";

/** What trials are told apart by. */
export function trialKey(
  { transition, variant, seed, steps, data }: Pick<
    TrialResult,
    "transition" | "variant" | "seed" | "steps" | "data"
  >,
): string {
  return JSON.stringify([transition, variant, seed, steps, data]);
}

/**
 * The results in `text`, one line each. A last line that was not finished, because its writer was
 * killed, is left out.
 *
 * @throws {SyntaxError} if another line is no result
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseTrials } from "gradnets/transitions/table.ts";
 *
 * const line = '{"transition":"depth","variant":"all at once","seed":1,"accuracy":0.9,"curve":[]}';
 * assertEquals(parseTrials(`${line}\n${line.slice(0, 20)}`).map(({ accuracy }) => accuracy), [0.9]);
 * ```
 */
export function parseTrials(text: string, name = "results"): TrialResult[] {
  const lines = text.split("\n");
  return lines.flatMap((line, i) => {
    if (line.trim() === "") return [];
    try {
      const result = JSON.parse(line) as TrialResult;
      if (typeof result.accuracy !== "number" || !Array.isArray(result.curve)) {
        throw new SyntaxError("accuracy or curve is missing");
      }
      return [result];
    } catch (cause) {
      if (i === lines.length - 1) return [];
      throw new SyntaxError(`Cannot read ${name}, line ${i + 1}, as a result: remove that line`, {
        cause,
      });
    }
  });
}

const COMMITTED = new URL("../../notebooks/sweeps/transitions.jsonl", import.meta.url);

/**
 * The results in a file. Default: those that come with this repository, of MNIST, as
 * `deno task transitions` made them.
 *
 * @throws {SyntaxError} if a line, other than an unfinished last one, is no result
 */
export async function readTrials(path: string | URL = COMMITTED): Promise<TrialResult[]> {
  return parseTrials(await Deno.readTextFile(path), path instanceof URL ? path.pathname : path);
}

/** One variant over its seeds. */
export interface Summary {
  readonly variant: string;
  readonly about: string;
  readonly results: readonly TrialResult[];
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

/**
 * Mean, least and most accuracy of every variant that was tried, in the catalogue's order.
 *
 * @param name of the transition in the results
 */
export function summarise(
  results: readonly TrialResult[],
  name: string,
  { variants }: Transition,
): Summary[] {
  return Object.entries(variants).flatMap(([variant, { about }]) => {
    const found = results.filter((r) => r.transition === name && r.variant === variant);
    if (found.length === 0) return [];
    const accuracies = found.map(({ accuracy }) => accuracy);
    return [{
      ...{ variant, about, results: found },
      mean: mean(accuracies),
      least: Math.min(...accuracies),
      most: Math.max(...accuracies),
    }];
  });
}

/**
 * The accuracies of one variant, one for each seed that was tried.
 *
 * @throws {RangeError} if none was
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { accuraciesOf, parseTrials } from "gradnets/transitions/table.ts";
 *
 * const results = parseTrials('{"transition":"depth","variant":"up","accuracy":0.9,"curve":[]}');
 * assertEquals(accuraciesOf(results, "depth", "up"), [0.9]);
 * assertThrows(() => accuraciesOf(results, "depth", "down"), RangeError, "no result");
 * ```
 */
export function accuraciesOf(
  results: readonly TrialResult[],
  transition: string,
  variant: string,
): number[] {
  const found = results.filter((r) => r.transition === transition && r.variant === variant);
  if (found.length > 0) return found.map(({ accuracy }) => accuracy);
  throw new RangeError(`Cannot say how accurate "${variant}" of "${transition}" is: no result`);
}

/** The mean of some numbers. */
export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/**
 * A row for each variant: the mean accuracy, its spread, and the mean of each measure there is.
 *
 * @param names what measures are called in the table; those without a name are left out
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { trialRows } from "gradnets/transitions/table.ts";
 *
 * const [row] = trialRows([{ variant: "up", about: "goes up", mean: 0.61, least: 0.5, most: 0.7,
 *   results: [] }]);
 * assertEquals(row, { variant: "up", "what it is": "goes up", seeds: 0, "accuracy, mean": "0.6100",
 *   "least to most": "0.5000 to 0.7000" });
 * ```
 */
export function trialRows(
  summaries: readonly Summary[],
  names: Readonly<Record<string, string>> = {},
): Record<string, string | number>[] {
  return summaries.map(({ variant, about, results, mean: accuracy, least, most }) => ({
    ...{ variant, "what it is": about, seeds: results.length },
    "accuracy, mean": accuracy.toFixed(4),
    "least to most": `${least.toFixed(4)} to ${most.toFixed(4)}`,
    ...Object.fromEntries(
      Object.entries(names).map(([measure, name]) => [
        name,
        mean(results.map(({ measures }) => measures[measure] ?? NaN)).toPrecision(3),
      ]),
    ),
  }));
}
