/** Deep equality with the verdicts of `equal` of `jsr:@std/assert`; part of the stand-in. */

/** Kinds whose text says all there is to compare. */
const COMPARED_AS_TEXT: readonly object[] = [
  RegExp.prototype,
  URL.prototype,
  URLSearchParams.prototype,
  Intl.Locale.prototype,
];

/** `===`, and NaN equals NaN: so +0 equals −0. */
const same = (a: unknown, b: unknown) => a === b || (a !== a && b !== b);
const isObject = (x: unknown): x is object => typeof x === "object" && x !== null;
const isPlain = (prototype: unknown) => prototype === null || prototype === Object.prototype;

/** All names that `x` answers to, accessors of its class too, up to Object and Array. */
function names(x: object, into: Set<PropertyKey>): void {
  let at: object | null = x;
  while (at !== null && at !== Object.prototype && at !== Array.prototype) {
    for (const name of Reflect.ownKeys(at)) into.add(name);
    at = Object.getPrototypeOf(at);
  }
}

function bytesOf(x: object): Uint8Array | undefined {
  const isBuffer = x instanceof ArrayBuffer || x instanceof SharedArrayBuffer;
  return isBuffer ? new Uint8Array(x) : undefined;
}

/** Element by element, as numbers: −0 equals 0, all NaN are one, whatever their bits. */
function sameElements(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!same(a[i], b[i])) return false;
  return true;
}

/**
 * Whether `a` and `b` are deeply equal: same prototype (an object without one counts as a plain
 * one), same properties with equal values, in any order; a property that is undefined is not one
 * that is absent. Sets and Maps have no order either, and their keys may be deep.
 *
 * @throws {TypeError} at two WeakMaps or two WeakSets, which cannot be looked into
 */
export function equal(a: unknown, b: unknown): boolean {
  const underway = new Map<object, object>(); // pairs being compared: a cycle back to one is equal

  function sameMembers(a: Set<unknown> | Map<unknown, unknown>, b: typeof a): boolean {
    if (a.size !== b.size) return false;
    const isMap = a instanceof Map && b instanceof Map;
    for (const key of a.keys()) {
      const value = isMap ? a.get(key) : undefined;
      const matches = (other: unknown) =>
        compare(key, other) && (!isMap || compare(value, b.get(other)));
      // Equal primitives are the same key; only an object has to be searched for.
      const found = isObject(key) ? b.keys().some(matches) : b.has(key) && matches(key);
      if (!found) return false;
    }
    return true;
  }

  function compare(a: unknown, b: unknown): boolean {
    if (same(a, b)) return true;
    if (!isObject(a) || !isObject(b)) return false;
    if (a instanceof Date && b instanceof Date) return same(a.getTime(), b.getTime());
    const prototype = Object.getPrototypeOf(a);
    const other = Object.getPrototypeOf(b);
    if (prototype !== other && !(isPlain(prototype) && isPlain(other))) return false;

    if (ArrayBuffer.isView(a) && !(a instanceof DataView)) {
      return sameElements(a as Uint8Array, b as Uint8Array);
    }
    const bytes = bytesOf(a);
    if (bytes) return sameElements(bytes, bytesOf(b)!);
    if (a instanceof WeakMap) throw new TypeError("Cannot compare WeakMap instances");
    if (a instanceof WeakSet) throw new TypeError("Cannot compare WeakSet instances");
    if (a instanceof WeakRef) return compare(a.deref(), (b as WeakRef<WeakKey>).deref());

    if (underway.get(a) === b) return true;
    if (Object.keys(a).length !== Object.keys(b).length) return false;
    underway.set(a, b);
    if (a instanceof Map || a instanceof Set) return sameMembers(a, b as typeof a);
    if (COMPARED_AS_TEXT.includes(prototype)) return String(a) === String(b);

    const keys = new Set<PropertyKey>();
    // In plain objects and arrays only what a spread copies counts; in others all that is there.
    if (isPlain(prototype) || prototype === Array.prototype) {
      for (const key of Reflect.ownKeys({ ...a, ...b })) keys.add(key);
    } else {
      names(a, keys);
      names(b, keys);
    }
    for (const key of keys) {
      if (key in a !== key in b) return false;
      if (!compare(Reflect.get(a, key), Reflect.get(b, key))) return false;
    }
    return true;
  }

  return compare(a, b);
}
