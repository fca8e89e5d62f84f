/**
 * Checks values before they are used: options of constructors, fields of JSON. Refuses an unknown
 * name and suggests the nearest known one.
 */

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Returns the checked value of a field, or throws an error that names it by `path`. */
export type Check<T> = (value: unknown, path: string) => T;

/** Thrown for a field that is unknown or has an invalid value. */
export class FieldError extends RangeError {
  override readonly name = "FieldError";
}

/** Whether `value` is an object, not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Makes an error from what was expected and what was found. */
export function refusal(path: string, expected: string, value: unknown): FieldError {
  return new FieldError(`${path} must be ${expected}, but is ${shown(value)}`);
}

/** Formats a value for a message: short, in one line, and NaN as NaN. */
export function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) {
    return typeof value === "string" ? JSON.stringify(value.slice(0, 60)) : String(value);
  }
  const kind = Array.isArray(value) ? "a list" : "an object";
  try {
    const text = JSON.stringify(value);
    return text.length > 60 ? kind : text;
  } catch {
    return kind; // a circle, or a bigint in it
  }
}

/** Checks for a finite number that `allows` accepts; `expected` describes it in errors. */
export function number(expected: string, allows: (value: number) => boolean): Check<number> {
  return (value, path) => {
    if (typeof value === "number" && Number.isFinite(value) && allows(value)) return value;
    throw refusal(path, expected, value);
  };
}

/** Checks for a finite number above 0. */
export const positive: Check<number> = number("a number above 0", (value) => value > 0);

/** Checks for a finite number from 0 up. */
export const nonNegative: Check<number> = number("a number from 0 up", (value) => value >= 0);

/** Checks for any finite number. */
export const finite: Check<number> = number("a number", () => true);

/** Checks for a number in [0, 1]. */
export const share: Check<number> = number("a number from 0 to 1", (x) => x >= 0 && x <= 1);

/** Checks for a number in [0, 1). */
export const belowOne: Check<number> = number("a number in [0, 1)", (x) => x >= 0 && x < 1);

/** Checks for true or false. */
export const flag: Check<boolean> = (value, path) => {
  if (typeof value === "boolean") return value;
  throw refusal(path, "true or false", value);
};

/** Checks for a text that is not empty. */
export const text: Check<string> = (value, path) => {
  if (typeof value === "string" && value !== "") return value;
  throw refusal(path, "a text", value);
};

/** Checks for a function; `expected` describes it in errors. */
export const callable = <T>(expected = "a function"): Check<T> => (value, path) => {
  if (typeof value === "function") return value as T;
  throw refusal(path, expected, value);
};

/** Checks for an object, not a list. */
export const object: Check<JsonObject> = (value, path) => {
  if (isObject(value)) return value;
  throw refusal(path, "an object", value);
};

/** Allows nothing, too, where an option has no default. */
export const optional = <T>(check: Check<T>): Check<T | undefined> => (value, path) =>
  value === undefined ? undefined : check(value, path);

/** Checks for a list whose items `check` accepts; `length` of them, if given. */
export const list = <T>(check: Check<T>, length?: number): Check<readonly T[]> => (value, path) => {
  if (!Array.isArray(value) || value.length !== (length ?? value.length)) {
    throw refusal(path, length === undefined ? "a list" : `a list of ${length}`, value);
  }
  return Array.from(value, (item, i) => check(item, `${path}[${i}]`));
};

/** Checks for two numbers, the second above the first. */
export const limits: Check<readonly [number, number]> = (value, path) => {
  const [min = NaN, max = NaN] = list(finite, 2)(value, path);
  if (min < max) return [min, max];
  throw refusal(path, "two numbers, the second above the first", value);
};

/** Checks for an AbortSignal. */
export const abortSignal: Check<AbortSignal> = (value, path) => {
  if (value instanceof AbortSignal) return value;
  throw refusal(path, "an AbortSignal", value);
};

/** Checks for a whole number from `min` to `max`. */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Check<number> {
  const range = max < Number.MAX_SAFE_INTEGER ? `${min} to ${max}` : `${min} up`;
  return number(
    `a whole number from ${range}`,
    (value) => Number.isInteger(value) && value >= min && value <= max,
  );
}

/** Checks for one of the `allowed` strings. */
export function oneOf<T extends string>(allowed: readonly T[]): Check<T> {
  return (value, path) => {
    const found = allowed.find((one) => one === value);
    if (found !== undefined) return found;
    throw refusal(path, `one of ${allowed.join(", ")}`, value);
  };
}

/**
 * Refuses an object that has a name not among `known`.
 *
 * @param path what errors call the object: "recipe", "the options of GradNet"
 * @throws {FieldError} with the unknown name, the nearest known one and all the others
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { refuseUnknown } from "gradnets/validate.ts";
 *
 * const options = () => refuseUnknown({ dept: 3 }, ["depth", "width"], "options");
 * assertThrows(options, RangeError, "options has no field dept: did you mean depth? Known are depth, width");
 * ```
 */
export function refuseUnknown(given: object, known: readonly string[], path: string): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    const hint = near === undefined ? "known are" : `did you mean ${near}? Known are`;
    throw new FieldError(`${path} has no field ${name}: ${hint} ${known.join(", ")}`);
  }
}

/** Finds the known name with the fewest edits from `name`, if they are few. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const [best] = known.map((other) => ({ other, edits: editDistance(name, other) }))
    .sort((a, b) => a.edits - b.edits);
  return best && best.edits <= Math.max(2, name.length / 3) ? best.other : undefined;
}

/** Computes the Levenshtein distance, ignoring case. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, letter] of [...a.toLowerCase()].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b.toLowerCase()].entries()) {
      const [left = 0, above = 0, diagonal = 0] = [next[j], row[j + 1], row[j]];
      next.push(Math.min(left + 1, above + 1, diagonal + Number(letter !== other)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** Fields of an object: the check of each, and its default. */
export type Fields<T> = {
  readonly [K in keyof T]-?: readonly [check: Check<T[K]>, fallback?: T[K]];
};

/**
 * Parses an object and returns it with every field, in the order of `fields`.
 *
 * @throws {FieldError} if a field is unknown, missing or invalid
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { integer, parseFields, positive } from "gradnets/validate.ts";
 *
 * const fields = { depth: [integer(3), 50], rate: [positive, 1e-3] } as const;
 * assertEquals(parseFields(fields, { depth: 10 }, "recipe"), { depth: 10, rate: 1e-3 });
 * assertThrows(() => parseFields(fields, { depht: 10 }, "recipe"), RangeError,
 *   "recipe has no field depht: did you mean depth?");
 * ```
 */
export function parseFields<T>(fields: Fields<T>, given: unknown, path: string): T {
  return parsed(fields, given, path, `${path}.`);
}

/**
 * Parses the options of a function or constructor, and returns them with every default.
 *
 * @param what the caller is to do, for errors: "anneal g"
 * @param type what errors call the options: "AnnealOptions"
 * @throws {FieldError} if an option is unknown, missing or invalid
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { optionsOf, positive } from "gradnets/validate.ts";
 *
 * const parse = (given: object) => optionsOf("nap", "NapOptions", { hours: [positive, 1] }, given);
 * assertEquals(parse({}), { hours: 1 });
 * assertThrows(() => parse({ hours: "2" }), RangeError,
 *   'Cannot nap: hours must be a number above 0, but is "2"');
 * ```
 */
export function optionsOf<T>(what: string, type: string, fields: Fields<T>, given: unknown): T {
  return parsed(fields, given, `Cannot ${what}: ${type}`, `Cannot ${what}: `);
}

/** @param path what errors call the object, and `prefix`, what they put before a field's name */
function parsed<T>(fields: Fields<T>, given: unknown, path: string, prefix: string): T {
  if (!isObject(given)) throw refusal(path, "an object", given);
  const names = Object.keys(fields) as (keyof T & string)[];
  refuseUnknown(given, names, path);
  const entries = names.map((name) => {
    const [check, none] = fields[name];
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    return [name, check(value === undefined ? none : value, prefix + name)];
  });
  return Object.fromEntries(entries) as T;
}

/** Checks an object whose `kind` determines its other fields. */
export function kinded<T extends { readonly kind: string }>(
  kinds: { readonly [K in T["kind"]]: Fields<Omit<T & { readonly kind: K }, "kind">> },
): Check<T> {
  const words = Object.keys(kinds) as T["kind"][];
  return (value, path) => {
    if (!isObject(value)) throw refusal(path, "an object", value);
    const { kind: asked, ...rest } = value;
    const kind = oneOf(words)(asked, `${path}.kind`);
    return { kind, ...parseFields(kinds[kind], rest, path) } as unknown as T;
  };
}
