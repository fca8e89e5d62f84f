/**
 * Holds the stand-in for `jsr:@std/assert` to the verdicts and the wording of the real one. A
 * library of assertions cannot vouch for itself, so node:assert does.
 */
import node from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import * as std from "@std/assert";

const { assertEquals, assertNotEquals, AssertionError } = std;

/** `fn` fails as an assertion does, with `message` in what it says. */
function fails(fn: () => unknown, message: string | RegExp): void {
  node.throws(fn, (error) => {
    node.ok(error instanceof AssertionError, `threw ${error}`);
    node.equal(error.name, "AssertionError");
    const said = stripVTControlCharacters(error.message); // colours, as the real one has them
    if (typeof message === "string") node.ok(said.startsWith(message), said);
    else node.match(said, message);
    return true;
  });
}

function equal(a: unknown, b: unknown): void {
  for (const [x, y] of [[a, b], [b, a]]) {
    assertEquals(x, y);
    fails(() => assertNotEquals(x, y), "Expected actual: ");
  }
}

function unequal(a: unknown, b: unknown): void {
  for (const [x, y] of [[a, b], [b, a]]) {
    assertNotEquals(x, y);
    fails(() => assertEquals(x, y), "Values are not equal.\n");
  }
}

class Point {
  constructor(readonly x: number, readonly y = 0) {}
}
class Other {
  constructor(readonly x: number, readonly y = 0) {}
}
class Hidden {
  readonly #value: number;
  constructor(value: number) {
    this.#value = value;
  }
  get value(): number {
    return this.#value;
  }
}

Deno.test("the stand-in offers what it promises and nothing else", () => {
  node.deepEqual(
    Object.keys(std).sort(),
    [
      ...["AssertionError", "assert", "assertAlmostEquals", "assertEquals", "assertExists"],
      ...["assertGreater", "assertGreaterOrEqual", "assertInstanceOf", "assertLess"],
      ...["assertLessOrEqual", "assertMatch", "assertNotEquals", "assertRejects"],
      ...["assertStrictEquals", "assertStringIncludes", "assertThrows", "fail"],
    ],
  );
});

Deno.test("assertEquals() compares primitives with NaN equal to NaN and 0 to -0", () => {
  equal(5, 5);
  equal(NaN, NaN);
  equal(0, -0);
  equal([0], [-0]);
  equal("", "");
  equal(10n, 10n);
  unequal(5, 6);
  unequal(1, "1");
  unequal(1, 1n);
  unequal(0, false);
  unequal(null, undefined);
  unequal({}, null);
  unequal(Symbol("a"), Symbol("a"));
  unequal(() => 1, () => 1);
});

Deno.test("assertEquals() compares objects by properties and prototype", () => {
  equal({ a: 1, b: { c: [2] } }, { b: { c: [2] }, a: 1 });
  equal(Object.assign(Object.create(null), { a: 1 }), { a: 1 });
  equal(new Point(1), new Point(1));
  equal(new Hidden(1), new Hidden(1));
  equal({ [Symbol.for("k")]: 1 }, { [Symbol.for("k")]: 1 });
  unequal({ a: 1 }, { a: 2 });
  unequal({ a: 1 }, { a: 1, b: 2 });
  unequal({ a: undefined }, {});
  unequal({ a: undefined }, { b: undefined });
  unequal({ [Symbol.for("k")]: 1 }, { [Symbol.for("k")]: 2 });
  unequal(new Point(1), new Other(1));
  unequal(new Point(1), { x: 1, y: 0 });
  unequal(new Hidden(1), new Hidden(2)); // seen through the accessor of its class
  unequal([1, 2], [2, 1]);
  unequal([1, 2], [1, 2, 3]);
  unequal([], {});
  unequal([1], { 0: 1 });
});

Deno.test("assertEquals() looks into buffers, dates, patterns, Maps and Sets", () => {
  equal(Uint8Array.of(1, 2), Uint8Array.of(1, 2));
  equal(Float32Array.of(NaN, 0), Float32Array.of(NaN, -0));
  equal(new Uint8Array([0, 1, 2]).subarray(1), Uint8Array.of(1, 2));
  equal(Uint8Array.of(1, 2).buffer, Uint8Array.of(1, 2).buffer);
  unequal(Uint8Array.of(1, 2), Uint8Array.of(1, 3));
  unequal(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3));
  unequal(Uint8Array.of(1, 2), Int8Array.of(1, 2));
  unequal(Uint8Array.of(1, 2), [1, 2]);
  unequal(Uint8Array.of(1, 2).buffer, Uint8Array.of(1, 3).buffer);
  equal(new Date(5), new Date(5));
  equal(new Date(NaN), new Date(NaN));
  unequal(new Date(5), new Date(6));
  unequal(new Date(5), 5);
  equal(/a/g, /a/g);
  unequal(/a/g, /a/i);
  unequal(/a/, /b/);
  equal(new URL("file:///a"), new URL("file:///a"));
  unequal(new URL("file:///a"), new URL("file:///b"));
  equal(new Set([1, 2]), new Set([2, 1]));
  equal(new Set([{ a: 1 }, 2]), new Set([2, { a: 1 }]));
  unequal(new Set([1, 2]), new Set([1, 3]));
  unequal(new Set([1]), new Set([1, 2]));
  unequal(new Set([{ a: 1 }]), new Set([{ a: 2 }]));
  equal(new Map([["a", [1]], ["b", [2]]]), new Map([["b", [2]], ["a", [1]]]));
  equal(new Map([[{ k: 1 }, 1]]), new Map([[{ k: 1 }, 1]]));
  unequal(new Map([["a", 1]]), new Map([["a", 2]]));
  unequal(new Map([["a", 1]]), new Map([["b", 1]]));
  unequal(new Map([[{ k: 1 }, 1]]), new Map([[{ k: 1 }, 2]]));
  unequal(new Map([["a", undefined]]), new Map([["b", undefined]]));
  unequal(new Map(), new Set());
  node.throws(() => assertEquals(new WeakMap(), new WeakMap()), TypeError);
  node.throws(() => assertEquals(new WeakSet(), new WeakSet()), TypeError);
});

Deno.test("assertEquals() comes to an end on cycles", () => {
  const loop = (value: number) => {
    const object: Record<string, unknown> = { value };
    object["self"] = object;
    return object;
  };
  equal(loop(1), loop(1));
  unequal(loop(1), loop(2));
});

Deno.test("assertEquals() shows the lines that differ, and what the caller said", () => {
  fails(
    () => assertEquals({ a: 1, b: [2, 3] }, { a: 1, b: [2, 4] }, "sizes"),
    /^Values are not equal: sizes\n[^]*Actual.*Expected[^]*\n {6}a: 1,\n[^]*\n- {7}3,\n\+ {7}4,\n/,
  );
});

Deno.test("assertStrictEquals() is Object.is", () => {
  const one = {};
  std.assertStrictEquals(one, one);
  std.assertStrictEquals(NaN, NaN);
  fails(() => std.assertStrictEquals(0, -0), "Values are not strictly equal.\n");
  fails(() => std.assertStrictEquals(1, 2, "why"), "Values are not strictly equal: why\n");
  fails(
    () => std.assertStrictEquals({}, {}),
    "Values have the same structure but are not reference-equal.\n",
  );
});

Deno.test("assertAlmostEquals() allows 1e-7 of the expected value, or the tolerance", () => {
  std.assertAlmostEquals(1e-8 * (1 + 9e-8), 1e-8);
  std.assertAlmostEquals(1 + 1e-8, 1);
  std.assertAlmostEquals(0, -0);
  std.assertAlmostEquals(0.01, 0.02, 0.1);
  std.assertAlmostEquals(NaN, NaN);
  std.assertAlmostEquals(Infinity, Infinity);
  fails(() => std.assertAlmostEquals(1e-8 * (1 + 2e-7), 1e-8), "Expected actual: ");
  fails(() => std.assertAlmostEquals(1e-300, 0), "Expected actual: ");
  fails(() => std.assertAlmostEquals(NaN, 1), "Expected actual: ");
  fails(() => std.assertAlmostEquals(Infinity, 1, 5), "Expected actual: ");
  fails(() => std.assertAlmostEquals(0.1 + 0.2, 0.3, 1e-17), "Expected actual: ");
  fails(
    () => std.assertAlmostEquals(1, 1.5, 0.25, "why"),
    'Expected actual: "1" to be close to "1.5e+0": delta "5e-1" is greater than "2.5e-1": why',
  );
});

Deno.test("assertThrows() returns the error and refuses any other outcome", () => {
  const boom = new RangeError("size 3 is too large");
  const thrower = () => {
    throw boom;
  };
  node.equal(std.assertThrows(thrower), boom);
  node.equal(std.assertThrows(thrower, RangeError), boom);
  node.equal(std.assertThrows(thrower, Error, "3 is"), boom);
  node.equal(
    std.assertThrows(() => {
      throw "text";
    }),
    "text",
  );
  fails(() => std.assertThrows(() => 1), "Expected function to throw.");
  fails(() => std.assertThrows(() => 1, "why"), "Expected function to throw: why");
  fails(() => std.assertThrows(() => 1, Error, "x", "why"), "Expected function to throw: why");
  fails(
    () => std.assertThrows(thrower, TypeError),
    'Expected error to be instance of "TypeError", but was "RangeError".',
  );
  fails(
    () => std.assertThrows(thrower, RangeError, "too small"),
    'Expected error message to include "too small", but got "size 3 is too large".',
  );
  fails(
    () =>
      std.assertThrows(() => {
        throw "text";
      }, Error),
    "A non-Error object was thrown.",
  );
});

Deno.test("assertRejects() resolves to the error and refuses any other outcome", async () => {
  const boom = new RangeError("size 3 is too large");
  const refused = async (promise: Promise<unknown>, message: string) => {
    const error = await promise.then(() => undefined, (error) => error);
    fails(() => {
      throw error;
    }, message);
  };
  const reject = () => Promise.reject(boom);
  node.equal(await std.assertRejects(reject), boom);
  node.equal(await std.assertRejects(reject, RangeError, "3 is"), boom);
  await refused(
    std.assertRejects(() => Promise.resolve(1)),
    "Expected function to reject.",
  );
  await refused(
    std.assertRejects(() => {
      throw boom;
    }, RangeError),
    "Function throws when expected to reject.",
  );
  await refused(
    std.assertRejects((() => 1) as never),
    "Function throws when expected to reject.",
  );
  await refused(
    std.assertRejects(reject, TypeError),
    'Expected error to be instance of "TypeError", but was "RangeError".',
  );
  await refused(
    std.assertRejects(reject, RangeError, "too small"),
    'Expected error message to include "too small"',
  );
  await refused(
    std.assertRejects(() => Promise.reject("text"), Error),
    "A non-Error object was rejected.",
  );
});

Deno.test("assertInstanceOf() names both classes", () => {
  std.assertInstanceOf(new RangeError("x"), Error);
  fails(
    () => std.assertInstanceOf({}, Date),
    'Expected object to be an instance of "Date" but was "Object".',
  );
  fails(
    () => std.assertInstanceOf(null, Date, "why"),
    'Expected object to be an instance of "Date" but was "null": why',
  );
  fails(
    () => std.assertInstanceOf(Date, Date),
    'Expected object to be an instance of "Date" but was not an instanced object.',
  );
});

Deno.test("the order assertions are the operators, their ends included where they say so", () => {
  std.assertGreater(2, 1);
  std.assertGreaterOrEqual(1, 1);
  std.assertLess(1, 2);
  std.assertLessOrEqual(1, 1);
  fails(() => std.assertGreater(1, 1), "Expect 1 > 1");
  fails(() => std.assertGreaterOrEqual(0, 1), "Expect 0 >= 1");
  fails(() => std.assertLess(1, 1), "Expect 1 < 1");
  fails(() => std.assertLessOrEqual(2, 1), "Expect 2 <= 1");
  fails(() => std.assertGreater(NaN, 1), "Expect NaN > 1");
  fails(() => std.assertLessOrEqual(NaN, 1), "Expect NaN <= 1");
  fails(() => std.assertLess(2, 1, "why"), /^why$/);
});

Deno.test("assert(), fail(), assertExists(), assertMatch(), assertStringIncludes() can fail", () => {
  std.assert(1);
  std.assertExists(0);
  std.assertMatch("abc", /b/);
  std.assertStringIncludes("abc", "bc");
  fails(() => std.assert(0), /^$/);
  fails(() => std.assert("", "why"), /^why$/);
  fails(() => std.fail(), "Failed assertion.");
  fails(() => std.fail("why"), "Failed assertion: why");
  fails(() => std.assertExists(null), 'Expected actual: "null" to not be null or undefined.');
  fails(() => std.assertExists(undefined), 'Expected actual: "undefined" to not be');
  fails(() => std.assertMatch("abc", /x/), 'Expected actual: "abc" to match: "/x/".');
  fails(
    () => std.assertStringIncludes("abc", "x", "why"),
    'Expected actual: "abc" to contain: "x": why',
  );
});
