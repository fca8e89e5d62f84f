/** Plain JSON, looked at before it is believed. */

/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A value of a field, whole and allowed; or an error that names it by `path`. */
export type Check<T> = (value: unknown, path: string) => T;

/** A field that is unknown, or has a value that cannot be. */
export class FieldError extends RangeError {
  override readonly name = "FieldError";
}

/** Whether `value` is an object, and no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field's value and what is allowed, as an error. */
export function refusal(path: string, expected: string, value: unknown): FieldError {
  return new FieldError(`${path} must be ${expected}, but is ${JSON.stringify(value)}`);
}

/** A finite number that `allows` lets through; `expected` is what people are told. */
export function number(expected: string, allows: (value: number) => boolean): Check<number> {
  return (value, path) => {
    if (typeof value === "number" && Number.isFinite(value) && allows(value)) return value;
    throw refusal(path, expected, value);
  };
}

/** A finite number above 0. */
export const above0: Check<number> = number("a number above 0", (value) => value > 0);

/** A finite number from 0 up. */
export const from0: Check<number> = number("a number from 0 up", (value) => value >= 0);

/** A whole number from `least` to `most`. */
export function whole(least: number, most = Number.MAX_SAFE_INTEGER): Check<number> {
  const range = most < Number.MAX_SAFE_INTEGER ? `${least} to ${most}` : `${least} up`;
  return number(
    `a whole number from ${range}`,
    (value) => Number.isInteger(value) && value >= least && value <= most,
  );
}

/** One of some words. */
export function oneOf<T extends string>(words: readonly T[]): Check<T> {
  return (value, path) => {
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    throw refusal(path, `one of ${words.join(", ")}`, value);
  };
}

/** The fields of an object: how each is checked, and what it is where it is left out. */
export type Fields<T> = { readonly [K in keyof T]-?: readonly [check: Check<T[K]>, none?: T[K]] };

/**
 * An object with every field, in the order of `fields`.
 *
 * @throws {FieldError} if a field is unknown, missing, or has a value that cannot be
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { above0, complete, whole } from "gradnets/validate.ts";
 *
 * const fields = { depth: [whole(3), 50], rate: [above0, 1e-3] } as const;
 * assertEquals(complete(fields, { depth: 10 }, "recipe"), { depth: 10, rate: 1e-3 });
 * assertThrows(() => complete(fields, { depht: 10 }, "recipe"), RangeError,
 *   "recipe has no field depht: known are depth, rate");
 * ```
 */
export function complete<T>(fields: Fields<T>, given: unknown, path: string): T {
  if (!isObject(given)) throw refusal(path, "an object", given);
  const names = Object.keys(fields) as (keyof T & string)[];
  for (const name of Object.keys(given)) {
    if (names.some((known) => known === name)) continue;
    throw new FieldError(`${path} has no field ${name}: known are ${names.join(", ")}`);
  }
  const entries = names.map((name) => {
    const [check, none] = fields[name];
    const value = Object.hasOwn(given, name) ? given[name] : none;
    return [name, check(value, `${path}.${name}`)];
  });
  return Object.fromEntries(entries) as T;
}
