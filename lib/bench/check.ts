/**
 * Checks that all variants do the same work: the same first steps from the same weights and masks.
 */

import type { CheckAnswer, Variant } from "./protocol.ts";
import { recipe } from "./recipe.ts";
import { table } from "./report.ts";

/** Maximum relative difference of a loss or norm from the reference's. */
const TOLERANCE = 1e-3;

/** Result of a variant's check. */
export interface Agreement {
  readonly name: string;
  /** Maximum relative difference over the steps. */
  readonly loss: number;
  readonly weightNorm: number;
  readonly gradientNorm: number;
  /** Difference in test accuracy after the steps. */
  readonly accuracy: number;
  /** Fraction of units that its dropout keeps. */
  readonly kept: number;
  readonly same: boolean;
}

/** Compares a variant's answer with the reference's. */
export function compare(name: string, found: CheckAnswer, reference: CheckAnswer): Agreement {
  const loss = difference(found.loss, reference.loss);
  const weightNorm = difference(found.weight_norm, reference.weight_norm);
  const gradientNorm = difference(found.gradient_norm, reference.gradient_norm);
  const accuracy = Math.abs(found.accuracy - reference.accuracy);
  const { kept } = found;
  const same = loss <= TOLERANCE && weightNorm <= TOLERANCE && gradientNorm <= TOLERANCE &&
    accuracy <= 2e-3 && Math.abs(kept - recipe.keep) < 5e-3;
  return { name, loss, weightNorm, gradientNorm, accuracy, kept, same };
}

/** Maximum relative difference; NaN, which passes no comparison, if lengths differ. */
function difference(found: readonly number[], expected: readonly number[]): number {
  if (found.length !== expected.length) return NaN;
  return Math.max(...found.map((value, i) => Math.abs(value - expected[i]!) / expected[i]!));
}

/** Runs the check on every variant; an error, such as a missing compiler, counts as its answer. */
export async function checkAll(
  variants: readonly Variant[],
  reference: Variant,
  log: (line: string) => void,
): Promise<(Agreement | { readonly name: string; readonly error: string })[]> {
  const expected = await reference.ask("check", recipe.checkSteps);
  const answers = [];
  for (const variant of variants) {
    const { name } = variant;
    log(`checking ${name}`);
    try {
      answers.push(compare(name, await variant.ask("check", recipe.checkSteps), expected));
    } catch (error) {
      answers.push({ name, error: error instanceof Error ? error.message : `${error}` });
    }
  }
  return answers;
}

/** Formats agreements as a table. */
export function checkTable(agreements: readonly Agreement[]): string {
  const header = [
    "variant",
    "loss",
    "weight norm",
    "gradient norm",
    "accuracy",
    "kept",
    "same work",
  ];
  return table(
    header,
    agreements.map(({ name, loss, weightNorm, gradientNorm, accuracy, kept, same }) => [
      name,
      ...[loss, weightNorm, gradientNorm, accuracy].map((value) => value.toExponential(1)),
      kept.toFixed(3),
      same ? "yes" : "NO",
    ]),
  );
}
