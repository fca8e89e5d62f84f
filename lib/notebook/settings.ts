/**
 * Reads settings from outside a notebook: epochs, data and seed. They are environment variables,
 * set by `deno task walkthrough --epochs 2 …`; a notebook opened by hand finds none and uses its
 * own defaults.
 */

/** Settings of a notebook's training. */
export interface Settings {
  /** Above 0; may be a fraction. */
  readonly epochs: number;
  /** Whole, from 0 to 2³² − 1. */
  readonly seed: number;
  /** Directory of four IDX files. Default: MNIST, from disk or a mirror. */
  readonly data?: string;
}

/** What a quick run trains at most. */
const QUICK_EPOCHS = 2;

const NUMBER = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i; // Number() takes "", " 7" and "0x7" too

/** Parses a number of epochs: above 0, finite, fractions allowed. Else undefined. */
export function parseEpochs(text: string): number | undefined {
  const value = NUMBER.test(text) ? Number(text) : NaN;
  return value > 0 && value < Infinity ? value : undefined;
}

/** Parses a seed: a whole number from 0 to 2³² − 1. Else undefined. */
export function parseSeed(text: string): number | undefined {
  const value = NUMBER.test(text) ? Number(text) : NaN;
  return Number.isInteger(value) && value < 2 ** 32 ? value : undefined;
}

/**
 * Returns a notebook's settings: each `GRADNETS_…` variable that is set and not empty, else the
 * notebook's own default.
 *
 * | variable | setting |
 * |---|---|
 * | `GRADNETS_EPOCHS` | `epochs`: a number above 0, fractions allowed |
 * | `GRADNETS_QUICK` | `epochs`: 2 where the notebook's own are more, for a look or a test |
 * | `GRADNETS_SEED` | `seed`: a whole number from 0 to 2³² − 1 |
 * | `GRADNETS_DATA` | `data`: a directory |
 *
 * @param defaults used where no variable is set
 * @param read looks up a variable, by default in this program's environment
 * @throws {RangeError} if a variable has an invalid value
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { settings } from "gradnets/notebook/settings.ts";
 *
 * const outside = new Map([["GRADNETS_EPOCHS", "0.1"]]);
 * const given = settings({ epochs: 20, seed: 1 }, (name) => outside.get(name));
 * assertEquals(given, { epochs: 0.1, seed: 1 });
 * ```
 */
export function settings(
  defaults: Settings,
  read: (name: string) => string | undefined = (name) => Deno.env.get(name),
): Settings {
  const epochs = setting("GRADNETS_EPOCHS", read, parseEpochs, "a number above 0, as 20 or 0.1");
  const seed = setting("GRADNETS_SEED", read, parseSeed, "a whole number from 0 to 2^32 - 1");
  const data = read("GRADNETS_DATA") || defaults.data;
  return {
    epochs: epochs ?? Math.min(defaults.epochs, read("GRADNETS_QUICK") ? QUICK_EPOCHS : Infinity),
    seed: seed ?? defaults.seed,
    ...data !== undefined && { data },
  };
}

function setting(
  name: string,
  read: (name: string) => string | undefined,
  parse: (text: string) => number | undefined,
  allowed: string,
): number | undefined {
  const text = read(name);
  if (text === undefined || text === "") return undefined;
  const value = parse(text);
  if (value === undefined) {
    throw new RangeError(`Cannot use ${name}=${JSON.stringify(text)}: allowed is ${allowed}.`);
  }
  return value;
}
