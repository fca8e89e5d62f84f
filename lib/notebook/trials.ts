/** What the trials of a transition came to, under a cell: its curves and its table. */

import { type TransitionName, transitions } from "../transitions/catalogue.ts";
import { summarise, trialRows } from "../transitions/table.ts";
import type { TrialResult } from "../transitions/trial.ts";
import { show, table } from "./display.ts";
import { trialsFigure } from "./figures.ts";

/** Options of {@linkcode showTrials}. */
export interface ShowTrialsOptions {
  /** The y axis of the curves. Default: 0 to 1. */
  readonly range?: readonly [number, number];
  /** What measures are called in the table; those without a name are left out. */
  readonly measures?: Readonly<Record<string, string>>;
}

/**
 * Shows the curves of one transition, a line for each variant, and its table, with the command that
 * makes them in its caption.
 *
 * @param results of any transitions
 *
 * @example
 * ```ts
 * import { showTrials } from "gradnets/notebook/trials.ts";
 * import { readTrials } from "gradnets/transitions/table.ts";
 *
 * await showTrials("depth", await readTrials());
 * ```
 */
export async function showTrials(
  name: TransitionName,
  results: readonly TrialResult[],
  { range = [0, 1], measures = {} }: ShowTrialsOptions = {},
): Promise<void> {
  const transition = transitions[name];
  const summaries = summarise(results, name, transition);
  const { recipe, steps } = transition;
  await show(trialsFigure(summaries, { title: name, range }));
  await table(trialRows(summaries, measures), {
    caption: `${name}: ${recipe}; ${steps} steps. deno task transitions --only "${name}"`,
  });
}
