/**
 * A local stand-in for `jsr:@std/assert` 1.0.16, so that the tests run where JSR cannot be reached.
 * `links` in deno.json puts it in that package's place. To use the real one: take `links` out of
 * deno.json, delete this folder, tests/std_assert_test.ts and the `links` entry of deno.lock, and
 * run `deno install`; no test has to change.
 *
 * Only what the tests here use, each with the real one's verdict and the real one's wording. The
 * diff under "Values are not equal" is simpler: whole lines, no marks within a line.
 *
 * @module
 */
import { stripVTControlCharacters as plain } from "node:util";
import { equal } from "./equal.ts";
import { diff, format, red } from "./message.ts";

type ErrorClass<E extends Error> = new (...args: never[]) => E;

/** What a failed assertion throws. */
export class AssertionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

function failWith(what: string, msg?: string): never {
  throw new AssertionError(`${what}${msg ? `: ${msg}` : "."}`);
}

/** Always throws. */
export function fail(msg?: string): never {
  failWith("Failed assertion", msg);
}

/** `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Deeply equal; NaN equals NaN, +0 equals −0. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) return;
  throw new AssertionError(
    `Values are not equal${msg ? `: ${msg}` : "."}\n${diff(actual, expected)}`,
  );
}

/** Not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) return;
  failWith(`Expected actual: ${format(actual)} not to be: ${format(expected)}`, msg);
}

/** The same value by `Object.is`: NaN is NaN, +0 is not −0. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  const end = msg ? `: ${msg}` : ".";
  const text = format(actual);
  throw new AssertionError(
    text === format(expected)
      ? `Values have the same structure but are not reference-equal${end}\n\n` +
        `${red(text.replaceAll(/^/gm, "    "))}\n`
      : `Values are not strictly equal${end}\n${diff(actual, expected)}`,
  );
}

/**
 * |expected − actual| ≤ tolerance. Without a tolerance: 1e-7 · |expected|, so an expected 0 asks
 * for 0 itself.
 */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  const delta = Math.abs(expected - actual);
  if (delta <= allowed) return;
  const [a, e, d, t] = [actual, expected, delta, allowed].map((n) =>
    Number.isInteger(n) ? `${n}` : n.toExponential()
  );
  failWith(
    `Expected actual: "${a}" to be close to "${e}": delta "${d}" is greater than "${t}"`,
    msg,
  );
}

/** Neither null nor undefined. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual !== undefined && actual !== null) return;
  failWith(`Expected actual: "${actual}" to not be null or undefined`, msg);
}

/** `actual` contains `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (actual.includes(expected)) return;
  failWith(`Expected actual: "${actual}" to contain: "${expected}"`, msg);
}

/** `expected` matches somewhere in `actual`. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (expected.test(actual)) return;
  failWith(`Expected actual: "${actual}" to match: "${expected}"`, msg);
}

/** `actual instanceof expectedType`. */
export function assertInstanceOf<T>(
  actual: unknown,
  expectedType: new (...args: never[]) => T,
  msg = "",
): asserts actual is T {
  if (actual instanceof expectedType) return;
  const wanted = `Expected object to be an instance of "${expectedType.name}"`;
  const found = actual === null
    ? "null"
    : typeof actual === "object"
    ? actual.constructor?.name ?? "Object"
    : typeof actual;
  if (found === expectedType.name) failWith(wanted, msg);
  failWith(
    `${wanted} but was ${found === "function" ? "not an instanced object" : `"${found}"`}`,
    msg,
  );
}

// The real ones take any two values of one type, as the operators do, and replace their whole
// message by `msg`.

/** actual > expected. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (actual > expected) return;
  throw new AssertionError(msg ?? `Expect ${format(actual)} > ${format(expected)}`);
}

/** actual ≥ expected. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (actual >= expected) return;
  throw new AssertionError(msg ?? `Expect ${format(actual)} >= ${format(expected)}`);
}

/** actual < expected. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (actual < expected) return;
  throw new AssertionError(msg ?? `Expect ${format(actual)} < ${format(expected)}`);
}

/** actual ≤ expected. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (actual <= expected) return;
  throw new AssertionError(msg ?? `Expect ${format(actual)} <= ${format(expected)}`);
}

/** What assertThrows and assertRejects were asked to find, from their two argument lists. */
function wanted<E extends Error>(
  classOrMsg: ErrorClass<E> | string | undefined,
  includesOrMsg: string | undefined,
  msg: string | undefined,
): { type?: ErrorClass<E> | undefined; includes?: string | undefined; msg?: string | undefined } {
  return typeof classOrMsg === "string"
    ? { msg: classOrMsg }
    : { type: classOrMsg, includes: includesOrMsg, msg };
}

/** Fails unless what was `thrown` is the error that was `wanted`; with no class, anything is. */
function assertIs<E extends Error>(
  thrown: unknown,
  { type, includes, msg }: ReturnType<typeof wanted<E>>,
  how: "thrown" | "rejected",
): void {
  if (!type) return;
  if (!(thrown instanceof Error)) failWith(`A non-Error object was ${how}`, msg);
  if (!(thrown instanceof type)) {
    failWith(
      `Expected error to be instance of "${type.name}", but was "${thrown.constructor?.name}"`,
      msg,
    );
  }
  if (includes && !plain(thrown.message).includes(plain(includes))) {
    failWith(
      `Expected error message to include ${JSON.stringify(includes)}, ` +
        `but got ${JSON.stringify(thrown.message)}`,
      msg,
    );
  }
}

/** `fn` throws; with a class, an error of it; with `msgIncludes`, with that in its message. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  classOrMsg?: ErrorClass<E> | string,
  includesOrMsg?: string,
  msg?: string,
): unknown {
  const want = wanted(classOrMsg, includesOrMsg, msg);
  try {
    fn();
  } catch (thrown) {
    assertIs(thrown, want, "thrown");
    return thrown;
  }
  failWith("Expected function to throw", want.msg);
}

/** The promise of `fn` rejects, as for {@linkcode assertThrows}; throwing at once does not count. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: ErrorClass<E> | string,
  includesOrMsg?: string,
  msg?: string,
): Promise<unknown> {
  const want = wanted(classOrMsg, includesOrMsg, msg);
  let promise: unknown;
  try {
    promise = fn();
  } catch {
    promise = undefined; // the real one has one message for a throw and for no promise
  }
  if (typeof (promise as PromiseLike<unknown> | undefined)?.then !== "function") {
    failWith("Function throws when expected to reject", want.msg);
  }
  try {
    await promise;
  } catch (thrown) {
    assertIs(thrown, want, "rejected");
    return thrown;
  }
  failWith("Expected function to reject", want.msg);
}
