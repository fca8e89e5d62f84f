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

/** The mean of some numbers. */
export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
