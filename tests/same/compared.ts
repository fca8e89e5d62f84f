/** Comparisons of trainings: how far apart two of them may be, and how far they are. */

/** Two ways to compute the same, and how far apart they are. */
export interface Compared {
  /** What is compared with what. */
  readonly pair: string;
  /** In which numbers. */
  readonly of: string;
  /** On which net. */
  readonly net: string;
  /** Largest relative difference that is right; 0: the same to the last bit. */
  readonly bound: number;
  /** Largest relative difference found. */
  readonly found: number;
}

/** Whether two are as near as they must be; NaN is not. */
export const holds = ({ found, bound }: Compared): boolean => found <= bound;

const digits = (x: number) => x === 0 ? "0" : x.toExponential(1);

const limit = (bound: number) =>
  bound === 0 ? "the last bit" : bound === Infinity ? "none" : digits(bound);

/** Formats a comparison as a row of a table in Markdown. */
export const row = ({ pair, of, net, bound, found }: Compared): string =>
  `| ${[pair, of, limit(bound), digits(found), net].join(" | ")} |`;

/** Heading of the table of {@linkcode row}. */
export const HEADING =
  "| compared | in | bound | largest difference | on |\n| --- | --- | --- | --- | --- |";

/** Of comparisons that differ only in the net, those that are nearest to their bound. */
export function nearest(all: readonly Compared[]): Compared[] {
  const share = ({ found, bound }: Compared) => {
    if (Number.isNaN(found)) return Infinity;
    return found === 0 || bound === Infinity ? found : found / bound;
  };
  const groups = Object.groupBy(all, ({ pair, of }) => `${pair} in ${of}`);
  return Object.values(groups).flatMap((group = []) => {
    const worst = group.reduce((a, b) => share(a) >= share(b) ? a : b);
    return worst.found === 0 && group.length > 1
      ? [{ ...worst, net: `all ${group.length}` }]
      : [worst];
  });
}

/**
 * Largest relative difference of the numbers in two values of the same form. Where anything but a
 * number differs, it is 1, and between 0 and -0 it is NaN.
 */
export function apart(a: unknown, b: unknown): number {
  if (Object.is(a, b)) return 0;
  if (typeof a === "number" && typeof b === "number") {
    return Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
  }
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return 1;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Math.max(
    ...Array.from(names, (name) => apart(Reflect.get(a, name), Reflect.get(b, name))),
  );
}
